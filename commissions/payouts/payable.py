"""What can be paid now: of each statement of the last closed period the payable, or why nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from commissions.ledger.balances import balance_rows
from commissions.ledger.ledger_models import Account, LedgerEntry, Statement
from commissions.payouts.payout_models import Payout, PayoutEvent, PayoutStatus
from partners.payee_models import Payee, PayeeState
from partners.payees import payees_coming, payees_in_force
from portal.kernel.money import Money, totals


class LeftOutReason(StrEnum):
    """Why a statement is not paid now."""

    IN_A_PAYOUT = "in_a_payout"
    RETURNED = "returned"
    NOTHING_PAYABLE = "nothing_payable"
    BELOW_MINIMUM = "below_minimum"
    HELD = "held"
    USED_LATER = "used_later"
    BANK_DATA_WAITS = "bank_data_waits"
    BANK_DATA_COOLS = "bank_data_cools"
    NO_BANK_DATA = "no_bank_data"


@dataclass(frozen=True, slots=True)
class Payable:
    """A statement that is paid: the smaller of its payable and today's balance. By hand without payee."""

    statement_id: int
    statement: str
    partner_ref: str
    partner_name: str
    amount: Money
    payee: Payee | None

    @property
    def payout_ref(self) -> str:
        return payout_ref([self.statement])


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A statement that is not paid, with what stands on it, or with what came back of it from the bank."""

    statement: str
    partner_name: str
    amount: Money
    reason: LeftOutReason
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class PayableNow:
    period: str
    payable: Sequence[Payable]
    left_out: Sequence[LeftOut]

    @property
    def totals(self) -> Mapping[str, Money]:
        return totals(one.amount for one in self.payable)

    @property
    def fingerprint(self) -> str:
        """Changes when a payout, its amount or where it goes changes."""
        parts = [
            f"{one.payout_ref} {one.amount.minor} {one.payee.id if one.payee else '-'}"
            for one in self.payable
        ]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def payout_ref(statements: Sequence[str]) -> str:
    """The bank's end-to-end id, from the sorted numbers of the statements that are paid (2.11)."""
    return "PO-" + hashlib.sha256("\n".join(sorted(statements)).encode()).hexdigest()[:24].upper()


def payable_now(
    session: Session, period: str, *, at: datetime, by_hand: bool, partner_ref: str | None = None
) -> PayableNow:
    """By partner and currency in the order of their bytes, of all or one partner; nothing is written.

    With `by_hand` partners who never entered bank data are paid too, from the CSV alone. What came back from
    the bank is told only where all are asked for.
    """
    query = (
        select(Statement, Payout.id)
        .outerjoin(Payout, Payout.statement_id == Statement.id)
        .where(Statement.period == period, (Statement.payable > 0) | (Statement.closing > 0))
    )
    if partner_ref is not None:
        query = query.where(Statement.partner_ref == partner_ref)
    rows = [(statement, payout_id) for statement, payout_id in session.execute(query)]
    rows.sort(key=lambda row: (row[0].partner_ref.encode(), row[0].currency.encode()))
    refs = {statement.partner_ref for statement, _ in rows}
    accounts = _Accounts(
        _standing(session, period, partner_ref),
        payees_in_force(session, refs, at=at),
        payees_coming(session, refs, at=at),
        by_hand,
    )
    payable: list[Payable] = []
    left_out: list[LeftOut] = []
    for statement, payout_id in rows:
        judged = _judge(statement, payout_id is not None, accounts)
        (payable if isinstance(judged, Payable) else left_out).append(judged)  # type: ignore[arg-type]
    back = _came_back(session, period) if partner_ref is None else []
    returned = {one.statement for one in back}
    return PayableNow(period, payable, [*(one for one in left_out if one.statement not in returned), *back])


def _came_back(session: Session, period: str) -> list[LeftOut]:
    """What the bank returned since the end of the period: owed again, and on no statement yet."""
    query = (
        select(Payout)
        .join(PayoutEvent, PayoutEvent.payout_id == Payout.id)
        .join(LedgerEntry, LedgerEntry.entry == PayoutEvent.entry)
        .where(
            PayoutEvent.status == PayoutStatus.RETURNED,
            LedgerEntry.account == Account.PAYABLE,
            LedgerEntry.period > period,
        )
        .order_by(Payout.id)
    )
    return [
        LeftOut(payout.statement, payout.partner_name, payout.amount, LeftOutReason.RETURNED)
        for payout in session.scalars(query)
    ]


@dataclass(frozen=True, slots=True)
class _Standing:
    """Minor units of 2310, today and at the close, and of 2330 today."""

    payable: int = 0
    at_close: int = 0
    held: int = 0


def _standing(session: Session, period: str, partner_ref: str | None) -> Mapping[tuple[str, str], _Standing]:
    rows = balance_rows(carried_before=period, partner_ref=partner_ref).c
    key = (rows.partner_ref, rows.currency)
    is_payable = rows.account == Account.PAYABLE
    parts = (is_payable, is_payable & (rows.period <= period), rows.account == Account.HELD)
    sums = (func.sum(case((part, rows.amount), else_=0)) for part in parts)
    query = select(*key, *sums).where(rows.account.in_((Account.PAYABLE, Account.HELD))).group_by(*key)
    return {
        (partner, currency): _Standing(*(int(minor) for minor in minors))
        for partner, currency, *minors in session.execute(query)
    }


@dataclass(frozen=True, slots=True)
class _Accounts:
    """Balances by partner and currency, bank data by partner."""

    standing: Mapping[tuple[str, str], _Standing]
    in_force: Mapping[str, Payee]
    coming: Mapping[str, Payee]
    by_hand: bool


def _judge(statement: Statement, is_paid: bool, accounts: _Accounts) -> Payable | LeftOut:  # noqa: FBT001  a fact
    partner, currency = statement.partner_ref, statement.currency
    standing = accounts.standing.get((partner, currency), _Standing())
    least = min(statement.payable, standing.payable)
    payee, coming = accounts.in_force.get(partner), accounts.coming.get(partner)
    reason = None
    if is_paid:
        reason = LeftOutReason.IN_A_PAYOUT
    elif statement.payable <= 0:
        # what passed the gates and is not payable was below the partner's minimum
        reason = LeftOutReason.BELOW_MINIMUM if standing.at_close > 0 else LeftOutReason.NOTHING_PAYABLE
    elif least <= 0:
        reason = LeftOutReason.HELD if standing.held > 0 else LeftOutReason.USED_LATER
    elif payee is None and coming is not None:
        waits = coming.state is PayeeState.WAITING
        reason = LeftOutReason.BANK_DATA_WAITS if waits else LeftOutReason.BANK_DATA_COOLS
    elif payee is None and not accounts.by_hand:
        reason = LeftOutReason.NO_BANK_DATA
    if reason is not None:
        amount = Money(statement.payable or statement.closing, currency)
        until = coming.cools_until if coming and reason is LeftOutReason.BANK_DATA_COOLS else None
        return LeftOut(statement.number, statement.partner_name, amount, reason, until)
    return Payable(
        statement.id, statement.number, partner, statement.partner_name, Money(least, currency), payee
    )


def payables(
    session: Session, *, partner_ref: str | None = None, through: str | None = None
) -> dict[tuple[str, str], int]:
    """The balance of 2310 by partner and currency, in minor units; of all partners, or of one.

    Today's, or that at the end of the period `through`.
    """
    rows = balance_rows(through=through, partner_ref=partner_ref).c
    key = (rows.partner_ref, rows.currency)
    query = select(*key, func.sum(rows.amount)).where(rows.account == Account.PAYABLE).group_by(*key)
    return {(partner, currency): int(amount) for partner, currency, amount in session.execute(query)}
