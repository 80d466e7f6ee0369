"""The list of bad input: each is refused or quarantined with a sentence, and nothing half is written.

Elsewhere, beside what they are about: overlapping tiers and a percent of 101 (facts/test_plans.py), negative
and all-zero weights, a rate with 12 decimals and 10^13 booked units (facts/test_orders.py), a credit above
its invoice and a payment in another currency (facts/test_billing.py), a revision that goes backwards
(facts/test_deliveries.py), a close out of order and an approval by the author (test_closing.py,
test_approvals.py).
"""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from commissions.facts.errors import CloseIsBlocked
from commissions.facts.fact_models import DeliveryRow
from commissions.facts.house_rules import HouseRules
from commissions.simulation.simulation_answers import answer
from commissions.statements.closing import close_period
from portal.kernel.db import reading, transaction
from tests.factories.closed_months import two_people
from tests.factories.fact_files import deliveries, take, take_orders
from tests.factories.worked_examples import examples
from tests.profiles import SOAK

Sessions = sessionmaker[Session]
MB = 1024 * 1024
SIZE = 2048 * MB if SOAK else 96 * MB
# what a program with the portal's imports takes anyway, and room for blocks of the file
MOST_MORE = 64 * MB
READ_A_LOT = """
import io, resource, sys
from datetime import UTC, datetime
from commissions.imports.file_import import import_file
from commissions.facts.import_models import ImportKind
from commissions.imports.importing import ImportRequest
from portal.kernel.db import make_engine, make_sessions

class Endless(io.RawIOBase):
    left, row = int(sys.argv[2]), eval(sys.argv[3])
    given = b"line_ref,service_date,units,proof_ref\\n"
    def readable(self): return True
    def readinto(self, buffer):
        while len(self.given) < len(buffer) and self.left > 0:
            self.given += self.row
            self.left -= len(self.row)
        piece, self.given = self.given[:len(buffer)], self.given[len(buffer):]
        buffer[:len(piece)] = piece
        return len(piece)

sessions = make_sessions(make_engine(sys.argv[1]))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
report = import_file(sessions, ImportKind.DELIVERIES, Endless(), ImportRequest(at=datetime.now(UTC)))
more = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(report.written, report.bad.first[0].sentence[-200:], 1024 * more, sep="|")
"""


@pytest.mark.parametrize(
    ("row", "said"),
    [
        # not one end of a line in the whole file
        ("b'x' * 65536", "The row is longer than 1,048,576 characters."),
        # rows of which no cell can be read
        ("b'L1,no day,no count,' + b'y' * 100_000 + b'\\n'", "It is not a day such as 2026-03-31."),
    ],
)
def test_an_import_of_two_gigabytes_needs_no_more_memory_than_a_small_one(
    sqlite_template: Path, row: str, said: str
) -> None:
    arguments = [f"sqlite:///{sqlite_template}", str(SIZE), row]
    done = subprocess.run(
        [sys.executable, "-c", READ_A_LOT, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr
    written, sentence, more = done.stdout.strip().split("|")
    assert written == "False"
    assert sentence.endswith(said)
    assert int(more) < MOST_MORE


@pytest.mark.parametrize("units", ["10000000000000", "1.5", "-0.5", "1e3", "NaN", "٣"])
def test_a_count_that_is_none_of_ours_is_a_bad_cell(sessions: Sessions, units: str) -> None:
    take_orders(sessions)
    report = take(sessions, "deliveries", deliveries(f"L1,2026-03-05,{units},1"))
    assert [(cell.line, cell.column) for cell in report.bad.first] == [(2, "units")]
    with reading(sessions) as session:
        assert session.scalar(select(func.count()).select_from(DeliveryRow)) == 0


def test_a_close_waits_for_quarantined_rows_of_its_month_until_someone_decides(sessions: Sessions) -> None:
    take_orders(sessions)
    take(sessions, "deliveries", deliveries("L1,2026-03-05,9,1", "L9,2026-03-05,1,1"))
    at = datetime(2026, 4, 8, tzinfo=UTC)
    with transaction(sessions) as session, pytest.raises(CloseIsBlocked, match="Quarantined rows that wait"):
        close_period(session, "2026-03", approval=two_people(session), at=at, house=HouseRules())


@pytest.mark.parametrize(
    ("field", "value", "path"),
    [
        ("rate", "0.123456789012", "lines[0].rate"),
        ("booked_units", "10000000000000", "lines[0].booked_units"),
        ("agency_percent", "101", "lines[0].agency_percent"),
        ("split", {"P1": "-1", "P2": "2"}, "lines[0].split.P1"),
        ("split", {"P1": "0", "P2": "0"}, "lines[0].split"),
        ("pricing", "per_hour", "lines[0].pricing"),
        ("last_day", "2026-02-01", "lines[0].last_day"),
        ("rate", 50.5, "lines[0].rate"),
    ],
)
def test_simulate_names_the_field_that_makes_no_sense(field: str, value: object, path: str) -> None:
    case = {name: part for name, part in next(examples()).case.items() if name != "calendar"}
    case["lines"] = [case["lines"][0] | {field: value}]
    error = answer(case, HouseRules())["error"]
    assert error["path"] == path
    assert error["message"].endswith(".")
