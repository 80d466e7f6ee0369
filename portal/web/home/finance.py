"""Finance's home: which month closes next, what stands in the way, and what is owed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commissions.disputes.disputes import unsettled_count
from commissions.ledger.balances import balance_rows
from commissions.ledger.ledger_models import Account, Period, Statement
from commissions.ledger.periods import first_open, last_closed
from commissions.ledger.quarantine import blocking_count
from commissions.overviews.exception_queue import Filter, exception_page
from commissions.overviews.month_board import last_accrual_at
from portal.kernel.money import Money
from portal.web.context import business_day, db, identity, now

EXCEPTIONS = 8


@dataclass(frozen=True, slots=True)
class Owed:
    """What the brand owes its partners in one currency, by where it stands."""

    currency: str
    accrued: Money
    payable: Money
    held_back: Money
    on_hold: Money
    on_its_way: Money
    receivable: Money
    paid: Money
    # of all accounts together, whether credits less debits are nothing
    ties: bool

    @property
    def in_all(self) -> Money:
        """Still to be paid, in the end."""
        standing = self.accrued + self.payable + self.held_back + self.on_hold + self.on_its_way
        return standing - self.receivable


def finance_home() -> str:
    closing, at = first_open(db()), now()
    today = business_day()
    return render_template(
        "home/finance.html",
        closing=closing,
        closed=last_closed(db()),
        is_over=closing is not None and closing.end_day <= today,
        blocking=_blocking(db(), closing),
        exceptions=exception_page(db(), Filter(), limit=EXCEPTIONS),
        owed=owed(db()),
        accrued_at=last_accrual_at(db()),
        statements=_statement_count(db()),
        unanswered=unsettled_count(db(), identity(), due_before=today),
        at=at,
    )


def owed(session: Session) -> Sequence[Owed]:
    """One row a currency, from the ledger."""
    rows = balance_rows().c
    key = (rows.currency, rows.account)
    query = select(*key, func.sum(rows.amount)).group_by(*key).order_by(rows.currency)
    sums: dict[str, dict[Account, int]] = {}
    for currency, account, minor in session.execute(query):
        sums.setdefault(currency, {})[account] = int(minor)
    return [_owed(currency, accounts) for currency, accounts in sums.items()]


def _owed(currency: str, accounts: dict[Account, int]) -> Owed:
    def of(*names: Account) -> Money:
        return Money(sum(accounts.get(name, 0) for name in names), currency)

    return Owed(
        currency,
        accrued=of(Account.ACCRUED),
        payable=of(Account.PAYABLE),
        held_back=of(Account.HOLDBACK),
        on_hold=of(Account.HELD),
        on_its_way=of(Account.CLEARING),
        receivable=-of(Account.RECEIVABLE),
        paid=of(Account.CASH),
        ties=not sum(accounts.values()),
    )


def _blocking(session: Session, closing: Period | None) -> int:
    return 0 if closing is None else blocking_count(session, closing)


def _statement_count(session: Session) -> int:
    last = select(func.max(Statement.period)).correlate(None).scalar_subquery()
    return session.scalar(select(func.count()).where(Statement.period == last)) or 0
