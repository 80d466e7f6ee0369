"""What statements and the ledger say, for tests of closes."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commissions.checking.checking import broken_rules
from commissions.facts.house_rules import HouseRules
from commissions.ledger.balances import balances
from commissions.ledger.ledger_models import Account, LedgerEntry, StatementLine, StatementLineKind
from tests.factories.books import deliver
from tests.factories.closed_months import APRIL, MAY, close, statement, the_worked_example
from tests.factories.money import the_bank_pays


def rules_broken(session: Session) -> list[str]:
    return [f"{one.rule}: {one.sentence}" for one in broken_rules(session, HouseRules(), tell=lambda _: None)]


def figures(session: Session, number: str) -> dict[str, int]:
    """The figures that are not 0."""
    names = (
        *("opening", "earned", "prior_period", "clawback", "adjustments", "holdback_withheld"),
        *("holdback_released", "payouts", "closing", "holdback_balance", "payable"),
    )
    found = statement(session, number)
    return {name: getattr(found, name) for name in names if getattr(found, name)}


def lines(session: Session, number: str, kind: StatementLineKind) -> list[StatementLine]:
    return [line for line in statement(session, number).lines if line.kind is kind]


def of(session: Session, account: Account, partner: str = "R1") -> int:
    """The balance as the partner sees it: what is owed to it is above 0."""
    return balances(session)[partner, "USD"].of(account)


def owing_by_april(session: Session) -> None:
    """March is closed and paid, then both lines are restated to nothing: R1 owes 338.32."""
    the_worked_example(session)
    close(session, "2026-03", APRIL)
    the_bank_pays(session, "2026-03", on=date(2026, 4, 10))
    for line, day in (("L1", 5), ("L2", 6)):
        deliver(session, line, date(2026, 3, day), 0)
    close(session, "2026-04", MAY)


def account_sums(session: Session) -> dict[Account, int]:
    """Debits less credits by account, of those that are not 0."""
    minor = func.sum(LedgerEntry.debit_minor - LedgerEntry.credit_minor)
    query = select(LedgerEntry.account, minor).group_by(LedgerEntry.account).having(minor != 0)
    return {account: int(total) for account, total in session.execute(query)}
