"""Doors to the outside that have more than one adapter: bytes and mail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol


@dataclass(frozen=True, slots=True)
class StoredBlob:
    """A blob that is now in the store: lower-case hex SHA-256 and size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class DownloadLink:
    """Where a browser fetches a blob: a presigned address, or None when the portal itself answers."""

    url: str | None


class BlobNotStored(LookupError):
    """The store holds no blob of that SHA-256."""


class BlobStore(Protocol):
    """Immutable bytes by their SHA-256. Putting the same bytes twice is the same as once.

    No blob is visible under its final name before all of its bytes are stored.
    Every method raises OSError when the store cannot be reached.
    """

    def put(self, stream: BinaryIO) -> StoredBlob:
        """Store a stream, read in chunks and never held whole."""

    def open(self, sha256: str) -> BinaryIO:
        """A binary stream of the blob. Raises BlobNotStored."""

    def read_range(self, sha256: str, start: int, end: int) -> Iterator[bytes]:
        """Chunks of the bytes from `start` to before `end`. Raises BlobNotStored."""

    def size(self, sha256: str) -> int:
        """Bytes of the blob. Raises BlobNotStored."""

    def exists(self, sha256: str) -> bool: ...

    def delete(self, sha256: str) -> None:
        """Remove the blob; no effect when it is not there."""

    def keys(self) -> Iterator[str]:
        """Every SHA-256 in the store, in no order."""

    def local_copy(self, sha256: str, target: Path) -> None:
        """Write the blob to a file for a child process. Raises BlobNotStored."""

    def link(self, sha256: str, *, media_type: str, disposition: str) -> DownloadLink:
        """An address that lives at most 60 seconds and answers with these two headers (R28)."""

    def sweep(self, *, before: datetime) -> None:
        """Remove what interrupted puts left behind before an instant."""

    def check(self) -> None:
        """Raise OSError when the store cannot be reached."""


@dataclass(frozen=True, slots=True)
class Mail:
    """`key` is the same for the same mail sent again, so that programs show it once; empty: any."""

    to: str
    subject: str
    text: str
    key: str = ""


class Mailer(Protocol):
    def send(self, mail: Mail) -> None:
        """Hand the mail over. Raises OSError when the server cannot be reached."""
