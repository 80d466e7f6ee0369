"""Processes that stand ready, with what they import loaded, and work once they are all let go."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

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
