"""Partners' copies that nobody can get any more go, with their bytes: storage does not grow with them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, ColumnElement, Select, Table, exists, literal, or_, select, union_all
from sqlalchemy.orm import Session, aliased, sessionmaker

from content.assets.cobranding_models import BrandingZone, CobrandedFile
from content.assets.models import Asset, AssetState, AssetVersion
from portal.kernel.db import Base, reading, transaction
from portal.kernel.ports import BlobStore

AT_ONCE = 100


def sweep_copies(sessions: sessionmaker[Session], blobs: BlobStore, *, at: datetime) -> int:
    """How many went: of older versions, of what expired, was retired or has no zone, and older copies.

    The row goes only together with its bytes. Raises OSError when the store does not answer.
    """
    with reading(sessions) as session:
        ended = session.scalars(_ended(at)).all()
    for copy_id in ended:
        with transaction(sessions) as session:
            copy = session.get(CobrandedFile, copy_id)
            if copy is None:
                continue
            hashes = {copy.file_sha256, copy.image_sha256}
            session.delete(copy)
            session.flush()
            spare = [sha256 for sha256 in sorted(hashes) if not _is_named(session, sha256)]
            for sha256 in spare:
                blobs.delete(sha256)
    return len(ended)


def _ended(at: datetime) -> Select[int]:
    return (
        select(CobrandedFile.id)
        .join(AssetVersion, AssetVersion.id == CobrandedFile.version_id)
        .join(Asset, Asset.id == AssetVersion.asset_id)
        .outerjoin(BrandingZone, BrandingZone.version_id == CobrandedFile.version_id)
        .where(
            or_(
                Asset.current_version_id.is_distinct_from(CobrandedFile.version_id),
                Asset.state != AssetState.PUBLISHED,
                Asset.expires_at <= at,
                BrandingZone.version_id.is_(None),
                _has_newer(),
            )
        )
        .order_by(CobrandedFile.id)
        .limit(AT_ONCE)
    )


def _has_newer() -> ColumnElement[bool]:
    """The partner's contact or logo, or the place of its name, is another by now."""
    newer = aliased(CobrandedFile)
    return exists().where(
        newer.version_id == CobrandedFile.version_id,
        newer.organisation_id == CobrandedFile.organisation_id,
        newer.id > CobrandedFile.id,
    )


def hash_columns(table: Table) -> list[Column[str]]:
    """Those that may name a blob. Each leads an index, so that many copies can end at once."""
    return [column for column in table.columns if column.name.endswith("sha256")]


def _is_named(session: Session, sha256: str) -> bool:
    """Whether any row of any table names the blob: the same bytes may be somebody's upload, too."""
    columns = [column for table in Base.metadata.sorted_tables for column in hash_columns(table)]
    named = union_all(*(select(literal(1)).where(column == sha256) for column in columns)).limit(1)
    return session.execute(named).first() is not None
