"""Doors to the outside that have more than one adapter: bytes and mail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Protocol


@dataclass(frozen=True, slots=True)
class StoredBlob:
    """A blob that is now in the store: lower-case hex SHA-256 and size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class JoinedBlob:
    """A blob made of parts, with the SHA-256 of each part in their order."""

    sha256: str
    size: int
    parts: tuple[str, ...]


# how long a file may take to come in parts; whoever pauses one comes back within it
PARTS_KEPT = timedelta(days=8)


class BlobNotStored(LookupError):
    """The store holds no blob of that SHA-256."""


class PartsNotStored(LookupError):
    """The store holds no such parts: they were discarded, or swept."""


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

    def link(self, sha256: str, *, media_type: str, disposition: str) -> str | None:
        """Where a browser fetches the blob with these two headers, for at most 60 seconds (R28).

        None when the portal itself answers.
        """

    def begin_parts(self) -> str:
        """Start a blob that comes in parts; what it returns names it in the calls below."""

    def put_part(self, parts: str, number: int, stream: BinaryIO) -> StoredBlob:
        """Store a part, numbered from 1, read in chunks; one that is there already is replaced."""

    def part_link(self, parts: str, number: int, *, size: int) -> str | None:
        """An address that takes this part by PUT within 60 seconds (R28); None: the portal takes it."""

    def part_sizes(self, parts: str) -> dict[int, int]:
        """Bytes of each part that is whole in the store, by its number. Raises PartsNotStored."""

    def join_parts(self, parts: str, *, part_size: int) -> JoinedBlob:
        """Make the parts a blob, reading each byte once. Doing so again gives the same.

        Every part but the last has `part_size` bytes. Raises PartsNotStored.
        """

    def discard_parts(self, parts: str) -> None:
        """Remove the parts; a blob that was made of them stays. No effect when they are gone."""

    def sweep(self, *, before: datetime) -> None:
        """Remove what interrupted puts left behind before an instant, and parts PARTS_KEPT older than it."""

    def check(self) -> None:
        """Raise OSError when the store cannot be reached."""


@dataclass(frozen=True, slots=True)
class Mail:
    """`key` is the same for the same mail sent again, so that programs show it once; empty: any.

    `stop` is the address that ends mails of its kind by a POST; programs show a button for it. `html` is the
    same as a page, for programs that show one; empty: there is only the text.
    """

    to: str
    subject: str
    text: str
    key: str = ""
    stop: str = ""
    html: str = ""


class MailRefused(OSError):
    """The server takes mails, but not this one: others need not wait for it."""


class Mailer(Protocol):
    def send(self, mail: Mail) -> None:
        """Hand the mail over. Raises MailRefused, and OSError when the server cannot be reached."""
