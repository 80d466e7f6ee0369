"""Closing a month: accrue, draft, check, approve by a second person, issue. All of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commissions.facts.book_lock import lock_books
from commissions.facts.errors import (
    CloseIsBlocked,
    EarlierPeriodOpen,
    FiguresHaveChanged,
    NoSuchPeriod,
    NotInReview,
    PeriodClosed,
    PeriodNotOver,
    RoleCannotClose,
    SamePerson,
    StatementsDoNotAddUp,
)
from commissions.facts.house_rules import HouseRules
from commissions.facts.import_models import ImportFile
from commissions.facts.service_calendar import EARLIEST, next_ref, span
from commissions.ledger.accrual import accrue
from commissions.ledger.checklist import blocking_checks
from commissions.ledger.ledger_models import Period, PeriodState, Statement, StatementLine
from commissions.ledger.periods import ensure_periods, first_open, last_closed, period
from commissions.reckoning.line_facts import Horizon
from commissions.reckoning.plan_book import plan_book
from commissions.statements.close_posting import post_accounts, post_moves
from commissions.statements.draft_lines import DraftLine
from commissions.statements.drafting import Draft, Drafts, drafted, ground_of
from commissions.statements.fingerprints import figures_hash, manifest_hash
from commissions.statements.moved_entries import enter_moves
from commissions.statements.stated_rows import FIGURES, all_line_cells, figures_of, statement_cells
from portal.kernel.activity import record
from portal.kernel.collector import collector_waits
from portal.kernel.db import add_rows, add_tuples
from portal.kernel.identity import Identity, Permission
from portal.kernel.money import Money, totals


@dataclass(frozen=True, slots=True)
class Approval:
    """The author of a close and the second person, who may have `seen` what is to be issued (drafts_hash)."""

    author: Identity
    approver: Identity
    seen: str | None = None

    def check(self) -> None:
        """Raises RoleCannotClose or SamePerson."""
        if not self.author.may(Permission.MONTH_WRITE) or not self.approver.may(Permission.CLOSE_APPROVE):
            raise RoleCannotClose
        if self.author.user_id == self.approver.user_id:
            raise SamePerson


@dataclass(frozen=True, slots=True)
class Closed:
    """What a close did."""

    period: str
    statements: int
    lines: int
    manifest_hash: str


def send_to_review(session: Session, ref: str, *, by: Identity, at: datetime, house: HouseRules) -> Period:
    """The author's half of a close in the web; the approver's is `approve_review`."""
    lock_books(session)
    found = _in_order(session, ref, house, at)
    if not by.may(Permission.MONTH_WRITE):
        raise RoleCannotClose
    found.state, found.review_by, found.review_at = PeriodState.IN_REVIEW, by.user_id, at
    record(session, "period.sent_to_review", ("period", ref), at=at, by=by)
    session.flush()
    return found


def take_back_review(session: Session, ref: str, *, by: Identity, at: datetime) -> Period:
    """Open the period for work again before anybody approved it."""
    lock_books(session)
    found = period(session, ref)
    if found.state is not PeriodState.IN_REVIEW:
        raise NotInReview(ref)
    found.state, found.review_by, found.review_at = PeriodState.OPEN, None, None
    record(session, "period.taken_back", ("period", ref), at=at, by=by)
    session.flush()
    return found


@collector_waits()
def close_period(
    session: Session, ref: str, *, approval: Approval, at: datetime, house: HouseRules
) -> Closed:
    """Close the period and issue its statements; only those that the approver has seen, if that is said.

    Raises PeriodClosed, EarlierPeriodOpen, PeriodNotOver, RoleCannotClose, SamePerson, CloseIsBlocked or
    FiguresHaveChanged; StatementsDoNotAddUp where the ledger was written to by other hands.
    """
    approval.check()
    lock_books(session)
    if not _is_closed(session, ref):
        accrue(session, at=at, house=house)
    found = _in_order(session, ref, house, at)
    today = house.business_day(at)
    blocking = [check.sentence for check in blocking_checks(session, found) if check.count]
    if blocking:
        raise CloseIsBlocked(ref, blocking)
    horizon = Horizon(house, plan_book(session), today)
    ground, days = ground_of(session, found, on=today, horizon=horizon), span(ref, house.calendar)
    post_moves(session, ground.moves, days)
    with ThreadPoolExecutor(max_workers=1) as beside:
        # one statement of the database, while the statements are drafted, which asks it nothing
        entering = beside.submit(enter_moves, session, days)
        drafts = drafted(ground)
        entering.result()
    _check_sums(drafts)
    hashes = _hashes(drafts)
    if approval.seen not in {None, _hash_of_all(hashes)}:
        raise FiguresHaveChanged(ref)
    post_accounts(session, drafts, days)
    _issue(session, drafts, hashes, at, today)
    _seal(session, found, drafts, hashes)
    found.state, found.closed_at = PeriodState.CLOSED, at
    found.closed_by, found.approved_by = approval.author.user_id, approval.approver.user_id
    ensure_periods(session, [next_ref(ref)], house.calendar)
    record(
        session, "period.closed", ("period", ref), at=at, by=approval.approver, author=approval.author.user_id
    )
    session.flush()
    lines = sum(len(draft.lines) for draft in drafts.statements)
    return Closed(ref, len(drafts.statements), lines, found.manifest_hash or "")


def approve_review(
    session: Session, ref: str, *, approval: Approval, at: datetime, house: HouseRules
) -> Closed:
    """Close what the author sent to review. Raises NotInReview where it is not, or another sent it."""
    lock_books(session)
    found = period(session, ref)
    if found.is_closed:
        raise PeriodClosed(ref)
    if found.state is not PeriodState.IN_REVIEW or found.review_by != approval.author.user_id:
        raise NotInReview(ref)
    return close_period(session, ref, approval=approval, at=at, house=house)


def _is_closed(session: Session, ref: str) -> bool:
    last = last_closed(session)
    return last is not None and ref <= last.ref


def _in_order(session: Session, ref: str, house: HouseRules, at: datetime) -> Period:
    """The period, if it is the one that closes next and its last day has passed."""
    days = span(ref, house.calendar)
    if _is_closed(session, ref):
        raise PeriodClosed(ref)
    if days.last_day < EARLIEST:
        raise NoSuchPeriod(ref)
    following = first_open(session)
    if following is not None and ref > following.ref:
        raise EarlierPeriodOpen(ref, following.ref)
    if house.business_day(at) < days.end_day:
        raise PeriodNotOver(ref, days.last_day)
    # the first close may be of any period that has nothing before it
    ensure_periods(session, [ref], house.calendar)
    return period(session, ref)


def _check_sums(drafts: Drafts) -> None:
    wrong = [draft.number for draft in drafts.statements if not draft.adds_up]
    if wrong:
        raise StatementsDoNotAddUp(wrong)


def _issue(session: Session, drafts: Drafts, hashes: Mapping[str, str], at: datetime, today: date) -> None:
    first = (session.scalar(select(func.max(Statement.id))) or 0) + 1
    statements: list[dict[str, Any]] = []
    lines: list[tuple[Any, ...]] = []
    for statement_id, draft in enumerate(drafts.statements, first):
        row = _statement_row(draft, statement_id, hashes[draft.number])
        statements.append(row | {"issued_at": at, "issued_on": today})
        lines += [(statement_id, place, *line) for place, line in enumerate(draft.lines, 1)]
    add_rows(session, Statement, statements)
    add_tuples(session, StatementLine, ("statement_id", "position", *DraftLine._fields), lines)


def drafts_hash(drafts: Drafts) -> str:
    """Of every figure and line that would be issued."""
    return _hash_of_all(_hashes(drafts))


def _hashes(drafts: Drafts) -> dict[str, str]:
    """By the numbers of the statements."""
    return {draft.number: hash_of(draft) for draft in drafts.statements}


def _hash_of_all(hashes: Mapping[str, str]) -> str:
    return manifest_hash({"hashes": dict(hashes)})


def hash_of(draft: Draft) -> str:
    """The hash over a statement's figures and lines."""
    cells = statement_cells(draft, draft.letterhead.partner, figures_of(draft))
    return figures_hash(cells, all_line_cells(draft, draft.lines))


def _statement_row(draft: Draft, statement_id: int, content_hash: str) -> dict[str, Any]:
    return {
        "id": statement_id,
        "number": draft.number,
        "period": draft.period,
        "partner_ref": draft.partner_ref,
        "partner_name": draft.letterhead.partner,
        "currency": draft.currency,
        **figures_of(draft),
        "letterhead": draft.letterhead.as_json(),
        "content_hash": content_hash,
    }


def _seal(session: Session, closed: Period, drafts: Drafts, hashes: dict[str, str]) -> None:
    """Write the manifest; its hash chains the months."""
    before = last_closed(session)
    closed.previous_hash = before.manifest_hash if before else None
    closed.manifest = {
        "period": closed.ref,
        "statements": len(drafts.statements),
        "lines": sum(len(draft.lines) for draft in drafts.statements),
        "minimums": _amounts(drafts.statements, "minimum"),
        "cleared_later": _amounts(drafts.statements, "cleared_later"),
        "totals": {name: _totals(drafts.statements, name) for name in FIGURES},
        "hashes": hashes,
        "previous": closed.previous_hash,
    }
    closed.manifest_hash = manifest_hash(closed.manifest)
    closed.known_through = session.scalar(select(func.max(ImportFile.id))) or 0


def _amounts(drafts: Sequence[Draft], name: str) -> dict[str, str]:
    """By statement number, where there is an amount."""
    amounts = {draft.number: Money(getattr(draft, name), draft.currency) for draft in drafts}
    return {number: amount.text() for number, amount in amounts.items() if amount}


def _totals(drafts: Sequence[Draft], name: str) -> dict[str, str]:
    sums = totals(Money(getattr(draft, name), draft.currency) for draft in drafts)
    return {currency: amount.text() for currency, amount in sums.items()}


def preview(
    session: Session, found: Period, *, today: date, house: HouseRules, partner_ref: str | None = None
) -> Drafts:
    """The statements as a close would issue them, from what is accrued: today, or once the month is over.

    Of all partners, or of one, which takes as long as that partner has lines.
    """
    horizon = Horizon(house, plan_book(session), today)
    on = max(today, found.end_day)
    return drafted(ground_of(session, found, on=on, horizon=horizon, partner_ref=partner_ref))
