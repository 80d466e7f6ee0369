"""Cash that came after a month was stated: on statements, as known today, and in what is paid."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from commissions.facts.house_rules import HouseRules
from commissions.ledger.known_today import known_today
from commissions.ledger.ledger_models import StatementLineKind
from commissions.overviews.stated_since import paid_lines
from commissions.overviews.tracing import trace_of
from partners.models import Organisation
from portal.kernel.identity import Role
from tests.commissions.stated import lines
from tests.factories.books import Billed, LineOf, a_plan, adopt, an_order, deliver, invoice, pay
from tests.factories.closed_months import APRIL, MAY, close, statement
from tests.factories.money import the_bank_pays
from tests.factories.people import a_partner, an_identity


def _half_collected_in_march(session: Session) -> None:
    a_partner(session, "R1")
    adopt(session, a_plan(basis="collected"))
    an_order(session, "IO-1", LineOf("L1"))
    deliver(session, "L1", date(2026, 3, 2), 10)
    invoice(session, "INV-1", Billed("L1", net=42_500, units=10), on=date(2026, 3, 3))
    pay(session, "P1", "INV-1", 21_250, on=date(2026, 3, 9))
    close(session, "2026-03", APRIL)
    pay(session, "P2", "INV-1", 21_250, on=date(2026, 4, 9))


def test_a_clawback_in_a_month_in_which_cash_came_too_begins_at_what_the_cash_made_of_it(
    session: Session,
) -> None:
    _half_collected_in_march(session)
    invoice(session, "CN-1", Billed("L1", net=17_000, units=4), on=date(2026, 4, 10), credits_invoice="INV-1")
    close(session, "2026-04", MAY)
    (taken,) = lines(session, "2026-04-R1-USD", StatementLineKind.CLAWBACK)
    assert (taken.amount_before, taken.amount_after, taken.amount) == (4250, 2550, -1700)
    assert (taken.units_before, taken.units_after, taken.basis) == (10, 6, "-170.00")
    assert taken.explanation.startswith(
        "10 units and 42.50 were stated; credit notes took 4 units back, and it is 6 units and 25.50 now."
    )
    assert "10% of 255.00 collected net = 25.50 (base, plan standard version 1) = 25.50." in taken.explanation


def test_cash_that_comes_after_another_rate_is_told_at_that_rate_less_what_the_rate_made_of_it(
    session: Session,
) -> None:
    _half_collected_in_march(session)
    adopt(session, a_plan(percent="12", basis="collected"))
    close(session, "2026-04", MAY)
    (prior,) = lines(session, "2026-04-R1-USD", StatementLineKind.PRIOR_PERIOD)
    assert (prior.amount_before, prior.amount_after, prior.basis) == (2125, 2550, "0.00")
    (cash,) = lines(session, "2026-04-R1-USD", StatementLineKind.EARNED)
    assert (cash.amount, cash.basis) == (2550, "212.50")
    assert cash.explanation.endswith(
        "12% of 425.00 collected net = 51.00 (base, plan standard version 2) = 51.00. "
        "25.50 of it was stated before: 25.50."
    )
    r1 = session.scalars(select(Organisation).where(Organisation.ref == "R1")).one()
    trace = trace_of(session, an_identity(session, r1, Role.PARTNER), cash, house=HouseRules())
    assert trace.amount_after is not None
    assert (trace.stated_before.minor, trace.amount_after.minor) == (2550, 5100)


def test_cash_on_the_latest_statement_was_not_learned_since(session: Session) -> None:
    _half_collected_in_march(session)
    close(session, "2026-04", MAY)
    found = {
        number: [
            (one.stated, one.today, one.posted_in) for one in known_today(session, statement(session, number))
        ]
        for number in ("2026-03-R1-USD", "2026-04-R1-USD")
    }
    assert found == {
        "2026-03-R1-USD": [(2125, 4250, "2026-04")],
        "2026-04-R1-USD": [(4250, 4250, "2026-04")],
    }


def test_a_line_of_which_only_a_part_was_payable_is_not_paid_until_the_rest_is(session: Session) -> None:
    a_partner(session, "R1")
    adopt(session, a_plan(payable_when="collected"))
    an_order(session, "IO-1", LineOf("L1"))
    deliver(session, "L1", date(2026, 3, 2), 10)
    invoice(session, "INV-1", Billed("L1", net=42_500, units=10), on=date(2026, 3, 3))
    pay(session, "P1", "INV-1", 21_250, on=date(2026, 3, 9))
    close(session, "2026-03", APRIL)
    the_bank_pays(session, "2026-03", on=date(2026, 4, 10))
    assert paid_lines(session, "2026-03") == set()
    pay(session, "P2", "INV-1", 21_250, on=date(2026, 4, 9))
    close(session, "2026-04", MAY)
    assert paid_lines(session, "2026-03") == set()
    the_bank_pays(session, "2026-04", on=date(2026, 5, 10))
    assert len(paid_lines(session, "2026-03")) == 1
