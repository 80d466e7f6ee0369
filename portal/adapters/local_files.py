"""Blobs in a folder: the embedded default. A blob appears under its name only when it is whole."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

from portal.adapters.streams import CHUNK, Hashing, JoinedFiles
from portal.kernel.ports import (
    PARTS_KEPT,
    BlobNotStored,
    JoinedBlob,
    PartsNotStored,
    StoredBlob,
)

UNFINISHED = "unfinished"
PARTS = "parts"
HEX = set("0123456789abcdef")


class LocalFiles:
    """Implements `BlobStore`: `ab/ab12…` under the root, written as temporary file, synced and renamed."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, stream: BinaryIO) -> StoredBlob:
        return self._written(stream, lambda blob: self._path(blob.sha256))

    def open(self, sha256: str) -> BinaryIO:
        try:
            return self._path(sha256).open("rb")
        except FileNotFoundError:
            raise BlobNotStored(sha256) from None

    def read_range(self, sha256: str, start: int, end: int) -> Iterator[bytes]:
        return _chunks(self.open(sha256), start, end)

    def size(self, sha256: str) -> int:
        try:
            return self._path(sha256).stat().st_size
        except FileNotFoundError:
            raise BlobNotStored(sha256) from None

    def exists(self, sha256: str) -> bool:
        if self._path(sha256).exists():
            return True
        # every blob came through this folder: without it the disk is not there, or is another one
        if not (self._root / UNFINISHED).is_dir():
            raise FileNotFoundError(f"{self._root} holds no store.")
        return False

    def delete(self, sha256: str) -> None:
        self._path(sha256).unlink(missing_ok=True)

    def keys(self) -> Iterator[str]:
        for path in self._root.glob("[0-9a-f][0-9a-f]/*"):
            yield path.name

    def local_copy(self, sha256: str, target: Path) -> None:
        with self.open(sha256) as source, target.open("wb") as copy:
            shutil.copyfileobj(source, copy, CHUNK)

    def link(self, sha256: str, *, media_type: str, disposition: str) -> str | None:  # noqa: ARG002  the port's
        return None

    def check(self) -> None:
        self._root.mkdir(parents=True, exist_ok=True)
        if not os.access(self._root, os.W_OK | os.X_OK):
            raise PermissionError(f"{self._root} cannot be written.")

    def begin_parts(self) -> str:
        parts = secrets.token_hex(16)
        self._parts(parts).mkdir(parents=True)
        return parts

    def put_part(self, parts: str, number: int, stream: BinaryIO) -> StoredBlob:
        folder = self._parts(parts)
        if not folder.is_dir():
            raise PartsNotStored(parts)
        return self._written(stream, lambda _: folder / f"{number:05d}")

    def part_link(self, parts: str, number: int, *, size: int) -> str | None:  # noqa: ARG002  the port's
        return None

    def part_sizes(self, parts: str) -> dict[int, int]:
        return {int(path.name): path.stat().st_size for path in self._part_files(parts)}

    def join_parts(self, parts: str, *, part_size: int) -> JoinedBlob:
        # copied and not renamed: a part that is still on its way must not reach into the blob
        with JoinedFiles(self._part_files(parts)) as files:
            stream = Hashing(files, part_size)
            try:
                blob = self.put(cast("BinaryIO", stream))
            except FileNotFoundError:
                # another process joined them meanwhile, and discarded them
                raise PartsNotStored(parts) from None
        return JoinedBlob(blob.sha256, blob.size, stream.parts())

    def discard_parts(self, parts: str) -> None:
        shutil.rmtree(self._parts(parts), ignore_errors=True)

    def sweep(self, *, before: datetime) -> None:
        for left in (self._root / UNFINISHED).glob("*"):
            if left.stat().st_mtime < before.timestamp():
                left.unlink(missing_ok=True)
        for parts in (self._root / PARTS).glob("*"):
            if parts.stat().st_mtime < (before - PARTS_KEPT).timestamp():
                shutil.rmtree(parts, ignore_errors=True)

    def _written(self, stream: BinaryIO, place: Callable[[StoredBlob], Path]) -> StoredBlob:
        """A file that appears in its place only when all of it is on the disk."""
        unfinished = self._root / UNFINISHED
        unfinished.mkdir(parents=True, exist_ok=True)
        temporary = unfinished / secrets.token_hex(16)
        try:
            blob = _write_synced(stream, temporary)
            final = place(blob)
            final.parent.mkdir(exist_ok=True)
            temporary.replace(final)
        finally:
            temporary.unlink(missing_ok=True)
        _sync_folder(final.parent)
        return blob

    def _parts(self, parts: str) -> Path:
        # a name that is none of ours never becomes a path
        if len(parts) != 32 or not set(parts) <= HEX:
            raise PartsNotStored(parts)
        return self._root / PARTS / parts

    def _part_files(self, parts: str) -> list[Path]:
        folder = self._parts(parts)
        if not folder.is_dir():
            raise PartsNotStored(parts)
        return sorted(folder.iterdir())

    def _path(self, sha256: str) -> Path:
        # a name that is no hash never becomes a path
        if len(sha256) != 64 or not set(sha256) <= HEX:
            raise BlobNotStored(sha256)
        return self._root / sha256[:2] / sha256


def _write_synced(stream: BinaryIO, target: Path) -> StoredBlob:
    digest, size = hashlib.sha256(), 0
    with target.open("xb") as file:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return StoredBlob(digest.hexdigest(), size)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _chunks(file: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    with file:
        file.seek(start)
        left = end - start
        while left > 0 and (chunk := file.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk
