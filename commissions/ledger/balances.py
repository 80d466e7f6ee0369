"""Balances of the ledger, by account, partner and currency, up to a period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from commissions.ledger.ledger_models import Account, Event, LedgerEntry

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


def balances(
    session: Session,
    *,
    before: str | None = None,
    through: str | None = None,
    partner_ref: str | None = None,
) -> dict[tuple[str, str], Balance]:
    """By (partner, currency), of periods before one, or up to and with one; of all partners, or of one."""
    query = select(
        LedgerEntry.partner_ref,
        LedgerEntry.currency,
        LedgerEntry.account,
        func.sum(LedgerEntry.credit_minor - LedgerEntry.debit_minor),
    ).group_by(LedgerEntry.partner_ref, LedgerEntry.currency, LedgerEntry.account)
    if partner_ref is not None:
        query = query.where(LedgerEntry.partner_ref == partner_ref)
    if before is not None:
        query = query.where(LedgerEntry.period < before)
    if through is not None:
        query = query.where(LedgerEntry.period <= through)
    found: dict[tuple[str, str], dict[Account, int]] = {}
    for partner, currency, account, amount in session.execute(query):
        found.setdefault((partner, currency), {})[account] = int(amount)
    return {key: Balance(accounts) for key, accounts in found.items()}


@dataclass(frozen=True, slots=True)
class Around:
    """By (partner, currency), before a period and up to its end, without what its close writes.

    `flows` are what moved partners' accounts in it; `has_adjustments` may be so where none bears on it.
    """

    before: Mapping[tuple[str, str], Balance]
    after: Mapping[tuple[str, str], Balance]
    flows: Mapping[tuple[str, str], Flows]
    has_adjustments: bool


def balances_around(session: Session, ref: str) -> Around:
    """All of it in one query."""
    amount = LedgerEntry.credit_minor - LedgerEntry.debit_minor
    key = (LedgerEntry.partner_ref, LedgerEntry.currency, LedgerEntry.account)
    event, within = LedgerEntry.event, LedgerEntry.period == ref
    moves = (
        case((within & event.in_(ADJUSTING), amount), else_=0),
        case((within & event.in_(PAYING), -amount), else_=0),
        case((event.in_(ADJUSTING | PAYING) & (within | (event == Event.OPENING)), 1), else_=0),
    )
    earlier = case((LedgerEntry.period < ref, amount), else_=0)
    query = (
        select(*key, func.min(LedgerEntry.period), *(func.sum(part) for part in (earlier, amount, *moves)))
        .where(
            LedgerEntry.period <= ref,
            (LedgerEntry.period < ref) | LedgerEntry.event.not_in(OF_THE_CLOSE),
        )
        .group_by(*key)
    )
    before: dict[tuple[str, str], dict[Account, int]] = {}
    after: dict[tuple[str, str], dict[Account, int]] = {}
    flows: dict[tuple[str, str], Flows] = {}
    has_adjustments = False
    for partner, currency, account, first, opening, closing, adjusted, paid, moved in session.execute(query):
        after.setdefault((partner, currency), {})[account] = int(closing)
        if first < ref:
            before.setdefault((partner, currency), {})[account] = int(opening)
        if account in SUB_LEDGER:
            there = flows.get((partner, currency), Flows())
            flows[partner, currency] = Flows(there.adjustments + int(adjusted), there.payouts + int(paid))
        has_adjustments = has_adjustments or bool(moved)
    return Around(_as_balances(before), _as_balances(after), flows, has_adjustments)


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
