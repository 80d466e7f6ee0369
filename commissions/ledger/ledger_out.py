"""The ledger for other programs: CSV, and Beancount's plain text. No wall clock in either."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from commissions.facts.csv_out import csv_row
from commissions.ledger.ledger_models import Account, Event, LedgerEntry
from portal.kernel.money import Money

COLUMNS = (
    "entry",
    "period",
    "dated",
    "account",
    "partner_ref",
    "line_ref",
    "currency",
    "debit",
    "credit",
    "event",
    "source",
)
NUMBERS = frozenset({"entry", "account", "debit", "credit"})
# name of an account in Beancount, and whether its sub-accounts are partners or lines
_NAMES = {
    Account.CASH: "Assets:Cash",
    Account.RECEIVABLE: "Assets:PartnerReceivable",
    Account.ACCRUED: "Liabilities:AccruedCommission",
    Account.PAYABLE: "Liabilities:CommissionPayable",
    Account.HOLDBACK: "Liabilities:Holdback",
    Account.HELD: "Liabilities:Held",
    Account.CLEARING: "Liabilities:PayoutClearing",
    Account.EXPENSE: "Expenses:Commission",
}
# what expense is called that no line made (2.9)
_WITHOUT_LINE = {Event.OPENING: "Opening", Event.WRITTEN_OFF: "WrittenOff", Event.HOLD_UPHELD: "Upheld"}


def ledger_csv(session: Session, *, through: date | None = None) -> Iterator[str]:
    """Lines of the CSV file, header first."""
    yield csv_row(COLUMNS, COLUMNS, numbers=frozenset())
    for row in _rows(session, through):
        yield csv_row(COLUMNS, _cells(row), numbers=NUMBERS)


def ledger_beancount(session: Session, *, through: date | None = None) -> Iterator[str]:
    """Lines that pass bean-check: every account is opened on the day of its first entry."""
    yield 'option "title" "Makegood commissions"\n'
    opened: set[str] = set()
    for entry, rows in groupby(_rows(session, through), key=lambda row: row.entry):
        sides = list(rows)
        for row in sides:
            name = account_name(row)
            if name not in opened:
                opened.add(name)
                yield f"{row.dated.isoformat()} open {name}\n"
        yield from _transaction(entry, sides)


def account_name(row: LedgerEntry) -> str:
    """The account with its partner (or, for the expense, its line) as a sub-account."""
    account = Account(row.account)
    if account is Account.EXPENSE:
        own = f"L-{_escaped(row.line_ref)}" if row.line_ref else _WITHOUT_LINE.get(row.event, "Adjusted")
        return f"{_NAMES[account]}:{own}"
    return f"{_NAMES[account]}:P-{_escaped(row.partner_ref)}"


def _escaped(ref: str) -> str:
    """Letters and digits stay, all else is a hyphen and two hex digits, so that no two refs become one."""
    return "".join(
        character if character.isascii() and character.isalnum() else f"-{ord(character):02X}"
        for character in ref
    )


def _transaction(entry: int, sides: Sequence[LedgerEntry]) -> Iterator[str]:
    first = sides[0]
    yield f"\n{first.dated.isoformat()} * {_quoted(first.event.value)} {_quoted(first.source)}\n"
    yield f"  entry: {entry}\n"
    for row in sides:
        amount = Money(row.debit_minor - row.credit_minor, row.currency)
        yield f"  {account_name(row)}  {amount.text()} {row.currency}\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _rows(session: Session, through: date | None) -> Iterator[LedgerEntry]:
    query = select(LedgerEntry).order_by(LedgerEntry.dated, LedgerEntry.entry, LedgerEntry.id)
    if through is not None:
        query = query.where(LedgerEntry.dated <= through)
    yield from session.scalars(query.execution_options(yield_per=2000))


def _cells(row: LedgerEntry) -> list[str]:
    return [
        str(row.entry),
        row.period,
        row.dated.isoformat(),
        row.account.value,
        row.partner_ref,
        row.line_ref or "",
        row.currency,
        Money(row.debit_minor, row.currency).text(),
        Money(row.credit_minor, row.currency).text(),
        row.event.value,
        row.source,
    ]
