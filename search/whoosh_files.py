"""The files of a Whoosh index, read through a buffer.

Not as a memory map, as Whoosh would: one of a file that is cut short kills the process with SIGBUS. What it
does without a map asks for a few bytes at a time, twenty times for each block of postings.
"""

from __future__ import annotations

import os
from io import SEEK_CUR, SEEK_SET, BufferedReader, RawIOBase
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile


class ReadFiles(FileStorage):
    """The files of a folder, to be read alone."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder), supports_mmap=False, readonly=True)  # type: ignore[no-untyped-call]

    def open_file(self, name: str, **_how: Any) -> StructFile:
        return _File((Path(self.folder) / name).open("rb"), name=name)


class _File(StructFile):
    """A segment: many files in one, each asked for by `subset`."""

    def subset(self, offset: int, length: int, name: str | None = None) -> StructFile:
        return StructFile(BufferedReader(_Part(self, offset, length)), name=name)


class _Part(RawIOBase):
    """A range of a file, with a position of its own."""

    def __init__(self, whole: StructFile, offset: int, length: int) -> None:
        self._whole, self._offset, self._length = whole, offset, length
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        start = {SEEK_SET: 0, SEEK_CUR: self._at}.get(whence, self._length)
        self._at = max(start + offset, 0)
        return self._at

    def readinto(self, buffer: Any) -> int:
        left = max(self._length - self._at, 0)
        taken = os.preadv(self._whole.fileno(), [memoryview(buffer)[:left]], self._offset + self._at)
        self._at += taken
        return taken
