"""Which accrued commission becomes payable at a close: final, and delivered, invoiced or collected."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from sqlalchemy.orm import Session

from commissions.adjustments.holdback import HoldbackTerms
from commissions.adjustments.waiting import Waiting
from commissions.facts.amounts import NOTHING
from commissions.facts.cash import covered_net
from commissions.facts.lines import Line, LineHead, line_heads, lines_as_known
from commissions.facts.service_calendar import span
from commissions.plans.plan_rules import Basis, PayableWhen, Plan
from commissions.reckoning.line_facts import Horizon, Known, with_facts
from commissions.reckoning.line_values import period_values
from commissions.reckoning.make_good_lines import only_make_goods
from commissions.reckoning.reckoning_facts import Rules
from portal.kernel.money import exponent, round_half_up


# tuples, of which a close makes one for each of its lines
class Move(NamedTuple):
    """An amount in minor units that moves from accrued to payable (negative: the other way round).

    `released` is the part of it that was earned in an earlier period; `terms` say what is held back of it.
    """

    line_id: int
    line_ref: str
    component: str
    payee_ref: str
    service_period: str
    currency: str
    amount: int
    released: int
    terms: HoldbackTerms
    # the number of the service period's statement, where there was one
    stated_on: str = ""


def lines_to_move(
    session: Session, line_ids: Collection[int], horizon: Horizon
) -> Mapping[int, Line | LineHead]:
    """By id: whole and with all make-good lines where a plan waits for cash, else what is said of them."""
    known = horizon.known_through
    if horizon.book.waits_for_cash:
        return lines_as_known(session, line_ids=line_ids, known_through=known, with_make_goods=True)
    return line_heads(session, line_ids, known_through=known)


def moves_of(
    session: Session,
    waiting: Sequence[Waiting],
    lines: Mapping[int, Line | LineHead],
    *,
    on: date,
    horizon: Horizon,
) -> list[Move]:
    """What of the waiting keys moves on a day; `lines` are at least theirs (see lines_to_move)."""
    ids = {one.line_id for one in waiting}
    rules = {line_id: held for line_id in sorted(ids) if (held := horizon.book.rules_for(lines[line_id]))}
    terms = {id(held): _Terms.of(held, on) for held in rules.values()}
    parts = _parts(session, {line_id: held.plan for line_id, held in rules.items()}, lines, horizon)
    found = []
    for one in waiting:
        held = rules.get(one.line_id)
        if held is None or not terms[id(held)].has_final(one.service_period, horizon):
            continue
        part = parts[one.line_id].get(one.service_period) if one.line_id in parts else None
        after = one.posted if part is None else round_half_up(part * one.posted)
        if after != one.moved:
            found.append(_move(one, lines[one.line_id].line_ref, after, terms[id(held)].holdback))
    return found


def _move(one: Waiting, line_ref: str, after: int, terms: HoldbackTerms) -> Move:
    released = _released(one, after) if one.earlier or one.moved else 0
    line_id, component, payee, period, currency = one[:5]
    amount = after - one.moved
    return Move(line_id, line_ref, component, payee, period, currency, amount, released, terms, one.stated_on)


@dataclass(slots=True)
class _Terms:
    """What a plan version asks for before an amount moves on a day, and what it holds back of it."""

    holdback: HoldbackTerms
    finality: timedelta
    on: date
    _final: dict[str, bool] = field(default_factory=dict)

    @classmethod
    def of(cls, rules: Rules, on: date) -> _Terms:
        plan = rules.plan
        held = HoldbackTerms(plan.name, rules.version, plan.holdback_percent, plan.holdback_days)
        return cls(held, timedelta(days=plan.finality_days), on)

    def has_final(self, service_period: str, horizon: Horizon) -> bool:
        """Whether the counts of the period are final."""
        if service_period not in self._final:
            last_day = span(service_period, horizon.house.calendar).last_day
            self._final[service_period] = last_day + self.finality <= self.on
        return self._final[service_period]


def _released(one: Waiting, after: int) -> int:
    """What was posted first moves first: the part of the earlier postings that had not moved yet."""
    sign = 1 if one.earlier >= 0 else -1
    released = sign * min(sign * after, abs(one.earlier)) - one.moved
    return released if released * sign > 0 else 0


def _parts(
    session: Session, plans: Mapping[int, Plan], lines: Mapping[int, Line | LineHead], horizon: Horizon
) -> dict[int, dict[str, Fraction]]:
    """The invoiced or collected part of each service period, for lines that wait for it."""
    # a commission on what is collected was collected when it was earned
    waiting = {line_id: plan for line_id, plan in plans.items() if plan.basis is not Basis.COLLECTED}
    invoiced = [line_id for line_id, plan in waiting.items() if plan.payable_when is PayableWhen.INVOICED]
    collected = [line_id for line_id, plan in waiting.items() if plan.payable_when is PayableWhen.COLLECTED]
    if not (invoiced or collected):
        return {}
    net = covered_net(session, invoiced=invoiced, collected=collected, known_through=horizon.known_through)
    cover = {line_id: net.get(line_id, NOTHING) for line_id in (*invoiced, *collected)}
    whole = {line_id: line for line_id, line in lines.items() if isinstance(line, Line)}
    chosen = {line_id: whole[line_id] for line_id in sorted(cover)}
    return _covered(cover, with_facts(session, chosen, horizon, makers=only_make_goods(whole)))


def _covered(cover: Mapping[int, Fraction], facts: Iterable[Known]) -> dict[int, dict[str, Fraction]]:
    """Oldest service periods first: how much of each month's net value is covered, 0 to 1."""
    found: dict[int, dict[str, Fraction]] = {}
    for known in facts:
        if known.facts is None:
            continue
        scale = 10 ** exponent(known.line.currency)
        parts = {}
        for value in period_values(known.facts):
            before, after = value.before.net * scale, value.after.net * scale
            reached = cover[known.line.line_id] - before
            parts[value.period] = (
                min(max(reached / (after - before), Fraction(0)), Fraction(1))
                if after > before
                else Fraction(1)
            )
        found[known.line.line_id] = parts
    return found
