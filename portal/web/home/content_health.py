"""What the brand's library needs: files that failed or wait, what is due for review or never opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, aliased

from content.assets.models import Asset, AssetKind, AssetState, AssetVersion, Processing
from content.usage.usage_unused import Idleness

REVIEW_AHEAD = timedelta(days=30)
MOST = 4
# more files than this are a matter for the list of content
MOST_UNREADY = 500
IN_THE_MAKING = (AssetState.DRAFT, AssetState.IN_REVIEW, AssetState.APPROVED)


@dataclass(frozen=True, slots=True)
class Unready:
    """An asset whose newest file is not ready, and why when it failed."""

    ref: str
    title: str
    processing: Processing
    reason: str | None


@dataclass(frozen=True, slots=True)
class DueAsset:
    ref: str
    title: str
    review_on: date


@dataclass(frozen=True, slots=True)
class UnopenedAsset:
    ref: str
    title: str
    kind: AssetKind
    published_at: datetime | None
    has_cover: bool


@dataclass(frozen=True, slots=True)
class ContentHealth:
    """Counts of the library without what is retired, and the first rows behind them."""

    published: int
    in_the_making: int
    due: int
    unready: Sequence[Unready]
    due_assets: Sequence[DueAsset]

    @property
    def failures(self) -> list[Unready]:
        return [one for one in self.unready if one.processing is Processing.FAILED][:MOST]

    @property
    def failed(self) -> int:
        return sum(1 for one in self.unready if one.processing is Processing.FAILED)

    @property
    def waiting(self) -> int:
        return len(self.unready) - self.failed


def content_health(session: Session, *, today: date) -> ContentHealth:
    is_due = Asset.review_on <= today + REVIEW_AHEAD
    counts = select(Asset.state, func.count(), func.sum(case((is_due, 1), else_=0))).group_by(Asset.state)
    states = {state: (int(number), int(due)) for state, number, due in session.execute(counts)}
    published, due = states.get(AssetState.PUBLISHED, (0, 0))
    return ContentHealth(
        published=published,
        in_the_making=sum(states.get(state, (0, 0))[0] for state in IN_THE_MAKING),
        due=due,
        unready=_unready(session),
        due_assets=_due_assets(session, today),
    )


def never_opened(session: Session, *, today: date, most: int) -> list[UnopenedAsset]:
    """Published content that no partner or buyer has opened, the one that waits longest first."""
    query = (
        select(
            Asset.ref,
            Asset.title,
            Asset.kind,
            Asset.published_at,
            AssetVersion.cover_sha256.is_not(None),
        )
        .join(AssetVersion, AssetVersion.id == Asset.current_version_id)
        .where(Asset.state == AssetState.PUBLISHED, Idleness(today, never=True).condition)
        .order_by(Asset.published_at, Asset.id)
        .limit(most)
    )
    return [UnopenedAsset(*row) for row in session.execute(query)]


def _unready(session: Session) -> list[Unready]:
    other = aliased(AssetVersion)
    top = select(func.max(other.number)).where(other.asset_id == Asset.id).correlate(Asset).scalar_subquery()
    query = (
        select(Asset.ref, Asset.title, AssetVersion.processing, AssetVersion.reason)
        .join(AssetVersion, AssetVersion.asset_id == Asset.id)
        .where(
            AssetVersion.number == top,
            AssetVersion.processing != Processing.READY,
            Asset.state != AssetState.RETIRED,
        )
        .order_by(AssetVersion.created_at.desc(), Asset.id)
        .limit(MOST_UNREADY)
    )
    return [Unready(*row) for row in session.execute(query)]


def _due_assets(session: Session, today: date) -> list[DueAsset]:
    query = (
        select(Asset.ref, Asset.title, Asset.review_on)
        .where(Asset.state == AssetState.PUBLISHED, Asset.review_on <= today + REVIEW_AHEAD)
        .order_by(Asset.review_on, Asset.id)
        .limit(MOST)
    )
    return [DueAsset(ref, title, day) for ref, title, day in session.execute(query) if day is not None]
