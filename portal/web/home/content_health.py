"""What the brand's library needs: files that failed or wait, content that is due for review."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from content.models import Asset, AssetState, AssetVersion, Processing

REVIEW_AHEAD = timedelta(days=30)
MOST = 4


@dataclass(frozen=True, slots=True)
class Failure:
    ref: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class DueAsset:
    ref: str
    title: str
    review_on: date


@dataclass(frozen=True, slots=True)
class ContentHealth:
    """Counts of the whole library, and the first few rows behind each."""

    published: int
    drafts: int
    waiting: int
    failed: int
    due: int
    failures: Sequence[Failure]
    due_assets: Sequence[DueAsset]


def content_health(session: Session, *, today: date) -> ContentHealth:
    """Of assets that are not retired; a file counts in its newest version."""
    states = {
        row[0]: row[1] for row in session.execute(select(Asset.state, func.count()).group_by(Asset.state))
    }
    newest = aliased(AssetVersion)
    top = select(func.max(newest.number)).where(newest.asset_id == Asset.id).scalar_subquery()
    files = (
        select(AssetVersion.processing, func.count())
        .join(Asset, Asset.id == AssetVersion.asset_id)
        .where(AssetVersion.number == top, Asset.state != AssetState.RETIRED)
        .group_by(AssetVersion.processing)
    )
    processing = {row[0]: row[1] for row in session.execute(files)}
    failures = (
        select(Asset.ref, Asset.title, AssetVersion.reason)
        .join(AssetVersion, AssetVersion.asset_id == Asset.id)
        .where(
            AssetVersion.number == top,
            AssetVersion.processing == Processing.FAILED,
            Asset.state != AssetState.RETIRED,
        )
        .order_by(AssetVersion.created_at.desc(), Asset.id)
        .limit(MOST)
    )
    return ContentHealth(
        published=states.get(AssetState.PUBLISHED, 0),
        drafts=sum(
            states.get(state, 0) for state in (AssetState.DRAFT, AssetState.IN_REVIEW, AssetState.APPROVED)
        ),
        waiting=processing.get(Processing.PENDING, 0) + processing.get(Processing.PROCESSING, 0),
        failed=processing.get(Processing.FAILED, 0),
        due=_due_count(session, today),
        failures=[Failure(ref, title, reason or "") for ref, title, reason in session.execute(failures)],
        due_assets=_due_assets(session, today),
    )


def _due_count(session: Session, today: date) -> int:
    query = select(func.count()).where(
        Asset.state == AssetState.PUBLISHED, Asset.review_on <= today + REVIEW_AHEAD
    )
    return session.scalar(query) or 0


def _due_assets(session: Session, today: date) -> list[DueAsset]:
    query = (
        select(Asset.ref, Asset.title, Asset.review_on)
        .where(Asset.state == AssetState.PUBLISHED, Asset.review_on <= today + REVIEW_AHEAD)
        .order_by(Asset.review_on, Asset.id)
        .limit(MOST)
    )
    return [DueAsset(ref, title, day) for ref, title, day in session.execute(query) if day is not None]
