"""A large file comes in parts: announced, sent, put together, and then an asset's; it resumes where it broke.

Nothing of it is visible before it is whole. Bytes move outside transactions; each step can run twice.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO

from sqlalchemy import func, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from content.assets.errors import FileTooLarge
from content.assets.file_types import HEAD_BYTES, recognised, safe_file_name
from content.assets.models import Asset
from content.assets.storage_errors import StorageDown, storage_fault
from content.uploads.incoming_models import MB, PART_BYTES, IncomingFile, UploadState
from content.uploads.upload_errors import (
    FileChanged,
    FileEmpty,
    PartDamaged,
    PartsMissing,
    TooManyUploads,
    UploadNotWhole,
    UploadUsed,
)
from content.uploads.uploads import Upload
from portal.kernel.db import reading, transaction
from portal.kernel.errors import NotFound
from portal.kernel.identity import Identity
from portal.kernel.ports import BlobStore, PartsNotStored, StoredBlob

KEPT = timedelta(days=7)
MOST_OPEN = 1_000
MOST_BYTES = 2048 * MB
Sessions = sessionmaker[Session]
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a sender says of a file before it comes: `head` are its first bytes, up to HEAD_BYTES."""

    file_name: str
    size: int
    modified_ms: int
    head: bytes
    batch: str | None = None


def resumed(
    session: Session, identity: Identity, announcement: Announcement, *, at: datetime
) -> IncomingFile | None:
    """The same file of the same person that is on its way, or here and not used yet."""
    on_its_way = (UploadState.OPEN, UploadState.ARRIVED, UploadState.STORED)
    return session.scalar(
        select(IncomingFile)
        .where(IncomingFile.user_id == identity.user_id, IncomingFile.state.in_(on_its_way))
        .where(IncomingFile.file_name == safe_file_name(announcement.file_name))
        .where(IncomingFile.size == announcement.size)
        .where(IncomingFile.modified_ms == announcement.modified_ms)
        .where(IncomingFile.expires_at > at)
        .order_by(IncomingFile.id.desc())
        .limit(1)
    )


def announced(announcement: Announcement, blobs: BlobStore, *, at: datetime) -> IncomingFile:
    """A new upload, not added to a session yet; its place in the store is made.

    Raises FileEmpty, UnknownFileType, FileTooLarge, StorageDown.
    """
    name = safe_file_name(announcement.file_name)
    if not announcement.size:
        raise FileEmpty(name)
    recognised(name, announcement.head)
    if announcement.size > MOST_BYTES:
        raise FileTooLarge(MOST_BYTES // MB)
    try:
        parts = blobs.begin_parts()
    except OSError as error:
        raise storage_fault(error) from error
    return IncomingFile(
        ref=secrets.token_urlsafe(24),
        batch=announcement.batch,
        file_name=name,
        size=announcement.size,
        modified_ms=announcement.modified_ms,
        state=UploadState.OPEN,
        parts=parts,
        part_size=PART_BYTES,
        part_hashes={},
        created_at=at,
        expires_at=at + KEPT,
    )


def add(session: Session, incoming: IncomingFile, *, by: Identity) -> None:
    """Keep a new upload for its sender. Raises TooManyUploads."""
    mine = select(func.count()).where(
        IncomingFile.user_id == by.user_id, IncomingFile.state != UploadState.USED
    )
    if (session.scalar(mine) or 0) >= MOST_OPEN:
        raise TooManyUploads
    incoming.user_id = by.user_id
    session.add(incoming)
    session.flush()


def own_upload(session: Session, identity: Identity, ref: str) -> IncomingFile:
    """Raises NotFound, also for what somebody else sends."""
    found = session.scalar(
        select(IncomingFile).where(IncomingFile.ref == ref, IncomingFile.user_id == identity.user_id)
    )
    if found is None:
        raise NotFound
    return found


def unfinished(session: Session, identity: Identity, *, at: datetime) -> list[IncomingFile]:
    """What the person began to send and has not used, the last first."""
    return list(
        session.scalars(
            select(IncomingFile)
            .where(IncomingFile.user_id == identity.user_id, IncomingFile.expires_at > at)
            .where(IncomingFile.state.in_((UploadState.OPEN, UploadState.ARRIVED, UploadState.STORED)))
            .where(IncomingFile.batch.is_(None))
            .order_by(IncomingFile.id.desc())
            .limit(20)
        )
    )


def part_sizes(blobs: BlobStore, incoming: IncomingFile) -> dict[int, int]:
    """What is whole in the store. Raises StorageDown."""
    try:
        return blobs.part_sizes(incoming.parts)
    except PartsNotStored:
        return {}
    except OSError as error:
        raise StorageDown from error


def expect_part(session: Session, incoming: IncomingFile, number: int, sha256: str, *, at: datetime) -> int:
    """Note what the sender says of a part; the bytes it has to have. Raises UploadNotWhole, FileChanged."""
    session.refresh(incoming, with_for_update=True)
    if incoming.state is not UploadState.OPEN or not 1 <= number <= incoming.part_count:
        raise UploadNotWhole
    before = incoming.part_hashes.get(str(number))
    if before and sha256 and before != sha256:
        raise FileChanged
    incoming.part_hashes = {**incoming.part_hashes, str(number): sha256 or before or ""}
    incoming.expires_at = at + KEPT
    return incoming.size_of_part(number)


def keep_part(blobs: BlobStore, incoming: IncomingFile, number: int, stream: BinaryIO) -> StoredBlob:
    """Store a part that comes through the portal. Raises PartDamaged, StorageDown."""
    try:
        kept = blobs.put_part(incoming.parts, number, stream)
    except PartsNotStored:
        raise UploadNotWhole from None
    except OSError as error:
        raise storage_fault(error) from error
    declared = incoming.part_hashes.get(str(number))
    if kept.size != incoming.size_of_part(number) or (declared and declared != kept.sha256):
        raise PartDamaged(number)
    return kept


def arrive(session: Session, incoming: IncomingFile, sizes: dict[int, int]) -> None:
    """All parts are there: the rest is the portal's. Raises PartsMissing."""
    session.refresh(incoming, with_for_update=True)
    if incoming.state is not UploadState.OPEN:
        return
    missing = incoming.missing(sizes)
    if missing:
        raise PartsMissing(missing)
    incoming.state = UploadState.ARRIVED


def put_together(sessions: Sessions, blobs: BlobStore, upload_id: int) -> None:
    """Make an upload that has arrived a blob, by reading it once. No effect when it was done before.

    Raises OSError when the store does not answer or is full; the upload is as it was, for the next try, and
    says what it waits for.
    """
    with reading(sessions) as session:
        incoming = session.get(IncomingFile, upload_id)
    if incoming is None or incoming.state is not UploadState.ARRIVED:
        return
    try:
        result = _joined(blobs, incoming)
    except OSError as error:
        # the database may stand on the same full disk
        with suppress(SQLAlchemyError):
            _note(sessions, upload_id, {"reason": storage_fault(error).waits})
        raise
    _note(sessions, upload_id, result)
    blobs.discard_parts(incoming.parts)


def _note(sessions: Sessions, upload_id: int, result: dict[str, object]) -> None:
    """Write it down, unless somebody else put the upload together meanwhile."""
    with transaction(sessions) as session:
        arrived = (IncomingFile.id == upload_id, IncomingFile.state == UploadState.ARRIVED)
        session.execute(update(IncomingFile).where(*arrived).values(result))


def _joined(blobs: BlobStore, incoming: IncomingFile) -> dict[str, object]:
    """What is to be written of the upload: its SHA-256, or why it is refused."""
    try:
        joined = blobs.join_parts(incoming.parts, part_size=incoming.part_size)
    except PartsNotStored:
        reason = "The file store has lost parts of it. Send the file again."
        return {"state": UploadState.REFUSED, "reason": reason}
    declared = [incoming.part_hashes.get(str(number), "") for number in range(1, incoming.part_count + 1)]
    # an empty one: a browser that cannot hash, and the sizes have to do
    as_declared = all(said in {"", got} for said, got in zip(declared, joined.parts, strict=False))
    if joined.size != incoming.size or not as_declared:
        return {"state": UploadState.REFUSED, "reason": FileChanged().sentence}
    return {"state": UploadState.STORED, "sha256": joined.sha256, "reason": None}


def waiting(session: Session) -> list[int]:
    """Uploads that have arrived and are no blob yet, oldest first."""
    arrived = select(IncomingFile.id).where(IncomingFile.state == UploadState.ARRIVED)
    return list(session.scalars(arrived.order_by(IncomingFile.id)))


def whole(session: Session, identity: Identity, ref: str, blobs: BlobStore) -> tuple[IncomingFile, Upload]:
    """An upload that can become a version. Raises NotFound, UploadNotWhole, UnknownFileType, StorageDown."""
    incoming = own_upload(session, identity, ref)
    if incoming.state not in {UploadState.STORED, UploadState.USED} or incoming.sha256 is None:
        raise UploadNotWhole
    try:
        head = b"".join(blobs.read_range(incoming.sha256, 0, min(HEAD_BYTES, incoming.size)))
    except (OSError, LookupError) as error:
        raise StorageDown from error
    kind = recognised(incoming.file_name, head)
    return incoming, Upload(incoming.file_name, kind, sha256=incoming.sha256, size=incoming.size)


def use(session: Session, incoming: IncomingFile, asset: Asset) -> None:
    """It is a version of this asset now. Raises UploadUsed when another request was first, UploadNotWhole."""
    taken = session.execute(
        update(IncomingFile)
        .where(IncomingFile.id == incoming.id, IncomingFile.state == UploadState.STORED)
        .values(state=UploadState.USED, asset_id=asset.id)
    )
    if taken.rowcount:  # type: ignore[attr-defined]
        return
    first = session.scalar(
        select(Asset.ref)
        .join(IncomingFile, IncomingFile.asset_id == Asset.id)
        .where(IncomingFile.id == incoming.id)
    )
    raise UploadUsed(first) if first else UploadNotWhole


def cancel(session: Session, incoming: IncomingFile) -> str:
    """Forget an upload; the name of its parts, which are to be discarded after the commit."""
    session.delete(incoming)
    return incoming.parts


def sweep(sessions: Sessions, blobs: BlobStore, *, at: datetime) -> None:
    """Forget what nobody came back for, with its parts."""
    with reading(sessions) as session:
        stale = session.scalars(select(IncomingFile).where(IncomingFile.expires_at <= at).limit(100)).all()
    for incoming in stale:
        blobs.discard_parts(incoming.parts)
        with transaction(sessions) as session:
            gone = session.get(IncomingFile, incoming.id)
            if gone is not None:
                session.delete(gone)
