"""Assets that can be opened, and sittings with them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content.assets.models import (
    Asset,
    AssetKind,
    AssetState,
    AssetVersion,
    AudienceDimension,
    AudienceRule,
    FileFormat,
    Page,
    Processing,
)
from content.usage.usage_history import PastDownload, PastView, write_events
from content.usage.usage_models import Download, View, ViewEvent
from content.usage.usage_rollups import roll_up_downloads, roll_up_views
from content.usage.usage_time import Beat
from content.usage.usage_tokens import claims_of, signed
from content.usage.usage_views import BeatAnswer, Moment, count_beat, open_view
from portal.kernel.identity import Identity

SECRET = "a secret of the tests that is long enough"
OPENED = datetime(2026, 6, 9, 8, 52, tzinfo=UTC)

_numbers = count(1)


def a_published_version(
    session: Session, *, pages: int = 4, tier: str | None = None, **columns: Any
) -> AssetVersion:
    """The current version of a published asset, open to every partner or to those of a tier."""
    number = next(_numbers)
    asset = Asset(
        ref=f"asset-{number}",
        title=f"Asset {number}",
        kind=AssetKind.CASE_STUDY,
        state=AssetState.PUBLISHED,
        published_at=OPENED - timedelta(days=400),
        created_at=OPENED - timedelta(days=400),
        updated_at=OPENED - timedelta(days=400),
    )
    asset.audience = [
        AudienceRule(dimension=AudienceDimension.TIER, value=tier)
        if tier
        else AudienceRule(dimension=AudienceDimension.ALL, value="")
    ]
    session.add(asset)
    session.flush()
    return a_version(session, asset, pages=pages, **columns)


def a_version(
    session: Session, asset: Asset, *, number: int = 1, pages: int = 4, **columns: Any
) -> AssetVersion:
    """A ready version that is the asset's current one; `columns` are what matters of its file."""
    made = {
        "file_name": "asset.pdf",
        "media_type": "application/pdf",
        "format": FileFormat.PDF,
        "blob_sha256": f"{asset.id:032x}{number:032x}",
        "created_at": OPENED - timedelta(days=400),
    }
    version = AssetVersion(
        asset_id=asset.id,
        number=number,
        processing=Processing.READY,
        page_count=pages,
        **(made | columns),
    )
    version.pages = [
        Page(number=n, title=f"Head {n}", text=f"Words of page {n}.") for n in range(1, pages + 1)
    ]
    session.add(version)
    session.flush()
    asset.current_version_id = version.id
    session.flush()
    return version


def moment(at: datetime = OPENED) -> Moment:
    return Moment.of(at, UTC)


def write_history(
    session: Session, views: Iterable[PastView], downloads: Iterable[PastDownload] = ()
) -> None:
    """Write events and downloads, and add them to the roll-ups."""
    last_event = session.scalar(select(func.max(ViewEvent.id))) or 0
    last_download = session.scalar(select(func.max(Download.id))) or 0
    write_events(session, views, downloads)
    roll_up_views(session, ViewEvent.id > last_event)
    roll_up_downloads(session, Download.id > last_download)


def an_open_view(session: Session, identity: Identity, version: AssetVersion, at: datetime = OPENED) -> View:
    return open_view(session, identity, version, moment(at))


def send(session: Session, identity: Identity, view: View, beat: Beat, *, after: float = 15) -> BeatAnswer:
    """Send a beat some seconds after the opening."""
    at = view.opened_at + timedelta(seconds=after)
    return count_beat(session, identity, claims_of(SECRET, signed(SECRET, view), at), beat, at)


def a_reading(
    session: Session,
    identity: Identity,
    version: AssetVersion,
    seconds: dict[int, int],
    at: datetime = OPENED,
) -> View:
    """A view with so many seconds on each page, still open."""
    view = an_open_view(session, identity, version, at)
    pages = {page: value * 1_000 for page, value in seconds.items()}
    send(session, identity, view, Beat("tab", 1, pages, human=True), after=sum(seconds.values()))
    return view
