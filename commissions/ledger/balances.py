"""Balances of the ledger, by account, partner and currency, up to a period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Subquery, case, func, insert, literal, null, select, union_all
from sqlalchemy.orm import Session

from commissions.ledger.balance_models import ClosingBalance
from commissions.ledger.ledger_models import Account, Event, LedgerEntry

_FAR = "9999-12"
# what a partner's account consists of (2.7): accrued + payable + held - receivable
SUB_LEDGER = (Account.ACCRUED, Account.PAYABLE, Account.HELD, Account.RECEIVABLE)
# what a close itself writes, after its statements were drafted
OF_THE_CLOSE = frozenset(
    {
        Event.GATES_MET,
        Event.OPENING_DUE,
        Event.HOLDBACK_WITHHELD,
        Event.HOLDBACK_RELEASED,
        Event.RECEIVABLE_ARISEN,
        Event.RECEIVABLE_RECOVERED,
    }
)


# what makes the figure `adjustments` of a statement, and its `payouts` (2.7)
ADJUSTING = frozenset({Event.ADJUSTED, Event.OPENING, Event.HOLD_UPHELD, Event.WRITTEN_OFF})
PAYING = frozenset({Event.PAYOUT_SENT, Event.PAYOUT_RETURNED, Event.REPAID})


@dataclass(frozen=True, slots=True)
class Flows:
    """Minor units of a period: what adjustments changed, and what was paid out (less what came back)."""

    adjustments: int = 0
    payouts: int = 0


@dataclass(frozen=True, slots=True)
class Balance:
    """Credits less debits of a partner in one currency, by account, in minor units."""

    accounts: Mapping[Account, int] = field(default_factory=dict)

    def of(self, account: Account) -> int:
        return self.accounts.get(account, 0)

    @property
    def owed(self) -> int:
        """The partner's whole account; what the partner owes is negative in it."""
        return sum(self.of(account) for account in SUB_LEDGER)


def balance_rows(
    *, carried_before: str | None = None, through: str | None = None, partner_ref: str | None = None
) -> Subquery:
    """Rows whose sums are the balances of today, or at the end of the period `through`; of all, or a partner.

    That is, what stood at the end of the last period that was carried (see carry_balances), of those
    before `carried_before`, and the entries since: what it costs does not grow with the years. Columns:
    partner_ref, currency, account, period, event (none for what was carried), and amount, which is
    credits less debits in minor units.
    """
    carried, entry = ClosingBalance, LedgerEntry
    last = select(func.coalesce(func.max(carried.period), ""))
    if carried_before is not None:
        last = last.where(carried.period < carried_before)
    if through is not None:
        last = last.where(carried.period <= through)
    start = last.scalar_subquery()
    # with an upper bound, PostgreSQL takes the index although it does not know the lower one
    is_since = [entry.period > start, entry.period <= (through or _FAR)]
    is_before = [carried.period == start]
    if partner_ref is not None:
        is_since.append(entry.partner_ref == partner_ref)
        is_before.append(carried.partner_ref == partner_ref)
    # added up here already, since a union costs more for each row than a sum does
    key = (entry.partner_ref, entry.currency, entry.account, entry.period, entry.event)
    amount = func.sum(entry.credit_minor - entry.debit_minor).label("amount")
    since = select(*key, amount).where(*is_since).group_by(*key)
    of = (carried.partner_ref, carried.currency, carried.account, carried.period)
    before = select(*of, null(), carried.balance_minor).where(*is_before)
    return union_all(since, before).subquery("balance_rows")


def carry_balances(session: Session, ref: str) -> None:
    """Write what stood on every account at the end of a closed period, unless it is written."""
    if session.scalar(select(ClosingBalance.id).where(ClosingBalance.period == ref).limit(1)):
        return
    rows = balance_rows(through=ref).c
    key = (rows.partner_ref, rows.currency, rows.account)
    sums = select(literal(ref), *key, func.sum(rows.amount)).group_by(*key)
    names = ("period", "partner_ref", "currency", "account", "balance_minor")
    session.execute(insert(ClosingBalance).from_select(names, sums))


def balances(
    session: Session, *, through: str | None = None, partner_ref: str | None = None
) -> dict[tuple[str, str], Balance]:
    """By (partner, currency), of today or at the end of a period; of all partners, or of one."""
    rows = balance_rows(through=through, partner_ref=partner_ref).c
    key = (rows.partner_ref, rows.currency, rows.account)
    query = select(*key, func.sum(rows.amount)).group_by(*key)
    found: dict[tuple[str, str], dict[Account, int]] = {}
    for partner, currency, account, amount in session.execute(query):
        found.setdefault((partner, currency), {})[account] = int(amount)
    return _as_balances(found)


@dataclass(frozen=True, slots=True)
class Around:
    """By (partner, currency), before a period and up to its end, without what its close writes.

    `flows` are what moved partners' accounts in it.
    """

    before: Mapping[tuple[str, str], Balance]
    after: Mapping[tuple[str, str], Balance]
    flows: Mapping[tuple[str, str], Flows]


def balances_around(session: Session, ref: str, partner_ref: str | None = None) -> Around:
    """Of all partners, or of one: all of it in one query."""
    rows = balance_rows(carried_before=ref, through=ref, partner_ref=partner_ref).c
    key = (rows.partner_ref, rows.currency, rows.account)
    within = rows.period == ref
    moves = (
        case((within & rows.event.in_(ADJUSTING), rows.amount), else_=0),
        case((within & rows.event.in_(PAYING), -rows.amount), else_=0),
    )
    earlier = case((rows.period < ref, rows.amount), else_=0)
    query = (
        select(*key, func.min(rows.period), *(func.sum(part) for part in (earlier, rows.amount, *moves)))
        .where((rows.period < ref) | rows.event.not_in(OF_THE_CLOSE))
        .group_by(*key)
    )
    before: dict[tuple[str, str], dict[Account, int]] = {}
    after: dict[tuple[str, str], dict[Account, int]] = {}
    flows: dict[tuple[str, str], Flows] = {}
    for partner, currency, account, first, opening, closing, adjusted, paid in session.execute(query):
        after.setdefault((partner, currency), {})[account] = int(closing)
        if first < ref:
            before.setdefault((partner, currency), {})[account] = int(opening)
        if account in SUB_LEDGER:
            there = flows.get((partner, currency), Flows())
            flows[partner, currency] = Flows(there.adjustments + int(adjusted), there.payouts + int(paid))
    return Around(_as_balances(before), _as_balances(after), flows)


def _as_balances(found: Mapping[tuple[str, str], Mapping[Account, int]]) -> dict[tuple[str, str], Balance]:
    return {key: Balance(accounts) for key, accounts in found.items()}


def trial_balance(session: Session, *, period: str | None = None) -> dict[str, int]:
    """Debits less credits by currency, of one period or of all: every one has to be 0.

    Both sides of an entry are of one period, so that each period is balanced by itself.
    """
    query = select(
        LedgerEntry.currency, func.sum(LedgerEntry.debit_minor - LedgerEntry.credit_minor)
    ).group_by(LedgerEntry.currency)
    if period is not None:
        query = query.where(LedgerEntry.period == period)
    return {currency: int(rest) for currency, rest in session.execute(query.order_by(LedgerEntry.currency))}
