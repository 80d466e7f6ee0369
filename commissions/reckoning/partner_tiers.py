"""Tiers over all lines of a partner: what the group earned by service period, and each line's part (2.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from commissions.facts.amounts import NOTHING
from commissions.plans.plan_rules import TiersComponent
from commissions.reckoning.components import basis_of, measured
from commissions.reckoning.pools import Climb, Earned, Gain, GroupShare
from commissions.reckoning.reckoning_facts import LineFacts, PeriodValue
from commissions.reckoning.tiers import NOT_BEGUN, Band, Reached, bands, gained, total, window_of
from portal.kernel.money import exponent, round_half_up, split_by_weight

# a line's facts and its value by service period
Valued = tuple[LineFacts, Sequence[PeriodValue]]


def partner_tiers(component: TiersComponent, lines: Sequence[Valued]) -> dict[str, list[Earned]]:
    """By line_ref, one for each service period of the line.

    `lines` are those of one partner, currency and plan, of all versions in which the ladder is the same:
    where it differs they are groups of their own, since a version's ladder is what was promised to its
    orders. Each window is one group. What the group earned in a month is shared by the lines' measure in
    it, by largest remainder, equally where all are 0.
    """
    scale = 10 ** exponent(lines[0][0].line.currency)
    found: dict[str, list[Earned]] = {facts.line.line_ref: [] for facts, _ in lines}
    window, reached = "", NOT_BEGUN
    climbed: Sequence[Band] = []
    for period, group in sorted(_by_period(component, lines).items()):
        if (now := window_of(period, component.window)) != window:
            window, reached, climbed = now, NOT_BEGUN, []
        before, bands_before = reached, climbed
        for one in group.values():
            reached = reached.plus(one.adds)
        climbed = bands(component, reached)
        climb = Climb(window, before, reached, bands_before, climbed)
        for line_ref, earned in _shared(component, climb, group, scale).items():
            found[line_ref].append(earned)
    return found


class _Member:
    """A line of the group in one service period."""

    __slots__ = ("adds", "facts", "value")

    def __init__(self, facts: LineFacts, value: PeriodValue, adds: Reached) -> None:
        self.facts, self.value, self.adds = facts, value, adds

    @property
    def weight(self) -> Fraction:
        return max(NOTHING, self.adds.measure)


_Group = Mapping[str, _Member]


def _by_period(component: TiersComponent, lines: Sequence[Valued]) -> dict[str, dict[str, _Member]]:
    found: dict[str, dict[str, _Member]] = {}
    for facts, worth in lines:
        for value in worth:
            member = _Member(facts, value, measured(component, value, facts))
            found.setdefault(value.period, {})[facts.line.line_ref] = member
    return found


def _shared(component: TiersComponent, climb: Climb, group: _Group, scale: int) -> dict[str, Earned]:
    """Each line's part of the difference between two rounded cumulative figures of the group."""
    exact = total(climb.bands_before), total(climb.bands_after)
    pool = (round_half_up(exact[0] * scale), round_half_up(exact[1] * scale))
    weights = {line_ref: member.weight for line_ref, member in group.items()}
    if not any(weights.values()):
        weights = dict.fromkeys(weights, Fraction(1))
    whole = sum(weights.values(), NOTHING)
    parts = split_by_weight(pool[1] - pool[0], weights)
    found = {}
    for line_ref, member in group.items():
        share = GroupShare(climb, pool, weights[line_ref], whole, len(group), parts[line_ref])
        gained_exact = (exact[1] - exact[0]) * weights[line_ref] / whole
        found[line_ref] = _to_runs(component, member, share, gained_exact)
    return found


def _to_runs(component: TiersComponent, member: _Member, share: GroupShare, exact: Fraction) -> Earned:
    """Where price or split changes within the month, the part goes to its runs of days by their measure."""
    runs = member.value.runs
    bases = [basis_of(run, member.facts) for run in runs]
    adds = [
        gained(component, run.before, run.after, (member.facts.rules.plan.basis, basis)).measure
        for run, basis in zip(runs, bases, strict=True)
    ]
    weights = {f"{index:06d}": max(NOTHING, one) for index, one in enumerate(adds)}
    if not any(weights.values()):
        weights = dict.fromkeys(weights, Fraction(1))
    whole = sum(weights.values(), NOTHING)
    minor = split_by_weight(share.part, weights)
    gains = [
        Gain(run, basis, None, None, exact * weights[key] / whole)
        for run, basis, key in zip(runs, bases, weights, strict=True)
    ]
    return Earned(tuple(gains), share, tuple(minor[key] for key in weights))
