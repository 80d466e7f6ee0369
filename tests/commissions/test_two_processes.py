"""Two processes at once give the result of one after the other; one that dies leaves nothing (F2, F9)."""

from __future__ import annotations

import signal

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from commissions.checking.checking import broken_rules
from commissions.facts.house_rules import HouseRules
from commissions.ledger.ledger_models import LedgerEntry, Posting, Statement
from portal.kernel.db import reading, transaction
from tests.factories.closed_months import the_worked_example, two_people
from tests.factories.waiting_processes import ACCRUE, CLOSE, at_once, start


def test_two_accruals_at_once_post_once(database_url: str, sessions: sessionmaker[Session]) -> None:
    with transaction(sessions) as session:
        the_worked_example(session)
    said = at_once([start(ACCRUE, database_url) for _ in range(2)])
    assert sorted(said) == ["0", "4"]
    with reading(sessions) as session:
        assert session.scalar(select(func.count()).select_from(LedgerEntry)) == 8


def test_of_two_closes_at_once_one_closes_and_the_other_is_told(
    database_url: str, sessions: sessionmaker[Session]
) -> None:
    with transaction(sessions) as session:
        the_worked_example(session)
        people = two_people(session)
    keys = [str(person.user_id) for person in (people.author, people.approver)]
    said = at_once([start(CLOSE, database_url, *keys) for _ in range(2)])
    assert sorted(said) == ["2", "2026-03 is closed already. A closed period is never opened again."]
    with reading(sessions) as session:
        assert session.scalar(select(func.count()).select_from(Statement)) == 2
        assert list(broken_rules(session, HouseRules(), tell=lambda _: None)) == []


def test_a_close_that_is_killed_before_its_end_leaves_nothing(
    database_url: str, sessions: sessionmaker[Session]
) -> None:
    with transaction(sessions) as session:
        the_worked_example(session)
        people = two_people(session)
    keys = [str(person.user_id) for person in (people.author, people.approver)]
    killed = start(CLOSE, database_url, *keys, "wait")
    assert killed.stdin is not None
    assert killed.stdout is not None
    killed.stdin.write("go\n")
    killed.stdin.flush()
    assert killed.stdout.readline() == "2\n"
    assert killed.stdout.readline() == "not committed\n"
    killed.send_signal(signal.SIGKILL)
    killed.communicate(timeout=60)
    with reading(sessions) as session:
        for table in (Posting, LedgerEntry, Statement):
            assert session.scalar(select(func.count()).select_from(table)) == 0
    assert at_once([start(CLOSE, database_url, *keys)]) == ["2"]
