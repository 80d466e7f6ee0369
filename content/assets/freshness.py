"""Somebody stands behind what partners see: it is confirmed in time, or hidden after a time of grace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, sessionmaker

from content.assets.errors import WrongStep
from content.assets.models import Asset, AssetState
from portal.kernel import activity
from portal.kernel.db import reading, transaction
from portal.kernel.identity import Identity

WORKER = "worker"

# systems write 9999-12-31 for what never ends; a little later there is no calendar any more to count in
LAST_YEAR = 2999


def is_endless(day: date) -> bool:
    """A day, or an instant, that nobody means to see come."""
    return day.year > LAST_YEAR


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The day on which somebody says "still right", and the day on which they are asked again."""

    on: date
    review_on: date

    @classmethod
    def of(cls, today: date, every_days: int) -> Confirmation:
        return cls(today, today + timedelta(days=every_days))


def confirm(session: Session, asset: Asset, given: Confirmation, *, at: datetime, by: Identity) -> None:
    """Stand behind an asset as it is; one that was hidden is seen again. Raises WrongStep."""
    if asset.state is AssetState.RETIRED:
        raise WrongStep("confirmed", asset.state)
    before = {"verified_on": asset.verified_on, "review_on": asset.review_on}
    told = {name: day.isoformat() if day else None for name, day in before.items()}
    asset.verified_on, asset.review_on, asset.hidden_at = given.on, given.review_on, None
    asset.updated_at = at
    activity.record(session, "asset.confirmed", ("asset", asset.ref), at=at, by=by, before=told)


def hide_unconfirmed(sessions: sessionmaker[Session], *, due_before: date, at: datetime) -> list[str]:
    """Hide from partners what was due for review before a day and nobody confirmed; its refs.

    What is no longer due by that day (another date, or a longer grace) is shown again.
    """
    with reading(sessions) as session:
        if session.scalar(select(Asset.id).where(_to_change(due_before)).limit(1)) is None:
            return []
    hidden = []
    with transaction(sessions) as session:
        for asset in session.scalars(select(Asset).where(_to_change(due_before)).with_for_update()):
            is_overdue = asset.review_on is not None and asset.review_on < due_before
            asset.hidden_at = at if is_overdue else None
            asset.updated_at = at
            verb = "asset.hidden" if is_overdue else "asset.shown"
            due = asset.review_on.isoformat() if asset.review_on else None
            activity.record(session, verb, ("asset", asset.ref), at=at, by=WORKER, review_on=due)
            hidden += [asset.ref] if is_overdue else []
    return hidden


def _to_change(due_before: date) -> ColumnElement[bool]:
    overdue = and_(Asset.state == AssetState.PUBLISHED, Asset.review_on < due_before)
    in_time = or_(Asset.review_on.is_(None), Asset.review_on >= due_before)
    return or_(and_(overdue, Asset.hidden_at.is_(None)), and_(in_time, Asset.hidden_at.is_not(None)))
