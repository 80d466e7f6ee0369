"""Everything known of a set of lines, loaded with a few queries and laid out for the calculation."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commissions.billable import Ceiling, booked_before
from commissions.billing_models import CommissionEffect, Invoice, InvoiceKind, InvoiceLine
from commissions.cash import collected_net
from commissions.components import has_rate
from commissions.fact_models import BillingSource, Cap, DeliveryRow
from commissions.fact_queries import Line, delivered_units, lines_as_known, source_names
from commissions.house_rules import HouseRules
from commissions.plan_book import PlanBook
from commissions.plan_rules import Basis, RateAsOf
from commissions.problems import Problem
from commissions.reckoning_facts import Credit, LineFacts, Rules, Step
from commissions.service_calendar import period_of, refs_through, span
from portal.kernel.among import among
from portal.kernel.money import exponent


@dataclass(frozen=True, slots=True)
class Horizon:
    """How far the facts are taken: last service day, last import (both open when empty), and today."""

    house: HouseRules
    book: PlanBook
    today: date
    through: date | None = None
    known_through: int | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A line with its facts, or with the problem that stands in the way.

    `sources` are those of its billing kind that reported, `periods` the periods with a count.
    """

    line: Line
    facts: LineFacts | None
    problem: Problem | None
    sources: tuple[str, ...]
    periods: tuple[str, ...]
    delivered: int
    # units to date by kind of source, each of its smallest name
    by_kind: Mapping[str, int]

    @property
    def is_countable(self) -> bool:
        """Whether its commission can be calculated."""
        return self.facts is not None and self.problem is None


def known_lines(session: Session, line_ids: Collection[int], horizon: Horizon) -> Iterator[Known]:
    """The lines in order of id, with all that the calculation needs."""
    lines = lines_as_known(session, line_ids=line_ids, known_through=horizon.known_through)
    yield from with_facts(session, lines, horizon)


def with_facts(session: Session, lines: Mapping[int, Line], horizon: Horizon) -> Iterator[Known]:
    """Lines that are loaded already, by id and in its order, with all that the calculation needs."""
    line_ids = lines.keys()
    counts = _counts(session, line_ids, horizon)
    taken_back = _credits(session, line_ids, horizon)
    fine = {line.line_id: line for line in lines.values() if _cuts_inside(line, horizon)}
    by_day = _day_sums(session, fine, horizon) if fine else {}
    by_cash = [line_id for line_id, line in lines.items() if _pays_on_cash(line, horizon)]
    cash = collected_net(session, by_cash, known_through=horizon.known_through) if by_cash else {}
    for line_id, line in lines.items():
        known = known_from_counts(line, counts.get(line_id, {}), by_day.get(line_id, {}), horizon)
        if known.facts is None:
            yield known
            continue
        minor = 10 ** exponent(line.currency)
        facts = replace(
            known.facts,
            credits=tuple(taken_back.get(line_id, ())),
            collected=Fraction(cash.get(line_id, 0)) / minor,
        )
        yield replace(known, facts=facts)


def known_from_counts(
    line: Line, counts: Mapping[str, dict[str, int]], days: Mapping[str, dict[date, int]], horizon: Horizon
) -> Known:
    sources = _controlling(line, counts, horizon.house)
    rules = horizon.book.rules_for(line)
    units = counts.get(sources[0], {}) if sources else {}
    if line.billing_source is BillingSource.CONTRACTED:
        units = _contracted(line, horizon)
    by_kind = _by_kind(counts, horizon.house)
    known = Known(line, None, None, sources, tuple(sorted(units)), sum(units.values()), by_kind)
    if line.makegood_for is not None:
        return replace(known, problem=Problem.MAKEGOOD)
    if rules is None:
        return replace(known, problem=Problem.NO_PLAN)
    if rules.plan.currency not in {None, line.currency}:
        return replace(known, problem=Problem.OTHER_CURRENCY)
    if _cuts_inside(line, horizon):
        steps = _fine_steps(line, rules, days.get(sources[0], {}) if sources else {}, horizon)
    else:
        steps = _coarse_steps(line, rules, units, horizon)
    facts = LineFacts(
        line=line,
        rules=rules,
        ceiling=_ceiling(line, units, horizon),
        steps=tuple(steps),
        above=horizon.book.above(line),
    )
    return replace(known, facts=facts, problem=None if has_rate(facts) or not steps else Problem.NO_RATE)


def _controlling(line: Line, counts: Mapping[str, object], house: HouseRules) -> tuple[str, ...]:
    """Sources of the line's billing kind that reported it, smallest name first: the first one counts."""
    return tuple(sorted(name for name in counts if house.kind_of(name) == line.billing_source.value))


def _by_kind(counts: Mapping[str, Mapping[str, int]], house: HouseRules) -> dict[str, int]:
    found: dict[str, int] = {}
    for name in sorted(counts):
        found.setdefault(house.kind_of(name), sum(counts[name].values()))
    return found


def _coarse_steps(line: Line, rules: Rules, units: Mapping[str, int], horizon: Horizon) -> list[Step]:
    """One run of days for each service period."""
    found = []
    for period in sorted(units):
        last_day = span(period, horizon.house.calendar).last_day
        found.append(
            Step(period, units[period], line.terms_on(last_day), _rates_on(rules, last_day, horizon))
        )
    return found


def _rates_on(rules: Rules, day: date, horizon: Horizon) -> Rules:
    if rules.plan.rate_as_of is RateAsOf.ORDER_SIGNED:
        return rules
    return horizon.book.version_on(rules.plan.name, day) or rules


def _fine_steps(line: Line, rules: Rules, days: Mapping[date, int], horizon: Horizon) -> list[Step]:
    """Runs of days between the days on which price, split or rate changes."""
    if line.billing_source is BillingSource.CONTRACTED:
        days = _contracted_days(line, horizon)
    calendar = horizon.house.calendar
    found: list[Step] = []
    for day in sorted(days):
        rates = _rates_on(rules, day, horizon)
        step = Step(period_of(day, calendar), days[day], line.terms_on(day), rates)
        last = found[-1] if found else None
        if last and (last.period, last.stretch, last.rates) == (step.period, step.stretch, step.rates):
            found[-1] = replace(last, units=last.units + step.units)
            continue
        found.append(step)
    return found


def _cuts_inside(line: Line, horizon: Horizon) -> bool:
    """Whether something changes within a service period, so that days have to be told apart."""
    cuts = {part.valid_from for part in line.stretches if part.valid_from is not None}
    rules = horizon.book.rules_for(line)
    if rules is not None and rules.plan.rate_as_of is RateAsOf.SERVICE_DATE:
        cuts |= horizon.book.changes_of(rules.plan.name)
    calendar = horizon.house.calendar
    return any(
        line.first_day < day < line.end_day and span(period_of(day, calendar), calendar).first_day != day
        for day in cuts
    )


def _pays_on_cash(line: Line, horizon: Horizon) -> bool:
    rules = horizon.book.rules_for(line)
    return rules is not None and rules.plan.basis is Basis.COLLECTED


def _ceiling(line: Line, units: Mapping[str, int], horizon: Horizon) -> Ceiling:
    booked = {}
    if line.cap is Cap.PER_CYCLE:
        booked = {period: _booked_in(line, period, horizon) for period in units}
    return Ceiling(line.cap, line.booked_units, line.cap_tolerance_percent, booked)


def _booked_in(line: Line, period: str, horizon: Horizon) -> int:
    days = span(period, horizon.house.calendar)
    return _booked_before(line, days.end_day) - _booked_before(line, days.first_day)


def _booked_before(line: Line, day: date) -> int:
    return booked_before(day, booked=line.booked_units, first_day=line.first_day, end_day=line.end_day)


def _contracted(line: Line, horizon: Horizon) -> dict[str, int]:
    """Booked units by service period, for the days that have passed."""
    end = _contracted_end(line, horizon)
    if end <= line.first_day:
        return {}
    calendar = horizon.house.calendar
    refs = refs_through(period_of(line.first_day, calendar), period_of(end - timedelta(days=1), calendar))
    cuts = [min(span(ref, calendar).end_day, end) for ref in refs]
    cumulative = [0, *(_booked_before(line, cut) for cut in cuts)]
    return {ref: after - before for ref, before, after in zip(refs, cumulative, cumulative[1:], strict=False)}


def _contracted_days(line: Line, horizon: Horizon) -> dict[date, int]:
    end = _contracted_end(line, horizon)
    days = [line.first_day + timedelta(days=n) for n in range(max((end - line.first_day).days, 0))]
    return {day: _booked_before(line, day + timedelta(days=1)) - _booked_before(line, day) for day in days}


def _contracted_end(line: Line, horizon: Horizon) -> date:
    last = horizon.today if horizon.through is None else min(horizon.through, horizon.today)
    ends = [line.end_day, last + timedelta(days=1)]
    return min([*ends, line.cancelled_on] if line.cancelled_on else ends)


def _counts(
    session: Session, line_ids: Collection[int], horizon: Horizon
) -> dict[int, dict[str, dict[str, int]]]:
    """Units by line, source and service period."""
    found: dict[int, dict[str, dict[str, int]]] = {}
    sums = delivered_units(
        session,
        calendar=horizon.house.calendar,
        through=horizon.through,
        line_ids=line_ids,
        known_through=horizon.known_through,
    )
    for row in sums:
        found.setdefault(row.line_id, {}).setdefault(row.source, {})[row.period] = row.units
    return found


def _day_sums(
    session: Session, lines: Mapping[int, Line], horizon: Horizon
) -> dict[int, dict[str, dict[date, int]]]:
    """Units by line, source and service day, for the lines with a change within a period."""
    names = source_names(session)
    query = (
        select(
            DeliveryRow.line_id,
            DeliveryRow.source_id,
            DeliveryRow.service_date,
            func.sum(DeliveryRow.added_units),
        )
        .where(among(DeliveryRow.line_id, lines))
        .group_by(DeliveryRow.line_id, DeliveryRow.source_id, DeliveryRow.service_date)
    )
    if horizon.through is not None:
        query = query.where(DeliveryRow.service_date <= horizon.through)
    if horizon.known_through is not None:
        query = query.where(DeliveryRow.import_id <= horizon.known_through)
    found: dict[int, dict[str, dict[date, int]]] = {}
    for line_id, source_id, day, units in session.execute(query):
        found.setdefault(line_id, {}).setdefault(names[source_id], {})[day] = int(units)
    return found


def _credits(session: Session, line_ids: Collection[int], horizon: Horizon) -> dict[int, list[Credit]]:
    """Credit notes with effect `reduce` by line, in the order in which they take back."""
    query = (
        select(InvoiceLine, Invoice)
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .where(
            among(InvoiceLine.line_id, line_ids),
            Invoice.kind == InvoiceKind.CREDIT_NOTE,
            InvoiceLine.commission_effect == CommissionEffect.REDUCE,
        )
        .order_by(Invoice.issued_on, Invoice.invoice_ref, InvoiceLine.month_key)
    )
    if horizon.known_through is not None:
        query = query.where(InvoiceLine.import_id <= horizon.known_through)
    found: dict[int, list[Credit]] = {}
    for row, invoice in session.execute(query):
        month = row.service_month
        found.setdefault(row.line_id, []).append(
            Credit(
                units=row.units,
                net=Fraction(row.net_minor, 10 ** exponent(invoice.currency)),
                import_id=row.import_id,
                issued_in=period_of(invoice.issued_on, horizon.house.calendar),
                service_period=None if month is None else f"{month.year:04d}-{month.month:02d}",
            )
        )
    return found
