"""Months of a line that nothing moved: only what they add up to is needed for the months after them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from commissions.facts.fact_models import BillingSource, Cap
from commissions.plans.plan_rules import Basis, Plan, TiersComponent
from commissions.reckoning.line_facts import Known
from commissions.reckoning.reckoning_facts import LineFacts, Step
from commissions.reckoning.tiers import window_of


def adds_up(one: Known) -> bool:
    """Whether what the line's past passes on to later months is its sum, and later counts leave it alone.

    So it is where one source counts, what is allowed and worth to date comes from the units to date at
    one price, split and version of the rates, and nothing reaches back: no credit note, make-good,
    disallowed units, cash, cap by month, or tiers that count other lines.
    """
    line, facts = one.line, one.facts
    if facts is None or not facts.steps or len(one.sources) != 1 or line.makegood_for is not None:
        return False
    if line.was_longer or line.billing_source is BillingSource.CONTRACTED or line.cap is Cap.PER_CYCLE:
        return False
    plan = facts.rules.plan
    if plan.pools_lines or plan.basis is Basis.COLLECTED:
        return False
    if facts.credits or facts.settled or facts.written_off:
        return False
    first = facts.steps[0]
    return all(
        not step.disallowed
        and not step.made_good
        and step.stretch is first.stretch
        and step.rates is first.rates
        for step in facts.steps
    )


def with_past_in_brief(facts: LineFacts, since: str, *, is_new: bool) -> LineFacts:
    """The same line, with its months before `since` as one step for each set of windows that they lie in.

    What is reckoned of the months from `since` on is the same, to the fraction. Of facts that add up.
    `is_new` where nothing is posted of these months.
    """
    plan = facts.rules.plan
    past = [step for step in facts.steps if step.period < since]
    windows = groupby(past, key=lambda step: _windows(plan, step.period))
    brief = [_joined(list(steps)) for _, steps in windows]
    return facts._replace(steps=(*brief, *facts.steps[len(past) :]), since=since, is_new_since=is_new)


def _windows(plan: Plan, period: str) -> tuple[str, ...]:
    ladders = (part for part in plan.components if isinstance(part, TiersComponent))
    return tuple(window_of(period, ladder.window) for ladder in ladders)


def _joined(steps: Sequence[Step]) -> Step:
    if len(steps) == 1:
        return steps[0]
    return steps[-1]._replace(units=sum(step.units for step in steps))
