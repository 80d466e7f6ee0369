"""Plans tried in the background: one at a time, whatever becomes of the worker, and not for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from commissions.facts.house_rules import HouseRules
from commissions.proposals.simulation_models import PlanSimulation, SimulationState
from commissions.proposals.simulations import (
    KEPT_FOR,
    SILENT,
    Asked,
    OneRunsAlready,
    ask_simulation,
    has_untidy_simulations,
    lost_simulations,
    run_simulation,
    simulation,
    tidy_simulations,
)
from portal.kernel.db import transaction
from portal.kernel.errors import NotFound
from portal.kernel.identity import Role
from tests.factories.books import a_plan
from tests.factories.people import a_brand, an_identity

AT = datetime(2026, 5, 10, 9, tzinfo=UTC)
Sessions = sessionmaker[Session]


def asked(sessions: Sessions, percent: str = "12") -> int:
    with transaction(sessions) as session:
        asker = an_identity(session, a_brand(session), Role.FINANCE)
        return ask_simulation(session, Asked(a_plan(percent=percent)), by=asker, at=AT).id


def run(sessions: Sessions, number: int, at: datetime = AT) -> None:
    run_simulation(sessions, number, house=HouseRules(), clock=lambda: at)


def cut_off(sessions: Sessions, number: int, *, at: datetime, tries: int) -> None:
    """As a worker leaves it that was killed."""
    with transaction(sessions) as session:
        found = simulation(session, number)
        found.state, found.seen_at, found.tries = SimulationState.RUNNING, at, tries


def state(sessions: Sessions, number: int) -> SimulationState:
    with sessions() as session:
        return simulation(session, number).state


def test_one_runs_at_a_time(sessions: Sessions) -> None:
    first = asked(sessions)
    with pytest.raises(OneRunsAlready):
        asked(sessions)
    run(sessions, first)
    assert state(sessions, first) is SimulationState.DONE
    assert asked(sessions) != first


def test_the_database_itself_holds_that_one_runs_at_a_time(sessions: Sessions) -> None:
    number = asked(sessions)
    with sessions() as session:
        row = session.get_one(PlanSimulation, number)
        slots = session.scalars(select(PlanSimulation.slot)).all()
    assert slots == [row.slot] == [1]
    run(sessions, number)
    with sessions() as session:
        assert session.scalars(select(PlanSimulation.slot)).all() == [None]


def test_what_a_killed_worker_left_is_taken_over_once_it_is_silent(sessions: Sessions) -> None:
    number = asked(sessions)
    cut_off(sessions, number, at=AT, tries=1)
    later = AT + SILENT + timedelta(seconds=1)
    run(sessions, number, AT + timedelta(seconds=30))
    assert state(sessions, number) is SimulationState.RUNNING
    with sessions() as session:
        assert not lost_simulations(session, at=AT + timedelta(seconds=30))
        assert list(lost_simulations(session, at=later)) == [number]
    run(sessions, number, later)
    assert state(sessions, number) is SimulationState.DONE


def test_what_kills_the_worker_twice_ends_with_a_sentence_and_frees_the_place(sessions: Sessions) -> None:
    number = asked(sessions)
    cut_off(sessions, number, at=AT, tries=2)
    later = AT + SILENT + timedelta(seconds=1)
    with transaction(sessions) as session:
        assert not lost_simulations(session, at=later)
        assert has_untidy_simulations(session, at=later)
        tidy_simulations(session, at=later)
    with sessions() as session:
        assert "cut off twice" in simulation(session, number).failure
        assert not has_untidy_simulations(session, at=later)
    assert asked(sessions) != number


def test_an_answer_is_forgotten_after_two_weeks(sessions: Sessions) -> None:
    number = asked(sessions)
    run(sessions, number)
    with transaction(sessions) as session:
        tidy_simulations(session, at=AT + KEPT_FOR)
        assert simulation(session, number).answer is not None
        tidy_simulations(session, at=AT + KEPT_FOR + timedelta(seconds=1))
    with sessions() as session, pytest.raises(NotFound):
        simulation(session, number)
