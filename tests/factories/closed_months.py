"""The worked example, and months that two people close; a close is on the 8th of the month after."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from commissions.facts.fact_models import Pricing
from commissions.facts.house_rules import HouseRules
from commissions.facts.import_models import ImportKind
from commissions.facts.service_calendar import span
from commissions.ledger.accrual import accrue
from commissions.ledger.journal import Journal, Transfer
from commissions.ledger.ledger_models import Account, Event, Statement
from commissions.ledger.quarantine import Doubted, keep_doubted
from commissions.statements.closing import Approval, Closed, close_period
from portal.kernel.identity import Role
from portal.kernel.verdicts import Taking, doubt
from tests.factories.books import Billed, LineOf, a_plan, adopt, an_import, an_order, deliver, invoice
from tests.factories.people import a_brand, a_partner, an_identity

APRIL, MAY, JUNE = (datetime(2026, month, 8, 9, tzinfo=UTC) for month in (4, 5, 6))
SPLIT = {"R1": "60", "R2": "40"}
HOUSE = HouseRules()


def the_worked_example(session: Session) -> None:
    for ref in ("R1", "R2"):
        a_partner(session, ref)
    adopt(session, a_plan())
    an_order(
        session,
        "IO-1",
        LineOf("L1", split=SPLIT),
        LineOf("L2", rate="11.37", pricing=Pricing.CPM, booked=200_000, split=SPLIT),
    )
    deliver(session, "L1", date(2026, 3, 5), 90)
    deliver(session, "L2", date(2026, 3, 6), 187_654)


def two_people(session: Session) -> Approval:
    brand = a_brand(session)
    return Approval(
        an_identity(session, brand, Role.FINANCE), an_identity(session, brand, Role.FINANCE_APPROVER)
    )


def close(session: Session, ref: str, at: datetime) -> Closed:
    return close_period(session, ref, approval=two_people(session), at=at, house=HOUSE)


def statement(session: Session, number: str) -> Statement:
    return session.scalars(select(Statement).where(Statement.number == number)).one()


def smuggle(session: Session, ref: str) -> None:
    """Enter into a period what no rule gives: 5 to R1."""
    by_hand = Transfer(
        debit=Account.CLEARING, credit=Account.PAYABLE, amount=5, currency="USD", partner_ref="R1",
        line_ref=None, event=Event.PAYOUT_CONFIRMED, source="by hand",
    )  # fmt: skip
    journal = Journal(session)
    journal.enter(by_hand, span(ref, HOUSE.calendar))
    journal.write()


def a_doubted_row(session: Session, day: date) -> None:
    """A count of a line that nobody ordered."""
    doubted = Doubted(2, {"line_ref": "L404"}, doubt("unknown_line", "Not known."), "L404", day)
    keep_doubted(session, ImportKind.DELIVERIES, [doubted], Taking(an_import(session), APRIL))


def two_closed_months(session: Session) -> None:
    """A restatement and a credit note came after the first close, a restatement after the last accrual."""
    the_worked_example(session)
    close(session, "2026-03", APRIL)
    deliver(session, "L2", date(2026, 3, 6), 183_912)
    invoice(session, "INV-1", Billed("L1", net=382_500, units=90), on=date(2026, 4, 3))
    ten_spots = Billed("L1", net=42_500, units=10, service_month=date(2026, 3, 1))
    invoice(session, "CN-1", ten_spots, on=date(2026, 4, 10), credits_invoice="INV-1")
    accrue(session, at=MAY)
    deliver(session, "L1", date(2026, 3, 5), 89)
    close(session, "2026-04", MAY)
