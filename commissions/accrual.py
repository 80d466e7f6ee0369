"""Accrual: post, for each line, component and payee, what was earned less what is posted already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commissions.accrual_scope import scope_of
from commissions.book_lock import lock_books
from commissions.cash import collected_net
from commissions.changes import Case, Change, changes
from commissions.exception_noting import note_exceptions
from commissions.fact_queries import Line
from commissions.house_rules import HouseRules
from commissions.import_models import ImportFile
from commissions.journal import Journal, Transfer
from commissions.ledger_models import Account, AccrualRun, Event, LineStanding, Posting
from commissions.line_facts import Horizon, Known, known_lines
from commissions.line_sets import line_sets
from commissions.periods import Books, books, ensure_periods
from commissions.plan_book import plan_book
from commissions.plan_rules import Basis
from commissions.posted import Key, Posted, posted_by_line
from commissions.problems import Problem
from commissions.reckoning import bundles, reckon
from commissions.service_calendar import Calendar, span
from commissions.standings import Standings
from portal.kernel.db import add_rows
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
    scope = scope_of(session, horizon, state)
    run = AccrualRun(
        id=(session.scalar(select(func.max(AccrualRun.id))) or 0) + 1,
        at=at,
        known_through=session.scalar(select(func.max(ImportFile.id))) or 0,
        ground=scope.ground,
    )
    writer = _Writer(session, run, state, house.calendar)
    for line_ids in line_sets(session, horizon, only=scope.line_ids):
        _accrue_lines(writer, line_ids, horizon)
    ensure_periods(session, writer.seen, house.calendar)
    run.through = horizon.through or _last_day(session, writer.seen, horizon)
    writer.summary.problems = _problems(session)
    session.add(run)
    session.flush()
    note_exceptions(session, at=at, today=horizon.today)
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


class _Writer:
    """Gathers postings and their ledger entries, and writes a set of lines at once."""

    def __init__(self, session: Session, run: AccrualRun, state: Books, calendar: Calendar) -> None:
        self.session, self.run, self.state, self.calendar = session, run, state, calendar
        self.summary = AccrualSummary()
        # periods that hold anything
        self.seen: set[str] = set()
        self._journal = Journal(session)
        self._rows: list[dict[str, Any]] = []

    def post(self, known: Known, change: Change, posted: Posted) -> None:
        line, told = known.line, change.reason.explained
        component, payee, service_period = change.key
        period = self.state.posting_period(service_period)
        transfer = Transfer(
            debit=Account.EXPENSE,
            credit=Account.ACCRUED,
            amount=change.amount,
            currency=line.currency,
            partner_ref=payee,
            line_ref=line.line_ref,
            event=Event.ACCRUED,
            source=f"{line.line_ref}/{component}/{service_period}/{change.kind.value}",
        )
        entry = self._journal.enter(transfer, span(period, self.calendar)) if change.amount else None
        dated = {"run_id": self.run.id, "entry": entry, "posting_period": period, "recorded_at": self.run.at}
        self._rows.append(dated | _values(line, change, posted))
        posted.add(change.kind, change.amount, fingerprint=told.fingerprint, units=change.reason.units)
        self.seen |= {service_period, period}
        self.summary.postings += 1
        self.summary.change[line.currency] = self.summary.change.get(line.currency, 0) + change.amount

    def write(self) -> None:
        self._journal.write()
        add_rows(self.session, Posting, self._rows)
        self._rows = []


def _values(line: Line, change: Change, posted: Posted) -> dict[str, Any]:
    """What a posting says of itself, whenever it is made."""
    component, payee, service_period = change.key
    reason, told = change.reason, change.reason.explained
    return {
        "line_id": line.line_id,
        "line_ref": line.line_ref,
        "order_ref": line.order_ref,
        "component": component,
        "payee_ref": payee,
        "service_period": service_period,
        "plan": told.plan,
        "plan_version": told.version,
        "kind": change.kind,
        "currency": line.currency,
        "amount_minor": change.amount,
        "amount_before": posted.amount,
        "amount_after": posted.amount + change.amount,
        "units_before": posted.units,
        "units_after": reason.units,
        "exact": str(reason.exact),
        "explanation": told.text,
        "fingerprint": told.fingerprint,
    }


def _accrue_lines(writer: _Writer, line_ids: list[int], horizon: Horizon) -> None:
    known = list(known_lines(writer.session, line_ids, horizon))
    posted = posted_by_line(writer.session, line_ids, closed=writer.state.closed)
    stand = Standings(writer.session, line_ids)
    for one in known:
        writer.seen |= set(one.periods)
        if not one.is_countable:
            stand.add(one, None)
    for one, case, found in _cases(writer.session, known, posted, writer.state):
        if case.now.problem is None:
            writer.summary.lines += 1
        before = posted.setdefault(one.line.line_id, {})
        for change in found:
            writer.post(one, change, before.setdefault(change.key, Posted()))
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
        for one, _, found in _cases(session, known, posted, state):
            yield from ((one.line.line_ref, change.key) for change in found)


def _cases(
    session: Session, known: Sequence[Known], posted: Mapping[int, dict[Key, Posted]], state: Books
) -> Iterator[tuple[Known, Case, list[Change]]]:
    """Every line that can be calculated, with its changes; lines that belong together are reckoned so."""
    fine = [one for one in known if one.is_countable]
    facts = [one.facts for one in fine if one.facts is not None]
    cash = _cash_at_close(session, fine, state)
    for places in bundles(facts):
        lines = [fine[place].line.line_id for place in places]
        cases = [
            Case(now, posted.get(line_id, {}), cash.get(line_id))
            for line_id, now in zip(lines, reckon([facts[place] for place in places]), strict=True)
        ]
        for place, case, found in zip(places, cases, changes(cases, state), strict=True):
            yield fine[place], case, found


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
