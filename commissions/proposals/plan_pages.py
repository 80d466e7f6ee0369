"""Plans as people read them: each name with its versions, who proposed and approved them, and their use."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commissions.ledger.ledger_models import Period, PeriodState, Posting
from commissions.ledger.periods import last_closed
from commissions.plans.plan_models import PlanVersion
from commissions.plans.plan_reading import read_plan
from commissions.plans.plan_rules import Plan
from portal.kernel.errors import NotFound


def plan_versions(session: Session, name: str) -> Sequence[PlanVersion]:
    """All versions of a plan, newest first. Raises NotFound."""
    query = select(PlanVersion).where(PlanVersion.name == name).order_by(PlanVersion.version.desc())
    found = session.scalars(query).all()
    if not found:
        raise NotFound
    return found


def plan_version(session: Session, name: str, number: int) -> PlanVersion:
    """Raises NotFound."""
    query = select(PlanVersion).where(PlanVersion.name == name, PlanVersion.version == number)
    found = session.scalar(query)
    if found is None:
        raise NotFound
    return found


def newest_before(session: Session, name: str, instant: datetime | None) -> PlanVersion | None:
    """The newest version recorded before an instant, or of all."""
    query = select(PlanVersion).where(PlanVersion.name == name).order_by(PlanVersion.version.desc())
    if instant is not None:
        query = query.where(PlanVersion.recorded_at < instant)
    return session.scalars(query.limit(1)).first()


def lines_by_version(session: Session, name: str) -> dict[int, int]:
    """How many lines earned by each version of a plan."""
    query = (
        select(Posting.plan_version, func.count(Posting.line_id.distinct()))
        .where(Posting.plan == name)
        .group_by(Posting.plan_version)
    )
    return {int(version): int(count) for version, count in session.execute(query)}


def replaced(versions: Sequence[PlanVersion]) -> dict[int, int]:
    """Of versions, newest first: those that a newer one replaces on each of their days, and which it is."""
    return {
        one.version: newer.version
        for place, one in enumerate(versions)
        for newer in versions[:place]
        if (newer.valid_from or date.min) <= (one.valid_from or date.min)
        and (newer.valid_to or date.max) >= (one.valid_to or date.max)
    }


def rules_of(version: PlanVersion) -> Plan:
    return read_plan(version.document)


def closed_reach(session: Session, plan: Plan) -> tuple[int, int]:
    """How many closed months a version may re-rate, and how many lines that earned in them by its name."""
    months = select(Period.ref).where(Period.state == PeriodState.CLOSED)
    if plan.valid_from is not None:
        months = months.where(Period.end_day > plan.valid_from)
    query = select(
        func.count(Posting.service_period.distinct()), func.count(Posting.line_id.distinct())
    ).where(Posting.plan == plan.name, Posting.service_period.in_(months))
    found = session.execute(query).one()
    return int(found[0]), int(found[1])


def touches_closed_months(session: Session, plan: Plan) -> bool:
    """Whether a version may re-rate months that are closed: it holds on a day before the books' end."""
    closed = last_closed(session)
    return closed is not None and (plan.valid_from is None or plan.valid_from < closed.end_day)
