"""Published content that nobody opened, ever or lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session, selectinload

from content.assets.audiences import visible_assets
from content.assets.models import Asset, AssetState
from content.usage.usage_filter import PARTNERS_AND_BUYERS
from content.usage.usage_models import UsageDay, View
from portal.kernel.identity import Identity

IDLE_DAYS = 90


@dataclass(frozen=True, slots=True)
class UnusedAsset:
    """`last_opened_at` is None when partners and buyers never opened it."""

    asset: Asset
    last_opened_at: datetime | None


@dataclass(frozen=True, slots=True)
class UnusedCounts:
    """How many were never opened, and how many were opened but not in the last 90 days."""

    never: int
    idle: int


@dataclass(frozen=True, slots=True)
class Idleness:
    """What to list: never opened, or not since a day."""

    today: date
    never: bool

    @property
    def since(self) -> date:
        return self.today - timedelta(days=IDLE_DAYS)

    @property
    def condition(self) -> ColumnElement[bool]:
        opened = _opened()
        if self.never:
            return ~opened
        return opened & ~_opened(since=self.since)


def unused_counts(session: Session, identity: Identity, *, today: date, at: datetime) -> UnusedCounts:
    never, idle = (
        select(func.count())
        .select_from(_published(identity, at).where(Idleness(today, which).condition).subquery())
        .scalar_subquery()
        for which in (True, False)
    )
    row = session.execute(select(never, idle)).one()
    return UnusedCounts(row[0], row[1])


def unused_assets(
    session: Session, identity: Identity, which: Idleness, *, at: datetime, offset: int = 0
) -> list[UnusedAsset]:
    """Fifty of them, those that were published first at the top: they have had the most time."""
    last = (
        select(UsageDay.last_opened_at)
        .where(UsageDay.asset_id == Asset.id, *_counts(UsageDay))
        .order_by(UsageDay.day.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = session.execute(
        _published(identity, at)
        .where(which.condition)
        .add_columns(last.label("last"))
        .options(selectinload(Asset.owner), selectinload(Asset.current_version))
        .order_by(Asset.published_at, Asset.id)
        .limit(50)
        .offset(offset)
    )
    return [UnusedAsset(row.Asset, row.last) for row in rows]


def _published(identity: Identity, at: datetime) -> Select[*tuple[Any, ...]]:
    visible = Asset.id.in_(visible_assets(identity, at=at))
    return select(Asset).where(Asset.state == AssetState.PUBLISHED, visible)


def _counts(table: type[UsageDay]) -> list[ColumnElement[bool]]:
    return [table.views > 0, table.viewer_class.in_(sorted(PARTNERS_AND_BUYERS))]


def _opened(since: date | None = None) -> ColumnElement[bool]:
    """Whether partners or buyers opened it; the index on (asset, day) stops at the first row."""
    rolled_up = select(UsageDay.id).where(UsageDay.asset_id == Asset.id, *_counts(UsageDay))
    still_open = select(View.id).where(
        View.asset_id == Asset.id, View.is_human, View.viewer_class.in_(sorted(PARTNERS_AND_BUYERS))
    )
    if since is not None:
        rolled_up = rolled_up.where(UsageDay.day >= since)
    return exists(rolled_up) | exists(still_open)
