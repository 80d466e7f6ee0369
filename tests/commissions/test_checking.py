"""The check finds nothing in books that were kept, and names what was tampered with."""

from __future__ import annotations

from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from commissions.checking.checking import broken_rules
from commissions.facts.house_rules import HouseRules
from commissions.ledger.accrual import accrue
from commissions.ledger.ledger_out import ledger_beancount, ledger_csv
from tests.factories.books import Billed, LineOf, a_plan, adopt, an_order, deliver, invoice
from tests.factories.closed_months import APRIL, MAY, close, two_closed_months
from tests.factories.people import a_partner

PER_SPOT = {"name": "extra", "kind": "per_unit", "amount": "2", "per": "1"}


def rules_broken(session: Session) -> list[str]:
    return [broken.rule for broken in broken_rules(session, HouseRules(), tell=lambda _: None)]


def test_all_holds_after_closes_restatements_and_credits(session: Session) -> None:
    two_closed_months(session)
    assert rules_broken(session) == []


def test_facts_that_came_after_the_last_accrual_are_no_fault(session: Session) -> None:
    two_closed_months(session)
    deliver(session, "L1", date(2026, 3, 5), 60)
    assert rules_broken(session) == []


def _tamper(session: Session, statement: str) -> None:
    """What only the owner of the database can do: take the guard off and change a row."""
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    table = statement.split()[1]
    for guard in (f"{table}_update", f"{table}_rows"):
        drop = f"DROP TRIGGER IF EXISTS {guard}" + ("" if on_sqlite else f" ON {table}")
        session.execute(text(drop))
    session.execute(text(statement))
    session.expire_all()


def test_a_figure_changed_by_the_owner_of_the_database_is_named(session: Session) -> None:
    two_closed_months(session)
    _tamper(session, "UPDATE statements SET closing = closing + 1 WHERE number = '2026-03-R1-USD'")
    assert set(rules_broken(session)) == {"identity", "hash", "sub-ledger", "opening"}


def test_a_posting_changed_by_the_owner_of_the_database_is_named(session: Session) -> None:
    two_closed_months(session)
    _tamper(session, "UPDATE postings SET amount_minor = amount_minor + 1 WHERE id = 1")
    assert {"posting", "running amount", "telescoping"} <= set(rules_broken(session))


def test_the_ledger_goes_out_as_csv_and_beancount(session: Session) -> None:
    two_closed_months(session)
    lines = list(ledger_csv(session))
    assert lines[0].startswith("entry,period,dated,account,partner_ref,line_ref,currency,debit,credit")
    assert lines[1] == "1,2026-03,2026-03-31,5100,R1,L1,USD,229.50,0.00,accrued,L1/base/2026-03/earned\r\n"
    told = "".join(ledger_beancount(session, through=date(2026, 3, 31)))
    assert "2026-03-31 open Expenses:Commission:L-L1" in told
    assert "Liabilities:AccruedCommission:P-R1  -229.50 USD" in told
    assert "2026-04" not in told


def test_the_books_hold_after_a_credit_note_that_changes_why_and_not_how_much(session: Session) -> None:
    a_partner(session, "R1")
    adopt(session, a_plan(components=[PER_SPOT]))
    an_order(session, "IO-1", LineOf("L1"))
    deliver(session, "L1", date(2026, 3, 5), 90)
    invoice(session, "INV-1", Billed("L1", 382_500, 90), on=date(2026, 4, 2))
    accrue(session, at=APRIL)
    close(session, "2026-03", APRIL)
    invoice(
        session,
        "CN-1",
        Billed("L1", 1_000, service_month=date(2026, 3, 1)),
        on=date(2026, 4, 9),
        credits_invoice="INV-1",
    )
    posted = accrue(session, at=MAY).postings
    close(session, "2026-04", MAY)
    assert (posted, rules_broken(session)) == (1, [])
