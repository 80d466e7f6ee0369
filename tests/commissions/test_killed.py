"""Kill -9 within import, accrual, close and payout: nothing half, nothing twice when run again (F2)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session, sessionmaker

from commissions.checking.checking import broken_rules
from commissions.facts.delivered import delivered_units
from commissions.facts.fact_models import Pricing
from commissions.facts.house_rules import HouseRules
from commissions.ledger.ledger_models import Period, Statement
from commissions.ledger.ledger_out import ledger_csv
from commissions.payouts.payout_models import Payout
from portal.kernel.db import make_engine, make_sessions, reading, transaction
from portal.kernel.identity import Role
from tests.factories.books import LineOf, a_plan, adopt, an_order
from tests.factories.commands import KILLED, Commands, Copies
from tests.factories.people import a_brand, a_partner, a_user
from tests.profiles import SOAK

TIMES = 50 if SOAK else 5
LINES = [f"L{number}" for number in range(1, 7)]
FLIGHT = (date(2026, 3, 1), date(2026, 4, 30))
# how long a commit may last: a child dies somewhere in it, or a little later
COMMIT_SECONDS = 0.004


@dataclass(frozen=True, slots=True)
class House:
    """A house of which the commands can be run, on a database and on copies of it."""

    url: str
    copies: Copies
    commands: Commands
    steps: dict[str, tuple[str, ...]]

    def before(self, step: str) -> str:
        """The address of a database in which all that comes before the step is done."""
        url = self.copies.of(self.url)
        for name, arguments in self.steps.items():
            if name == step:
                return url
            self.commands.do(url, *arguments)
        raise LookupError(step)


@pytest.fixture
def house(
    engine: Engine, database_url: str, sessions: sessionmaker[Session], tmp_path: Path, commands: Commands,
    request: pytest.FixtureRequest,
) -> Iterator[House]:  # fmt: skip
    with transaction(sessions) as session:
        people = a_house(session)
    engine.dispose()
    file = tmp_path / "deliveries.csv"
    file.write_text(counts(), encoding="utf-8")
    is_postgresql = database_url.startswith("postgresql")
    copies = Copies(tmp_path, request.getfixturevalue("postgresql_server") if is_postgresql else None)
    signed = ("--by", people[0], "--approver", people[1])
    pay_on = str(datetime.now(UTC).date() + timedelta(days=10))
    steps = {
        "import": ("deliveries", "import", str(file)),
        "accrue": ("commissions", "accrue"),
        "close": ("commissions", "close", "2026-03", *signed),
        "payout": ("payouts", "create", "2026-03", "--on", pay_on, *signed, "--out", str(tmp_path / "out")),
    }
    yield House(database_url, copies, commands, steps)
    copies.drop()


def a_house(session: Session) -> tuple[str, str]:
    """Three partners and six lines; the addresses of the author and the second person."""
    for ref, above in (("M", ""), ("R1", "M"), ("R2", "M")):
        a_partner(session, ref, **({"parent_ref": above} if above else {}))
    adopt(session, a_plan())
    for number, ref in enumerate(LINES):
        line = LineOf(
            ref, rate="11.37", pricing=Pricing.CPM, booked=90_000, days=FLIGHT, split={"R1": "60", "R2": "40"}
        )
        an_order(session, f"IO-{ref}", line, partner=f"R{number % 2 + 1}")
    brand = a_brand(session)
    return a_user(session, brand, Role.FINANCE).email, a_user(session, brand, Role.FINANCE_APPROVER).email


def counts() -> str:
    days = [date(2026, month, day) for month in (3, 4) for day in range(1, 11)]
    rows = (
        f"{line},{day},{137 * day.day + 11 * number}" for number, line in enumerate(LINES) for day in days
    )
    return "\n".join(["line_ref,service_date,units", *rows]) + "\n"


def told(url: str) -> dict[str, Any]:
    """What the books say: facts, every entry of the ledger, every statement and manifest."""
    engine = make_engine(url)
    with reading(make_sessions(engine)) as session:
        found: dict[str, Any] = {
            "facts": sorted((row.line_id, row.period, row.units) for row in delivered_units(session)),
            "ledger": list(ledger_csv(session)),
            "statements": [tuple(row) for row in session.execute(
                select(Statement.number, Statement.content_hash).order_by(Statement.number)
            )],
            "manifests": [tuple(row) for row in session.execute(
                select(Period.ref, Period.manifest_hash).order_by(Period.ref)
            )],
        }  # fmt: skip
        payouts = select(Payout.payout_ref, Payout.statement, Payout.amount_minor).order_by(Payout.statement)
        found["payouts"] = [tuple(row) for row in session.execute(payouts)]
        broken = list(broken_rules(session, HouseRules(), tell=lambda _: None))
    engine.dispose()
    assert broken == []
    return found


def deaths(dice: random.Random, statements: int, commits: int) -> Iterator[dict[str, Any]]:
    """Random moments: before one of the statements, or within one of the commits."""
    for number in range(TIMES):
        if number % 3:
            yield {"statement": dice.randint(1, statements)}
        else:
            yield {"commit": dice.randint(1, commits), "after": dice.uniform(0, COMMIT_SECONDS)}


@pytest.mark.parametrize("step", ["import", "accrue", "close", "payout"])
def test_a_command_that_is_killed_is_done_once_by_running_it_again(house: House, step: str) -> None:
    seed = random.randrange(10**9)
    before = house.before(step)
    undisturbed = house.copies.of(before)
    counted = house.commands.do(undisturbed, *house.steps[step]).counted
    nothing, all_of_it = told(before), told(undisturbed)
    assert nothing != all_of_it
    for kill in deaths(random.Random(seed), counted["statements"], counted["commits"]):
        url = house.copies.of(before)
        killed = house.commands.run(url, *house.steps[step], kill=kill)
        assert killed.status in {KILLED, 0}, (seed, kill, killed)
        assert told(url) in (nothing, all_of_it), (seed, kill)
        again = house.commands.run(url, *house.steps[step])
        assert again.status == 0 or "already" in again.stderr, (seed, kill, again)
        assert told(url) == all_of_it, (seed, kill)
    assert house.commands.do(url, "commissions", "check").stdout == "All of it holds.\n"
