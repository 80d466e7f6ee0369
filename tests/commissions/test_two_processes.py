"""Two processes at once give the result of one after the other; one that dies leaves nothing (F2, F9)."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from commissions.checking.checking import broken_rules
from commissions.facts.house_rules import HouseRules
from commissions.ledger.ledger_models import LedgerEntry, Posting, Statement
from portal.kernel.db import reading, transaction
from tests.factories.closed_months import the_worked_example, two_people

ROOT = Path(__file__).parents[2]
START = """
import sys
from datetime import UTC, date, datetime
from commissions.ledger.accrual import accrue
from commissions.statements.closing import Approval, close_period
from commissions.facts.house_rules import HouseRules
from partners.models import User
from partners.people import identity_of
from portal.kernel.db import make_engine, make_sessions, transaction
from portal.kernel.errors import Refusal
at = datetime(2026, 4, 8, tzinfo=UTC)
sessions = make_sessions(make_engine(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
"""
ACCRUE = (
    START
    + """
with transaction(sessions) as session:
    print(accrue(session, at=at).postings)
"""
)
CLOSE = (
    START
    + """
try:
    with transaction(sessions) as session:
        users = [session.get_one(User, int(key)) for key in sys.argv[2:4]]
        approval = Approval(*(identity_of(session, user, today=at.date()) for user in users))
        print(close_period(session, "2026-03", approval=approval, at=at, house=HouseRules()).statements)
        if sys.argv[4:]:
            print("not committed", flush=True)
            sys.stdin.readline()
except Refusal as refusal:
    print(refusal)
"""
)


def start(code: str, *arguments: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def at_once(processes: list[subprocess.Popen[str]]) -> list[str]:
    """Let all go, and what each of them said."""
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    return [process.communicate(timeout=60)[0].strip() for process in processes]


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
