"""The one guard before bytes, text, pictures and downloads: state, expiry, audience, what belongs to what.

Everything that it refuses is NotFound, with the same words as what does not exist (R1, R29).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.interfaces import ORMOption

from content.assets.audiences import visible_assets
from content.assets.models import Asset, AssetVersion, Page, Processing
from portal.kernel.errors import NotFound
from portal.kernel.identity import Identity


def readable_asset(
    session: Session, identity: Identity, ref: str, *, at: datetime, options: Sequence[ORMOption] = ()
) -> Asset:
    """The asset, when the identity may see it at this instant; `options` say what to load with it.

    Raises NotFound.
    """
    found = session.scalar(
        select(Asset).where(Asset.ref == ref, Asset.id.in_(visible_assets(identity, at=at))).options(*options)
    )
    if found is None:
        raise NotFound
    return found


def readable_version(
    session: Session, identity: Identity, ref: str, number: int | None = None, *, at: datetime
) -> AssetVersion:
    """A version of a readable asset, without a number the current one. Raises NotFound.

    Only who writes content sees versions that are not ready, failed, or wait for approval.
    """
    asset = readable_asset(session, identity, ref, at=at)
    wanted = select(AssetVersion).where(AssetVersion.asset_id == asset.id)
    if number is None:
        wanted = wanted.where(AssetVersion.id == asset.current_version_id)
    else:
        wanted = wanted.where(AssetVersion.number == number)
    if not identity.sees_all_content:
        wanted = wanted.where(is_open_version())
    found = session.scalar(wanted)
    if found is None:
        raise NotFound
    return found


def is_open_version() -> ColumnElement[bool]:
    """Of an asset that somebody may read, the versions that they may read, too."""
    return and_(AssetVersion.processing == Processing.READY, AssetVersion.is_held.is_(False))


def readable_page(session: Session, version: AssetVersion, number: int) -> Page:
    """A page of a version that the guard has let through. Raises NotFound."""
    found = session.scalar(select(Page).where(Page.version_id == version.id, Page.number == number))
    if found is None:
        raise NotFound
    return found
