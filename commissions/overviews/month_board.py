"""Where the commission of a month stands: every line item in exactly one column, tied to the ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from commissions.adjustments.gates import moves_of
from commissions.adjustments.waiting import standings_waiting
from commissions.facts.cash import invoiced_net
from commissions.facts.lines import Line, lines_as_known
from commissions.ledger.balances import balance_rows
from commissions.ledger.ledger_models import Account, AccrualRun, Event, Period, Posting
from commissions.overviews.stated_since import disputed_lines, paid_lines
from commissions.reckoning.line_facts import Horizon
from portal.kernel.money import Money


class Stage(StrEnum):
    """How far a line's commission has come, in the order of the columns."""

    UNVERIFIED = "unverified"
    VERIFIED = "verified"
    INVOICED = "invoiced"
    COMMISSIONABLE = "commissionable"
    DISPUTED = "disputed"
    STATED = "stated"
    PAID = "paid"


@dataclass(frozen=True, slots=True)
class Cell:
    """A sum and how many line items make it."""

    amount: Money
    lines: int


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One currency. `ledger` is what account 2300 took up in the month; it has to equal `in_all`.

    `accounts` are the balances of all partners at the month's end, as of now; what they owe is positive.
    """

    currency: str
    cells: Mapping[Stage, Cell]
    in_all: Cell
    ledger: Money
    accounts: Mapping[Account, Money]

    @property
    def ties(self) -> bool:
        return self.in_all.amount == self.ledger


@dataclass(slots=True)
class _Sum:
    minor: int = 0
    lines: int = 0


def _nothing() -> dict[Stage, _Sum]:
    return {stage: _Sum() for stage in Stage}


def month_board(session: Session, period: Period, *, horizon: Horizon) -> list[BoardRow]:
    """One row a currency, from the postings of the month, as of the last accrual."""
    posted, stages = _where_they_stand(session, period, horizon)
    sums: dict[str, dict[Stage, _Sum]] = defaultdict(_nothing)
    for (line_id, currency), minor in posted.items():
        cell = sums[currency][stages[line_id]]
        cell.minor += minor
        cell.lines += 1
    ledger, standing = _of_the_ledger(session, period.ref)
    currencies = sorted({*sums, *ledger, *standing})
    return [_row(currency, sums[currency], ledger, standing.get(currency, {})) for currency in currencies]


def lines_at(
    session: Session, period: Period, stage: Stage | None, currency: str, *, horizon: Horizon
) -> set[int]:
    """The line items that make a cell of the board; of all stages where none is named."""
    posted, stages = _where_they_stand(session, period, horizon)
    return {
        line_id for line_id, own in posted if own == currency and (stage is None or stages[line_id] is stage)
    }


def _where_they_stand(
    session: Session, period: Period, horizon: Horizon
) -> tuple[dict[tuple[int, str], int], dict[int, Stage]]:
    posted = _posted_by_line(session, period.ref)
    stages = _stages(session, period, posted, horizon)
    stages |= dict.fromkeys(disputed_lines(session, period.ref) & stages.keys(), Stage.DISPUTED)
    return posted, stages


def _posted_by_line(session: Session, ref: str) -> dict[tuple[int, str], int]:
    query = (
        select(Posting.line_id, Posting.currency, func.sum(Posting.amount_minor))
        .where(Posting.posting_period == ref)
        .group_by(Posting.line_id, Posting.currency)
        # where only the facts changed, nothing was posted
        .having(func.sum(Posting.amount_minor) != 0)
    )
    return {(line_id, currency): int(minor) for line_id, currency, minor in session.execute(query)}


def _stages(
    session: Session, period: Period, posted: Mapping[tuple[int, str], int], horizon: Horizon
) -> dict[int, Stage]:
    line_ids = {line_id for line_id, _ in posted}
    if period.is_closed:
        paid = paid_lines(session, period.ref)
        return {line_id: Stage.PAID if line_id in paid else Stage.STATED for line_id in line_ids}
    waiting = standings_waiting(session, period.ref)
    ids = line_ids | {one.line_id for one in waiting}
    lines = lines_as_known(session, line_ids=ids, with_make_goods=True)
    due: dict[int, int] = {}
    for move in moves_of(session, waiting, lines, on=horizon.today, horizon=horizon):
        due[move.line_id] = due.get(move.line_id, 0) + move.amount - move.released
    found = {}
    for (line_id, _), minor in posted.items():
        if due.get(line_id, 0) == minor:
            found[line_id] = Stage.COMMISSIONABLE
        else:
            is_final = _is_final(lines[line_id], period, horizon)
            found[line_id] = Stage.VERIFIED if is_final else Stage.UNVERIFIED
    final = sorted(line_id for line_id, stage in found.items() if stage is Stage.VERIFIED)
    invoiced = invoiced_net(session, final) if final else {}
    return found | {line_id: Stage.INVOICED for line_id, net in invoiced.items() if net}


def _is_final(line: Line, period: Period, horizon: Horizon) -> bool:
    rules = horizon.book.rules_for(line)
    days = rules.plan.finality_days if rules else 0
    return period.last_day + timedelta(days=days) <= horizon.today


def _of_the_ledger(session: Session, ref: str) -> tuple[dict[str, int], dict[str, dict[Account, int]]]:
    """What the period's accruals took up, by currency; and credits less debits up to and with it."""
    rows = balance_rows(carried_before=ref, through=ref).c
    accrued = and_(rows.period == ref, rows.account == Account.ACCRUED, rows.event == Event.ACCRUED)
    query = select(
        rows.currency,
        rows.account,
        func.sum(rows.amount),
        func.sum(case((accrued, 1), else_=0)),
        func.sum(case((accrued, rows.amount), else_=0)),
    ).group_by(rows.currency, rows.account)
    taken_up: dict[str, int] = {}
    standing: dict[str, dict[Account, int]] = {}
    for currency, account, minor, entries, taken in session.execute(query):
        standing.setdefault(currency, {})[account] = int(minor)
        if entries:
            taken_up[currency] = int(taken)
    return taken_up, standing


# what partners owe is a debit, and shown as a positive amount
_DEBITS = frozenset({Account.RECEIVABLE})


def _row(
    currency: str, sums: Mapping[Stage, _Sum], ledger: Mapping[str, int], standing: Mapping[Account, int]
) -> BoardRow:
    cells = {stage: Cell(Money(one.minor, currency), one.lines) for stage, one in sums.items()}
    in_all = Cell(
        Money(sum(one.minor for one in sums.values()), currency), sum(one.lines for one in sums.values())
    )
    accounts = {
        account: Money(
            -standing.get(account, 0) if account in _DEBITS else standing.get(account, 0), currency
        )
        for account in Account
    }
    return BoardRow(currency, cells, in_all, Money(ledger.get(currency, 0), currency), accounts)


def last_accrual_at(session: Session) -> datetime | None:
    return session.scalar(select(func.max(AccrualRun.at)))
