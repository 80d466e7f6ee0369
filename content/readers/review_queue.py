"""What waits for somebody of the brand: approval, a review, an expiry, a publishing at a set time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, selectinload

from content.assets.models import Asset, AssetState
from content.assets.proposal_models import ChangeState, ProposedChange
from content.editing.proposed_changes import has_waiting_change, waiting_by_asset
from content.readers.feedback import is_reported_out_of_date
from content.readers.reader_models import Answer, Feedback

AHEAD = timedelta(days=30)


class Waiting(StrEnum):
    APPROVAL = "approval"
    REVIEW = "review"
    EXPIRY = "expiry"
    SCHEDULED = "scheduled"
    REPORTED = "reported"


@dataclass(frozen=True, slots=True)
class ReviewQueue:
    """One page of what waits for one thing, what is most urgent first, and how many wait for each."""

    waiting: Waiting
    assets: tuple[Asset, ...]
    counts: Mapping[Waiting, int]
    # of what was reported: how many people did, and the last of their notes
    reports: Mapping[int, tuple[int, str]]
    # of what is published: what waits for a second person
    changes: Mapping[int, list[ProposedChange]]

    @property
    def total(self) -> int:
        return self.counts[self.waiting]


@dataclass(frozen=True, slots=True)
class Until:
    """The moment that the queue is asked at, and the day it lies on where the house is."""

    at: datetime
    today: date


def review_queue(session: Session, waiting: Waiting, until: Until, *, limit: int, offset: int) -> ReviewQueue:
    wanted = (
        select(Asset)
        .where(_condition(waiting, until))
        .options(
            joinedload(Asset.owner),
            joinedload(Asset.submitted_by),
            selectinload(Asset.versions),
            joinedload(Asset.publish_by),
            joinedload(Asset.current_version),
        )
        .order_by(_ORDER[waiting], Asset.id)
        .limit(limit)
        .offset(offset)
    )
    assets = tuple(session.scalars(wanted))
    ids = [asset.id for asset in assets]
    reports = _reports(session, ids) if waiting is Waiting.REPORTED else {}
    changes = waiting_by_asset(session, ids) if waiting is Waiting.APPROVAL else {}
    return ReviewQueue(waiting, assets, waiting_counts(session, until), reports, changes)


def waiting_counts(session: Session, until: Until) -> dict[Waiting, int]:
    sums = [func.sum(case((_condition(waiting, until), 1), else_=0)) for waiting in Waiting]
    row = session.execute(select(*sums)).one()
    return {waiting: int(count or 0) for waiting, count in zip(Waiting, row, strict=True)}


def waiting_for_approval(session: Session, person_id: int) -> int:
    """How many somebody else handed in, so that this person may approve them."""
    others = or_(Asset.submitted_by_id.is_(None), Asset.submitted_by_id != person_id)
    made = or_(Asset.created_by_id.is_(None), Asset.created_by_id != person_id)
    handed_in = and_(Asset.state == AssetState.IN_REVIEW, others, made)
    by_others = exists().where(
        ProposedChange.asset_id == Asset.id,
        ProposedChange.state == ChangeState.WAITING,
        or_(ProposedChange.proposed_by_id.is_(None), ProposedChange.proposed_by_id != person_id),
    )
    counted = select(func.count()).select_from(Asset).where(or_(handed_in, by_others))
    return session.scalar(counted) or 0


def _reports(session: Session, ids: list[int]) -> dict[int, tuple[int, str]]:
    rows = session.execute(
        select(Feedback.asset_id, Feedback.note)
        .where(
            Feedback.asset_id.in_(ids), Feedback.answer == Answer.OUT_OF_DATE, Feedback.settled_at.is_(None)
        )
        .order_by(Feedback.given_at, Feedback.id)
    )
    found: dict[int, tuple[int, str]] = {}
    for asset_id, note in rows:
        count, last = found.get(asset_id, (0, ""))
        found[asset_id] = (count + 1, note or last)
    return found


def _first_proposed() -> ColumnElement[datetime]:
    return (
        select(func.min(ProposedChange.proposed_at))
        .where(ProposedChange.asset_id == Asset.id, ProposedChange.state == ChangeState.WAITING)
        .scalar_subquery()
    )


_ORDER: Mapping[Waiting, ColumnElement[Any] | InstrumentedAttribute[Any]] = {
    Waiting.APPROVAL: func.coalesce(_first_proposed(), Asset.submitted_at),
    Waiting.REVIEW: Asset.review_on,
    Waiting.EXPIRY: Asset.expires_at,
    Waiting.SCHEDULED: Asset.publish_at,
    Waiting.REPORTED: Asset.updated_at,
}


def _condition(waiting: Waiting, until: Until) -> ColumnElement[bool]:
    published = Asset.state == AssetState.PUBLISHED
    if waiting is Waiting.APPROVAL:
        return or_(Asset.state == AssetState.IN_REVIEW, has_waiting_change())
    if waiting is Waiting.REVIEW:
        return and_(published, Asset.review_on <= until.today + AHEAD)
    if waiting is Waiting.EXPIRY:
        return and_(published, Asset.expires_at <= until.at + AHEAD)
    if waiting is Waiting.REPORTED:
        return and_(published, is_reported_out_of_date())
    return or_(Asset.publish_at.is_not(None), Asset.publish_problem.is_not(None))
