"""Worked examples that run over closes: what each statement says, on both databases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from commissions.checking.checking import broken_rules
from commissions.facts.billing_models import CommissionEffect
from commissions.facts.fact_models import Pricing
from commissions.facts.house_rules import HouseRules
from commissions.ledger.ledger_models import Statement
from commissions.statements.closing import close_period
from tests.commissions.rules_again.rounding import DECIMALS, amount_text
from tests.factories.books import Billed, LineOf, adopt, an_order, deliver, invoice, pay
from tests.factories.closed_months import two_people
from tests.factories.money import the_bank_pays, the_bank_sends_back
from tests.factories.people import a_partner
from tests.factories.worked_examples import FOLDER, a_plan, read_topic

HOUSE = HouseRules()
AFTER_ALL = datetime(2026, 12, 1, tzinfo=UTC)
# where a story does not name them they are nothing
ALWAYS = ("earned", "prior_period", "clawback")


def stories() -> Iterator[dict[str, Any]]:
    for path in sorted(FOLDER.glob("story*.yaml")):
        topic = read_topic(path)
        for story in topic["stories"]:
            line = topic["usual"]["line"] | story.get("line", {})
            yield topic["usual"] | {"currency": "USD"} | story | {"line": line}


@dataclass
class Told:
    """A story being told: one line, L1, in a house with three partners."""

    session: Session
    currency: str
    papers: list[str] = field(default_factory=list)

    def deliver(self, counts: Mapping[str, str]) -> None:
        for day, units in counts.items():
            deliver(self.session, "L1", date.fromisoformat(day), int(units))

    def invoice(self, said: Mapping[str, str]) -> None:
        row = Billed("L1", net=self._minor(said["net"]), tax=self._minor(said.get("tax", "0")))
        self._issue(row, said)

    def credit(self, said: Mapping[str, str]) -> None:
        month = said.get("service_month")
        row = Billed(
            "L1",
            net=self._minor(said.get("net", "0")),
            units=int(said.get("units", "0")),
            effect=CommissionEffect(said.get("commission_effect", "reduce")),
            service_month=None if month is None else date.fromisoformat(f"{month}-01"),
        )
        self._issue(row, said, credits_invoice=self.papers[0])

    def pay(self, said: Mapping[str, str]) -> None:
        self.papers.append(f"PAPER-{len(self.papers)}")
        on, amount = date.fromisoformat(said["on"]), self._minor(said["amount"])
        pay(self.session, self.papers[-1], self.papers[0], amount, on=on, currency=self.currency)

    def payout(self, said: Mapping[str, str]) -> None:
        the_bank_pays(self.session, said["of"], on=date.fromisoformat(said["on"]))

    def sent_back(self, said: Mapping[str, str]) -> None:
        the_bank_sends_back(self.session, said["of"], on=date.fromisoformat(said["on"]))

    def close(self, ref: str) -> None:
        close_period(self.session, ref, approval=two_people(self.session), at=AFTER_ALL, house=HOUSE)

    def statements(self, ref: str) -> dict[str, Statement]:
        found = self.session.scalars(select(Statement).where(Statement.period == ref))
        return {statement.partner_ref: statement for statement in found}

    def _issue(self, row: Billed, said: Mapping[str, str], credits_invoice: str = "") -> None:
        self.papers.append(f"PAPER-{len(self.papers)}")
        on = date.fromisoformat(said["on"])
        invoice(
            self.session, self.papers[-1], row, on=on, currency=self.currency, credits_invoice=credits_invoice
        )

    def _minor(self, text: str) -> int:
        whole, _, part = text.partition(".")
        return int(whole + part.ljust(DECIMALS[self.currency], "0"))


def a_house(session: Session, story: Mapping[str, Any]) -> Told:
    for ref in ("R1", "R2", "R3"):
        a_partner(session, ref)
    adopt(session, a_plan(story["plan"]))
    line = story["line"]
    sold = LineOf(
        "L1",
        rate=line["rate"],
        booked=int(line["booked_units"]),
        pricing=Pricing(line["pricing"]),
        days=(date.fromisoformat(line["first_day"]), date.fromisoformat(line["last_day"])),
        agency=line["agency_percent"],
        split=line.get("split", {}),
    )
    an_order(session, "IO-1", sold, partner=line["partner_ref"], currency=story["currency"])
    return Told(session, story["currency"])


@pytest.mark.parametrize("story", list(stories()), ids=lambda story: story["name"])
def test_each_statement_says_what_people_worked_out(session: Session, story: dict[str, Any]) -> None:
    told = a_house(session, story)
    for step in story["steps"]:
        [act] = set(step) - {"expect"}
        getattr(told, act)(step[act])
        if act == "close":
            check(told, step, story)
    assert list(broken_rules(session, HOUSE, tell=lambda _: None)) == []


def check(told: Told, step: Mapping[str, Any], story: Mapping[str, Any]) -> None:
    statements = told.statements(step["close"])
    assert set(statements) == set(step["expect"]), story["because"]
    nothing = {name: amount_text(0, told.currency) for name in ALWAYS}
    for partner, expected in step["expect"].items():
        found = {
            name: amount_text(getattr(statements[partner], name), told.currency)
            for name in (*ALWAYS, *expected)
        }
        assert found == nothing | expected, (story["because"], step["close"], partner)
