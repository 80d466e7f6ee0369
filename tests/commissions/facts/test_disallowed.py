"""Units that finance does not count: read strictly, believed up to what was counted, and taken back."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from commissions.facts.fact_models import DisallowedUnits
from commissions.ledger.accrual import accrue
from commissions.ledger.ledger_models import LineStanding
from commissions.ledger.quarantine import open_count
from portal.kernel.db import reading, transaction
from tests.factories.books import a_plan
from tests.factories.fact_files import NOW, deliveries, take, take_orders

Sessions = sessionmaker[Session]
HEADER = "line_ref,service_date,units,reason"


def disallowed(*rows: str) -> str:
    return "\n".join((HEADER, *rows)) + "\n"


def counted(sessions: Sessions) -> None:
    take_orders(sessions)
    take(sessions, "deliveries", deliveries("L1,2026-03-05,90,1"))


def standing(sessions: Sessions) -> LineStanding:
    with transaction(sessions) as session:
        accrue(session, at=NOW)
        return session.scalars(select(LineStanding).where(LineStanding.line_ref == "L1")).one()


def test_disallowed_units_are_not_billed_and_are_owed(sessions: Sessions) -> None:
    counted(sessions)
    take(sessions, "plans", json.dumps(a_plan()))
    report = take(sessions, "disallowed", disallowed("L1,2026-03-05,10,Aired in the wrong daypart"))
    assert (report.accepted, report.quarantined) == (1, 0)
    there = standing(sessions)
    assert (there.delivered, there.disallowed, there.billable, there.debt) == (90, 10, 80, 20)
    take(sessions, "disallowed", disallowed("L1,2026-03-05,0,It was the right daypart after all"))
    assert standing(sessions).billable == 90


def test_the_same_file_again_is_nothing_and_other_units_replace_the_earlier_ones(sessions: Sessions) -> None:
    counted(sessions)
    file = disallowed("L1,2026-03-05,10,Invalid traffic")
    take(sessions, "disallowed", file)
    assert take(sessions, "disallowed", file).already_imported
    report = take(sessions, "disallowed", disallowed("L1,2026-03-05,4,Invalid traffic"))
    assert report.accepted == 1
    with reading(sessions) as session:
        rows = session.scalars(select(DisallowedUnits).order_by(DisallowedUnits.revision)).all()
    assert [(row.revision, row.units, row.added_units) for row in rows] == [(1, 10, 10), (2, 4, -6)]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("L9,2026-03-05,10,Invalid traffic", "unknown_line"),
        ("L1,2026-03-05,91,Invalid traffic", "more_than_counted"),
        ("L1,2026-03-06,1,Invalid traffic", "more_than_counted"),
    ],
)
def test_a_row_that_cannot_be_believed_waits(sessions: Sessions, row: str, reason: str) -> None:
    counted(sessions)
    report = take(sessions, "disallowed", disallowed(row, "L1,2026-03-05,90,All of it"))
    assert (report.accepted, report.quarantined) == (1, 1)
    assert report.reasons == {reason: 1}
    with reading(sessions) as session:
        assert open_count(session) == 1


def test_a_row_that_waited_for_its_order_is_taken_when_the_order_and_its_counts_come(
    sessions: Sessions,
) -> None:
    take(sessions, "disallowed", disallowed("L1,2026-03-05,10,Invalid traffic"))
    take(sessions, "deliveries", deliveries("L1,2026-03-05,90,1"))
    take_orders(sessions)
    with reading(sessions) as session:
        assert session.scalars(select(DisallowedUnits.units)).all() == [10]
        assert open_count(session) == 0


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("L1,2026-03-05,-1,Invalid traffic", "units"),
        ("L1,2026-03-05,1.5,Invalid traffic", "units"),
        ("L1,2026-02-30,1,Invalid traffic", "service_date"),
        ("L1,2026-03-05,1,", "reason"),
        ("L 1,2026-03-05,1,Invalid traffic", "line_ref"),
        ("L1,2026-03-05,10000000000001,Invalid traffic", "units"),
    ],
)
def test_cells_that_cannot_be_read_are_listed_and_nothing_is_written(
    sessions: Sessions, row: str, column: str
) -> None:
    counted(sessions)
    report = take(sessions, "disallowed", disallowed("L1,2026-03-05,1,Good", row))
    assert (report.bad.rows, report.bad.first[0].column, report.bad.first[0].line) == (1, column, 3)
    with reading(sessions) as session:
        assert session.scalars(select(DisallowedUnits)).all() == []
