"""Plans as people read them: each name with its versions, who proposed and approved them, and their use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commissions.ledger.ledger_models import Period, PeriodState, Posting
from commissions.ledger.periods import last_closed
from commissions.plans.plan_models import PlanVersion
from commissions.plans.plan_reading import read_plan
from commissions.plans.plan_rivals import newest_versions
from commissions.plans.plan_rules import Plan
from portal.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan in the list: its newest version, and how many lines earned by any of its versions."""

    latest: PlanVersion
    lines: int

    @property
    def last_day(self) -> date | None:
        return last_day_of(self.latest)


def plan_rows(session: Session) -> list[PlanRow]:
    """Every plan by name."""
    lines = _lines_by_plan(session)
    return [PlanRow(version, lines.get(version.name, 0)) for version in newest_versions(session)]


def _lines_by_plan(session: Session) -> dict[str, int]:
    query = select(Posting.plan, func.count(Posting.line_id.distinct())).group_by(Posting.plan)
    return {name: int(count) for name, count in session.execute(query)}


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


def lines_by_version(session: Session, name: str) -> dict[int, int]:
    """How many lines earned by each version of a plan."""
    query = (
        select(Posting.plan_version, func.count(Posting.line_id.distinct()))
        .where(Posting.plan == name)
        .group_by(Posting.plan_version)
    )
    return {int(version): int(count) for version, count in session.execute(query)}


def last_day_of(version: PlanVersion) -> date | None:
    """The last day on which a version holds; None where it is open."""
    return None if version.valid_to is None else version.valid_to - timedelta(days=1)


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
