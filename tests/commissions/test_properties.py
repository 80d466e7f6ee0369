"""PROPERTIES.md names tests that exist; and the properties that stand nowhere else."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from commissions.facts.house_rules import HouseRules
from commissions.ledger.accrual import accrue
from commissions.ledger.ledger_models import Posting
from commissions.statements.closing import close_period
from portal.kernel.db import Base
from tests.commissions.test_killed import a_house as a_killed_house
from tests.factories.books import deliver
from tests.factories.closed_months import two_people
from tests.profiles import examples

FOLDER = Path(__file__).parent
AFTER_ALL = datetime(2026, 12, 1, tzinfo=UTC)
HOUSE = HouseRules()
APPEND_ONLY = sorted(table.name for table in Base.metadata.tables.values() if table.info.get("append_only"))


def test_every_property_is_there_and_names_tests_that_exist() -> None:
    told = (FOLDER / "PROPERTIES.md").read_text(encoding="utf-8")
    assert [int(number) for number in re.findall(r"^\| (\d+)\. ", told, re.MULTILINE)] == list(range(1, 29))
    named = re.findall(r"([a-z_./]+\.py)::(\w+)", told)
    assert len(named) > 40
    missing = [
        f"{file}::{test}"
        for file, test in named
        if f"def {test}(" not in (FOLDER / file).read_text(encoding="utf-8")
    ]
    assert missing == []


def test_the_books_have_tables_that_only_grow() -> None:
    assert {"delivery_rows", "postings", "ledger_entries", "statements", "adjustments"} <= set(APPEND_ONLY)


def test_no_row_of_the_books_can_be_changed_or_deleted(session: Session) -> None:
    a_killed_house(session)
    deliver(session, "L1", date(2026, 3, 5), 900)
    accrue(session, at=AFTER_ALL, house=HOUSE)
    people = two_people(session)
    close_period(session, "2026-03", approval=people, at=AFTER_ALL, house=HOUSE)
    filled = [name for name in APPEND_ONLY if session.scalar(text(f"SELECT count(*) FROM {name}"))]
    assert {"delivery_rows", "postings", "ledger_entries", "statements", "statement_lines"} <= set(filled)
    for name in filled:
        column = Base.metadata.tables[name].primary_key.columns.keys()[0]
        for statement in (f"DELETE FROM {name}", f"UPDATE {name} SET {column} = {column}"):
            with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
                session.execute(text(statement))


COUNTS = st.integers(0, 60_000)


@settings(max_examples=examples(8))
@given(COUNTS, COUNTS, st.booleans())
def two_reports(sessions: sessionmaker[Session], first: int, second: int, is_closed: bool) -> None:  # noqa: FBT001
    sums = []
    for days in ([(5, first + second)], [(5, first), (6, second)]):
        with sessions() as session:
            session.connection(execution_options={"writes": True})
            a_killed_house(session)
            people = two_people(session)
            for number, (day, units) in enumerate(days):
                deliver(session, "L1", date(2026, 3, day), units)
                accrue(session, at=AFTER_ALL, house=HOUSE)
                if is_closed and not number:
                    close_period(session, "2026-03", approval=people, at=AFTER_ALL, house=HOUSE)
            key = (Posting.payee_ref, func.sum(Posting.amount_minor))
            found = session.execute(select(*key).group_by(Posting.payee_ref)).all()
            sums.append({payee: amount for payee, amount in found if amount})
            session.rollback()
    assert sums[0] == sums[1]


def test_two_reports_equal_their_sum_whenever_the_month_is_closed(sessions: sessionmaker[Session]) -> None:
    two_reports(sessions)
