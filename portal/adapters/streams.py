"""Streams between a store and who reads it: files one after another, and a hash of each part on the way."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, Self

CHUNK = 1024 * 1024


class JoinedFiles(io.RawIOBase):
    """Files read one after another as one stream; one is open at a time."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = iter(paths)
        self._open = ExitStack()
        self._file: BinaryIO | None = None

    def read(self, size: int = -1) -> bytes:
        while True:
            if self._file is None:
                path = next(self._paths, None)
                if path is None:
                    return b""
                self._file = self._open.enter_context(path.open("rb"))
            if chunk := self._file.read(size):
                return chunk
            self._open.close()
            self._file = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()


class Hashing(io.RawIOBase):
    """Passes a stream on, and remembers the SHA-256 of every `part_size` bytes of it."""

    def __init__(self, stream: BinaryIO | io.RawIOBase, part_size: int) -> None:
        self._stream = stream
        self._part_size = part_size
        self._digest = hashlib.sha256()
        self._in_part = 0
        self._parts: list[str] = []

    def read(self, size: int = -1) -> bytes:
        chunk = self._stream.read(size) or b""
        rest = memoryview(chunk)
        while rest:
            piece = rest[: self._part_size - self._in_part]
            self._digest.update(piece)
            self._in_part += len(piece)
            rest = rest[len(piece) :]
            if self._in_part == self._part_size:
                self._end_part()
        return chunk

    def parts(self) -> tuple[str, ...]:
        """Once all is read: the hashes in order; the last part may be shorter."""
        if self._in_part:
            self._end_part()
        return tuple(self._parts)

    def _end_part(self) -> None:
        self._parts.append(self._digest.hexdigest())
        self._digest, self._in_part = hashlib.sha256(), 0
