"""Accrual: post, for each line, component and payee, what was earned less what is posted already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commissions.facts.book_lock import lock_books
from commissions.facts.cash import collected_net
from commissions.facts.house_rules import HouseRules
from commissions.facts.import_models import ImportFile
from commissions.facts.lines import Line
from commissions.facts.problems import Problem
from commissions.facts.service_calendar import Calendar, period_of, span
from commissions.ledger.accrual_scope import scope_of
from commissions.ledger.accrued_entries import enter_postings
from commissions.ledger.bookable import bookable
from commissions.ledger.changes import Case, Change, changes
from commissions.ledger.exception_noting import note_exceptions
from commissions.ledger.journal import last_entry
from commissions.ledger.ledger_models import AccrualRun, LineStanding, Posting
from commissions.ledger.periods import Books, books, ensure_periods
from commissions.ledger.posted import Key, Posted, posted_by_line
from commissions.ledger.standings import Standings
from commissions.plans.plan_rules import Basis
from commissions.reckoning.line_facts import Horizon, Known, known_lines
from commissions.reckoning.line_sets import line_sets
from commissions.reckoning.plan_book import plan_book
from commissions.reckoning.reckoning import bundles, reckon
from commissions.reckoning.reckoning_facts import LineFacts
from commissions.reckoning.unmoved_past import adds_up, with_past_in_brief
from portal.kernel.collector import collector_waits
from portal.kernel.db import add_columns
from portal.kernel.money import exponent


@dataclass
class AccrualSummary:
    """What an accrual did: `lines` that it worked out, `change` by currency in minor units.

    `problems` counts all lines that are left out, whether or not anything of them is new.
    """

    lines: int = 0
    postings: int = 0
    change: dict[str, int] = field(default_factory=dict)
    problems: dict[Problem, int] = field(default_factory=dict)


@collector_waits()
def accrue(
    session: Session, *, at: datetime, through: date | None = None, house: HouseRules | None = None
) -> AccrualSummary:
    """Bring the postings to what all facts say, or those of service days up to `through`.

    What was accrued once stays accrued: a `through` before an earlier one takes nothing back. Only lines
    that changed since the last accrual are worked out again, which comes to the same.
    """
    lock_books(session)
    house = house or HouseRules()
    horizon = Horizon(house, plan_book(session), house.business_day(at), _farthest(session, through))
    state = books(session)
    scope = scope_of(session, horizon)
    run = AccrualRun(
        id=(session.scalar(select(func.max(AccrualRun.id))) or 0) + 1,
        at=at,
        known_through=session.scalar(select(func.max(ImportFile.id))) or 0,
        ground=scope.ground,
    )
    writer = _Writer(session, run, state, house.calendar)
    since = {line_id: period_of(day, house.calendar) for line_id, day in scope.counted_since.items()}
    for line_ids in line_sets(session, horizon, only=scope.line_ids):
        _accrue_lines(writer, line_ids, horizon, since)
    ensure_periods(session, writer.seen, house.calendar)
    run.through = horizon.through or _last_day(session, writer.seen, horizon)
    writer.summary.problems = _problems(session)
    session.add(run)
    session.flush()
    note_exceptions(session, at=at, today=horizon.today, line_ids=scope.line_ids, since=scope.since)
    return writer.summary


def _farthest(session: Session, through: date | None) -> date | None:
    if through is None:
        return None
    return max(through, session.scalar(select(func.max(AccrualRun.through))) or through)


def _last_day(session: Session, seen: set[str], horizon: Horizon) -> date:
    """The end of the last period that holds anything, also of what was accrued before."""
    before = session.scalar(select(func.max(AccrualRun.through)))
    ends = [span(max(seen), horizon.house.calendar).last_day] if seen else []
    return max([*ends, before] if before else ends, default=horizon.today)


def _problems(session: Session) -> dict[Problem, int]:
    query = select(LineStanding.problem, func.count()).where(LineStanding.problem.is_not(None))
    found = session.execute(query.group_by(LineStanding.problem).order_by(LineStanding.problem))
    return {Problem(problem): count for problem, count in found if problem is not None}


# what a posting says of itself, in the order of `_Writer.post`
_COLUMNS = (
    "run_id",
    "entry",
    "posting_period",
    "recorded_at",
    "line_id",
    "line_ref",
    "order_ref",
    "component",
    "payee_ref",
    "service_period",
    "plan",
    "plan_version",
    "kind",
    "currency",
    "amount_minor",
    "amount_before",
    "amount_after",
    "units_before",
    "units_after",
    "exact",
    "explanation",
    "fingerprint",
)


class _Writer:
    """Gathers postings, and writes those of a set of lines at once with their ledger entries."""

    def __init__(self, session: Session, run: AccrualRun, state: Books, calendar: Calendar) -> None:
        self.session, self.run, self.state, self.calendar = session, run, state, calendar
        self.summary = AccrualSummary()
        # periods that hold anything
        self.seen: set[str] = set()
        self._last_entry = self._written = last_entry(session)
        self._rows: list[tuple[object, ...]] = []

    def post(self, line: Line, change: Change, posted: Posted) -> None:
        reason, told, amount = change.reason, change.reason.explained, change.amount
        component, payee, service_period = change.key
        period = self.state.posting_period(service_period)
        before, units_before = posted.amount, posted.units
        self._last_entry += amount != 0
        self._rows.append(
            (
                self.run.id,
                self._last_entry if amount else None,
                period,
                self.run.at,
                line.line_id,
                line.line_ref,
                line.order_ref,
                component,
                payee,
                service_period,
                told.plan,
                told.version,
                change.kind,
                line.currency,
                amount,
                before,
                before + amount,
                units_before,
                reason.units,
                str(reason.exact),
                told.text,
                told.fingerprint,
            )
        )
        posted.add(change.kind, amount, fingerprint=told.fingerprint, units=reason.units)
        self.seen |= {service_period, period}
        self.summary.postings += 1
        self.summary.change[line.currency] = self.summary.change.get(line.currency, 0) + amount

    def write(self) -> None:
        if not self._rows:
            return
        columns = dict(zip(_COLUMNS, zip(*self._rows, strict=True), strict=True))
        add_columns(self.session, Posting, columns)
        last_days = {ref: span(ref, self.calendar).last_day for ref in set(columns["posting_period"])}
        enter_postings(self.session, first=self._written + 1, last=self._last_entry, last_days=last_days)
        self._written, self._rows = self._last_entry, []


def _accrue_lines(
    writer: _Writer, line_ids: list[int], horizon: Horizon, counted_since: Mapping[int, str]
) -> None:
    """`counted_since` has the first service period of new counts, of lines that changed in nothing else."""
    known = list(known_lines(writer.session, line_ids, horizon))
    since = {
        one.line.line_id: counted_since[one.line.line_id]
        for one in known
        if one.line.line_id in counted_since and adds_up(one)
    }
    posted = posted_by_line(writer.session, line_ids, closed=writer.state.closed, since=since)
    stand = Standings(writer.session, line_ids)
    for one in known:
        writer.seen |= set(one.periods)
        if not one.is_countable:
            stand.add(one, None)
    for one, case, found in _cases(writer.session, known, posted, writer.state, since):
        if case.now.problem is None:
            writer.summary.lines += 1
        before = posted.setdefault(one.line.line_id, {})
        for change in found:
            writer.post(one.line, change, before.setdefault(change.key, Posted()))
        stand.add(one, case.now)
    writer.write()
    stand.write()


def missing_changes(session: Session, run: AccrualRun, house: HouseRules) -> Iterator[tuple[str, Key]]:
    """Line and key of what an accrual on all that `run` knew would post now: nothing, if all is well."""
    horizon = Horizon(
        house=house,
        book=plan_book(session, known_through=run.known_through),
        today=house.business_day(run.at),
        through=run.through,
        known_through=run.known_through,
    )
    state = books(session)
    for line_ids in line_sets(session, horizon):
        known = list(known_lines(session, line_ids, horizon))
        posted = posted_by_line(session, line_ids, closed=state.closed)
        for one, _, found in _cases(session, known, posted, state, {}):
            yield from ((one.line.line_ref, change.key) for change in found)


def _cases(
    session: Session,
    known: Sequence[Known],
    posted: Mapping[int, dict[Key, Posted]],
    state: Books,
    since: Mapping[int, str],
) -> Iterator[tuple[Known, Case, list[Change]]]:
    """Every line that can be calculated, with its changes; lines that belong together are reckoned so."""
    fine = [one for one in known if one.is_countable]
    facts = [_facts(one, since, posted) for one in fine if one.facts is not None]
    cash = _cash_at_close(session, fine, state)
    for places in bundles(facts):
        lines = [fine[place].line.line_id for place in places]
        cases = [
            Case(bookable(now), posted.get(line_id, {}), cash.get(line_id))
            for line_id, now in zip(lines, reckon([facts[place] for place in places]), strict=True)
        ]
        for place, case, found in zip(places, cases, changes(cases, state), strict=True):
            yield fine[place], case, found


def _facts(one: Known, since: Mapping[int, str], posted: Mapping[int, Mapping[Key, Posted]]) -> LineFacts:
    assert one.facts is not None
    first = since.get(one.line.line_id)
    if first is None:
        return one.facts
    return with_past_in_brief(one.facts, first, is_new=not posted.get(one.line.line_id))


def _cash_at_close(session: Session, known: Sequence[Known], state: Books) -> dict[int, Fraction]:
    """Cash that the last close knew, in the major unit, for lines whose plan pays on what is collected."""
    if state.known_through is None:
        return {}
    scale = {
        one.line.line_id: 10 ** exponent(one.line.currency)
        for one in known
        if one.facts is not None and one.facts.rules.plan.basis is Basis.COLLECTED
    }
    if not scale:
        return {}
    cash = collected_net(session, list(scale), known_through=state.known_through)
    return {line_id: Fraction(cash.get(line_id, 0)) / minor for line_id, minor in scale.items()}
