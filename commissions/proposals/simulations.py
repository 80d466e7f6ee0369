"""A plan tried on past months by the worker: asked once, run alone, and its answer kept for a while."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, defer, sessionmaker

from commissions.facts.house_rules import HouseRules
from commissions.plans.plan_reading import read_plan
from commissions.proposals.plan_preview import Months, preview
from commissions.proposals.preview_json import preview_as_json
from commissions.proposals.simulation_models import ONLY, PlanSimulation, SimulationState
from commissions.reckoning.line_facts import Horizon
from commissions.reckoning.plan_book import plan_book
from portal.kernel.activity import record
from portal.kernel.db import reading, transaction
from portal.kernel.errors import Conflict, NotFound, Refusal
from portal.kernel.identity import Identity

KEPT_FOR = timedelta(days=14)
# a worker says how far it is each second; one that is silent for so long is gone
SILENT = timedelta(minutes=2)
MOST_TRIES = 2
TELL_EVERY = timedelta(seconds=1)

Clock = Callable[[], datetime]


class OneRunsAlready(Conflict):
    def __init__(self) -> None:
        super().__init__("A plan is being tried on past months already. Yours can start when that is done.")


class MonthsBackwards(Refusal):
    def __init__(self) -> None:
        super().__init__("The first month comes after the last one.")


@dataclass(frozen=True, slots=True)
class Asked:
    """A plan's document, the months, and where it was asked: see PlanSimulation."""

    document: Mapping[str, Any]
    months: Months = field(default_factory=Months)
    origin: Mapping[str, Any] = field(default_factory=dict)


def ask_simulation(session: Session, asked: Asked, *, by: Identity, at: datetime) -> PlanSimulation:
    """Raises FieldRefused for a document that is no plan, MonthsBackwards and OneRunsAlready."""
    plan = read_plan(asked.document)
    if asked.months.are_backwards:
        raise MonthsBackwards
    if running_simulation(session) is not None:
        raise OneRunsAlready
    made = PlanSimulation(
        plan=plan.name,
        document=dict(asked.document),
        origin=dict(asked.origin),
        first_month=asked.months.first,
        last_month=asked.months.last,
        asked_by=by.user_id,
        asked_at=at,
    )
    session.add(made)
    try:
        session.flush()
    except IntegrityError:
        # somebody else asked in the same moment
        raise OneRunsAlready from None
    record(session, "tried", ("plan", plan.name), at=at, by=by, simulation=made.id)
    return made


def simulation(session: Session, simulation_id: int) -> PlanSimulation:
    """Raises NotFound, also for one that is not kept any more."""
    found = session.get(PlanSimulation, simulation_id)
    if found is None:
        raise NotFound
    return found


def running_simulation(session: Session) -> PlanSimulation | None:
    return session.scalar(select(PlanSimulation).where(PlanSimulation.slot == ONLY))


def latest_simulations(session: Session, plan: str, *, limit: int = 10) -> Sequence[PlanSimulation]:
    """Those of a plan that are kept, the latest first, without their answers."""
    query = select(PlanSimulation).where(PlanSimulation.plan == plan).order_by(PlanSimulation.id.desc())
    return session.scalars(query.options(defer(PlanSimulation.answer)).limit(limit)).all()


def run_simulation(
    sessions: sessionmaker[Session], simulation_id: int, *, house: HouseRules, clock: Clock
) -> None:
    """Work it out and keep the answer; nothing if another worker has it or it is over."""
    with transaction(sessions) as session:
        if not _claimed(session, simulation_id, at=clock()):
            return
    try:
        answer = _answer(sessions, simulation_id, house, clock)
    except Refusal as refusal:
        _end(sessions, simulation_id, at=clock(), state=SimulationState.FAILED, failure=refusal.sentence)
    else:
        _end(sessions, simulation_id, at=clock(), state=SimulationState.DONE, answer=answer)


def lost_simulations(session: Session, *, at: datetime) -> Sequence[int]:
    """Ids of those that wait, and of those whose worker is gone."""
    return session.scalars(
        select(PlanSimulation.id).where(_is_free(at), PlanSimulation.tries < MOST_TRIES)
    ).all()


def tidy_simulations(session: Session, *, at: datetime) -> None:
    """End what its workers did not survive, and forget old answers."""
    failure = "The work was cut off twice without an answer. Try fewer months, or ask who runs the portal."
    session.execute(
        update(PlanSimulation)
        .where(_is_free(at), PlanSimulation.tries >= MOST_TRIES)
        .values(state=SimulationState.FAILED, slot=None, finished_at=at, failure=failure)
    )
    session.execute(delete(PlanSimulation).where(PlanSimulation.finished_at < at - KEPT_FOR))


def has_untidy_simulations(session: Session, *, at: datetime) -> bool:
    cut_off = and_(_is_free(at), PlanSimulation.tries >= MOST_TRIES)
    old = PlanSimulation.finished_at < at - KEPT_FOR
    return session.scalar(select(PlanSimulation.id).where(or_(cut_off, old)).limit(1)) is not None


def _is_free(at: datetime) -> Any:
    silent = and_(PlanSimulation.state == SimulationState.RUNNING, PlanSimulation.seen_at < at - SILENT)
    return or_(PlanSimulation.state == SimulationState.WAITING, silent)


def _claimed(session: Session, simulation_id: int, *, at: datetime) -> bool:
    claimed = session.execute(
        update(PlanSimulation)
        .where(PlanSimulation.id == simulation_id, _is_free(at), PlanSimulation.tries < MOST_TRIES)
        .values(state=SimulationState.RUNNING, seen_at=at, tries=PlanSimulation.tries + 1, lines_done=0)
        .returning(PlanSimulation.id)
    )
    return claimed.scalar() is not None


def _answer(
    sessions: sessionmaker[Session], simulation_id: int, house: HouseRules, clock: Clock
) -> dict[str, Any]:
    told = clock()

    def tell(done: int, lines: int) -> None:
        nonlocal told
        if clock() - told >= TELL_EVERY or not done:
            told = clock()
            _note(sessions, simulation_id, seen_at=told, lines_done=done, lines=lines)

    with reading(sessions) as session:
        asked = simulation(session, simulation_id)
        horizon = Horizon(house, plan_book(session), house.business_day(clock()))
        months = Months(asked.first_month, asked.last_month)
        found = preview(session, read_plan(asked.document), horizon=horizon, months=months, tell=tell)
    return preview_as_json(found)


def _end(sessions: sessionmaker[Session], simulation_id: int, *, at: datetime, **values: Any) -> None:
    _note(sessions, simulation_id, slot=None, seen_at=at, finished_at=at, **values)


def _note(sessions: sessionmaker[Session], simulation_id: int, **values: Any) -> None:
    with transaction(sessions) as session:
        session.execute(update(PlanSimulation).where(PlanSimulation.id == simulation_id).values(**values))
