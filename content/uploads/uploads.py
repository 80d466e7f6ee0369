"""Files come in: stored first, then an asset or its next version points at them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content.assets.errors import WrongAddress
from content.assets.file_types import HEAD_BYTES, LINK, OTHER, FileType, recognised, safe_file_name
from content.assets.models import Asset, AssetVersion, Processing
from content.assets.storage_errors import storage_fault
from content.processing.links import host_of, is_taken
from portal.kernel import activity
from portal.kernel.identity import Identity
from portal.kernel.ports import BlobStore


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that is in the store, an address, or (neither) what could not be read and why.

    `what_changed` is what its uploader says about it, for those who knew the version before.
    """

    file_name: str
    type: FileType
    sha256: str | None = None
    url: str | None = None
    size: int = 0
    failure: str | None = None
    what_changed: str = ""


def stored(blobs: BlobStore, stream: BinaryIO, file_name: str) -> Upload:
    """Put a seekable stream into the store. Raises UnknownFileType, StorageDown.

    To be called outside a transaction: bytes take time.
    """
    name = safe_file_name(file_name)
    head = stream.read(HEAD_BYTES)
    stream.seek(0)
    kind = recognised(name, head)
    try:
        blob = blobs.put(stream)
    except OSError as error:
        raise storage_fault(error) from error
    return Upload(name, kind, sha256=blob.sha256, size=blob.size)


def linked(url: str) -> Upload:
    """An address instead of a file. Raises WrongAddress."""
    address = url.strip()
    if not is_taken(address):
        raise WrongAddress(address[:200])
    return Upload(host_of(address), LINK, url=address)


def failed(file_name: str, reason: str) -> Upload:
    """A file that could not even be stored; its asset stays, failed with the reason."""
    return Upload(safe_file_name(file_name), OTHER, failure=reason)


def add_version(
    session: Session, asset: Asset, upload: Upload, *, at: datetime, by: Identity | str
) -> AssetVersion:
    """The asset's next version, waiting to be read. It becomes current when it is ready."""
    # of two who send one at once each gets a number of its own
    session.execute(select(Asset.id).where(Asset.id == asset.id).with_for_update())
    newest = select(func.max(AssetVersion.number)).where(AssetVersion.asset_id == asset.id)
    version = AssetVersion(
        asset_id=asset.id,
        number=(session.scalar(newest) or 0) + 1,
        file_name=upload.file_name,
        media_type=upload.type.media_type,
        format=upload.type.format,
        blob_sha256=upload.sha256,
        url=upload.url,
        size=upload.size,
        processing=Processing.FAILED if upload.failure else Processing.PENDING,
        reason=upload.failure,
        what_changed=upload.what_changed.strip(),
        created_at=at,
        created_by_id=by.user_id if isinstance(by, Identity) else None,
    )
    session.add(version)
    asset.updated_at = at
    session.flush()
    facts = {"version": version.number, "file": upload.file_name}
    activity.record(session, "version.added", ("asset", asset.ref), at=at, by=by, **facts)
    return version


def same_file(version: AssetVersion | None, upload: Upload) -> bool:
    """Whether a version already is this upload, so that importing it again has no effect."""
    return version is not None and (
        (upload.sha256 is not None and version.blob_sha256 == upload.sha256)
        or (upload.url is not None and version.url == upload.url)
        or (upload.failure is not None and version.reason == upload.failure)
    )
