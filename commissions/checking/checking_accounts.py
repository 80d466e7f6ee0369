"""What has to hold of adjustments, holdback, holds and what partners owe in stored data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from commissions.adjustments.account_facts import AccountFacts, account_facts
from commissions.adjustments.adjustment_models import (
    AdjustedAccount,
    Adjustment,
    AdjustmentKind,
    Hold,
    Holdback,
    HoldbackRelease,
    HoldEnd,
    HoldEnding,
)
from commissions.ledger.balances import Balance, Flows, balances
from commissions.ledger.ledger_models import (
    Account,
    Event,
    LedgerEntry,
    Period,
    PeriodState,
    Statement,
    StatementLineKind,
)

_Entry = tuple[Event, Account, str, str, int]


def broken_accounts(session: Session) -> Iterator[str]:
    """A sentence for each thing that does not hold."""
    yield from _entries(session)
    yield from _balances(session)
    yield from _openings(session)
    closed = select(Period).where(Period.state == PeriodState.CLOSED).order_by(Period.ref)
    for period in session.scalars(closed).all():
        yield from _stated(session, period)


def _entries(session: Session) -> Iterator[str]:
    """Every row stands in the ledger with its amount, and the ledger has no other entries of these events."""
    wanted: dict[int, _Entry] = {}
    for adjustment in session.scalars(select(Adjustment)):
        wanted[adjustment.entry] = _entry(
            adjustment.kind.event, adjustment.account.account, adjustment, adjustment.amount_minor
        )
    for held in session.scalars(select(Holdback).where(Holdback.adjustment_ref.is_(None))):
        wanted[held.entry] = _entry(Event.HOLDBACK_WITHHELD, Account.HOLDBACK, held, held.amount_minor)
    freed = select(HoldbackRelease, Holdback).join(Holdback, Holdback.id == HoldbackRelease.holdback_id)
    for release, held in session.execute(freed):
        wanted[release.entry] = _entry(Event.HOLDBACK_RELEASED, Account.HOLDBACK, held, -release.amount_minor)
    ends = {end.hold_id: end for end in session.scalars(select(HoldEnd))}
    for hold in session.scalars(select(Hold)):
        wanted[hold.entry] = _entry(Event.HELD, Account.HELD, hold, hold.amount_minor)
        end = ends.get(hold.id)
        if end is not None and end.ending is HoldEnding.LIFTED:
            wanted[end.entry] = _entry(Event.HOLD_LIFTED, Account.HELD, hold, -hold.amount_minor)
        elif end is not None and wanted.get(end.entry, (None,))[0] is not Event.HOLD_UPHELD:
            yield f"{hold.hold_ref} is upheld, and no adjustment says so."
    found = _in_ledger(session, {event for event, *_ in wanted.values()} | _OF_ROWS)
    for entry in sorted({*wanted, *found}):
        if wanted.get(entry) not in found.get(entry, ()):
            yield f"Entry {entry} of the ledger is not what its adjustment, holdback or hold says."


_OF_ROWS = frozenset(
    {
        Event.ADJUSTED,
        Event.OPENING,
        Event.HOLD_UPHELD,
        Event.WRITTEN_OFF,
        Event.REPAID,
        Event.HOLDBACK_WITHHELD,
        Event.HOLDBACK_RELEASED,
        Event.HELD,
        Event.HOLD_LIFTED,
    }
)


def _entry(event: Event, account: Account, row: Adjustment | Holdback | Hold, minor: int) -> _Entry:
    return event, account, row.partner_ref, row.currency, minor


def _in_ledger(session: Session, events: Iterable[Event]) -> dict[int, list[_Entry]]:
    """Both sides of each entry."""
    found: dict[int, list[_Entry]] = defaultdict(list)
    for row in session.scalars(select(LedgerEntry).where(LedgerEntry.event.in_(set(events)))):
        minor = row.credit_minor - row.debit_minor
        found[row.entry].append((row.event, row.account, row.partner_ref, row.currency, minor))
    return found


def _balances(session: Session) -> Iterator[str]:
    """2320 is what is left of all holdback, 2330 what is held today."""
    freed = (
        select(HoldbackRelease.holdback_id, func.sum(HoldbackRelease.amount_minor).label("minor"))
        .group_by(HoldbackRelease.holdback_id)
        .subquery()
    )
    left = Holdback.amount_minor - func.coalesce(freed.c.minor, 0)
    for row in session.execute(
        select(Holdback.id, left).outerjoin(freed, freed.c.holdback_id == Holdback.id).where(left < 0)
    ):
        yield f"More of holdback {row[0]} was released than was withheld."
    kept = (
        select(Holdback.partner_ref, Holdback.currency, func.sum(left))
        .outerjoin(freed, freed.c.holdback_id == Holdback.id)
        .group_by(Holdback.partner_ref, Holdback.currency)
    )
    held = (
        select(Hold.partner_ref, Hold.currency, func.sum(Hold.amount_minor))
        .where(Hold.id.not_in(select(HoldEnd.hold_id)))
        .group_by(Hold.partner_ref, Hold.currency)
    )
    ledger = balances(session)
    for account, query in ((Account.HOLDBACK, kept), (Account.HELD, held)):
        expected = {(partner, currency): int(minor) for partner, currency, minor in session.execute(query)}
        for key in sorted({*expected, *ledger}):
            if ledger.get(key, Balance()).of(account) != expected.get(key, 0):
                yield f"Account {account.value} of {key[0]} in {key[1]} is not what is kept or held."


def _openings(session: Session) -> Iterator[str]:
    """Each opening of accrued commission became payable once, at the first close at or after its due day."""
    entries = select(LedgerEntry.source, LedgerEntry.period).where(LedgerEntry.event == Event.OPENING_DUE)
    moved = {row.source: row.period for row in session.execute(entries)}
    closed = session.execute(
        select(Period.ref, Period.end_day).where(Period.state == PeriodState.CLOSED).order_by(Period.ref)
    ).all()
    waiting = select(Adjustment).where(
        Adjustment.kind == AdjustmentKind.OPENING,
        Adjustment.account == AdjustedAccount.ACCRUED,
        Adjustment.due_on.is_not(None),
    )
    for one in session.scalars(waiting):
        due = (ref for ref, end in closed if ref >= one.period and one.due_on and one.due_on < end)
        if moved.pop(one.adjustment_ref, None) != next(due, None):
            yield f"Opening balance {one.adjustment_ref} did not become payable when it was due."
    for source in sorted(moved):
        yield f"{source} became payable, and is no opening balance."


def _stated(session: Session, period: Period) -> Iterator[str]:
    """Statements say what the ledger has of the period, and their lines come to their figures."""
    facts, ledger = account_facts(session, period), balances(session, through=period.ref)
    query = select(Statement).where(Statement.period == period.ref).options(selectinload(Statement.lines))
    stated: Mapping[tuple[str, str], Statement] = {
        (one.partner_ref, one.currency): one for one in session.scalars(query)
    }
    for key, balance in ledger.items():
        if key in stated:
            yield from _one(stated[key], balance, facts)
        elif balance.of(Account.HOLDBACK) or facts.flows.get(key, Flows()) != Flows():
            yield f"{period.ref}-{key[0]}-{key[1]} was not issued."
        cleared = facts.cleared_later.get(key, 0)
        if balance.of(Account.PAYABLE) and -balance.of(Account.RECEIVABLE) > cleared:
            yield f"{key[0]} owes in {key[1]} and was owed at the end of {period.ref}."


def _one(statement: Statement, balance: Balance, facts: AccountFacts) -> Iterator[str]:
    flows = facts.flows.get((statement.partner_ref, statement.currency), Flows())
    if statement.holdback_balance != balance.of(Account.HOLDBACK):
        yield f"The holdback of {statement.number} is not the ledger's."
    if not 0 <= statement.payable <= max(balance.of(Account.PAYABLE), 0):
        yield f"{statement.number} lets more be paid than the ledger has as payable."
    if (statement.adjustments, statement.payouts) != (flows.adjustments, flows.payouts):
        yield f"Adjustments or payouts of {statement.number} are not the ledger's."
    for kind, figure in (
        (StatementLineKind.ADJUSTMENT, statement.adjustments),
        (StatementLineKind.HOLDBACK, -statement.holdback_withheld),
        (StatementLineKind.HOLDBACK_RELEASE, statement.holdback_released),
    ):
        if sum(line.amount for line in statement.lines if line.kind is kind) != figure:
            yield f"The lines of {statement.number} do not sum to {kind.value}."
