"""A plan's least and most for a line, as components `floor` and `cap` on its rounded pools (2.4, step 8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from commissions.facts.amounts import NOTHING
from commissions.plans.plan_rules import LimitComponent, Plan
from commissions.reckoning.pools import Chain, Gain, LimitStep, Pool, Weights
from commissions.reckoning.reckoning_facts import PeriodValue, Run
from commissions.reckoning.splits import Cut, nothing
from portal.kernel.money import round_half_up, split_by_weight

FLOOR, CAP = "floor", "cap"


def limits_of(plan: Plan) -> list[LimitComponent]:
    """The floor before the cap, which holds for what the floor lifted too."""
    found = []
    if plan.line_floor is not None:
        found.append(LimitComponent(FLOOR, plan.line_floor))
    if plan.line_cap is not None:
        found.append(LimitComponent(CAP, plan.line_cap))
    return found


def limit(
    component: LimitComponent, worth: Sequence[PeriodValue], under: Sequence[Sequence[Pool]], *, scale: int
) -> Iterator[Pool]:
    """The limit's pool by service period. `under` are the pools of each component that it limits.

    Cumulative: what the limit adds at the end of each stretch of weights in a period is what it adds to
    the sum of all pools to date, less what it added before. Each payee gets its part of the limited pool
    less its parts of the components, so parts add up to the limit exactly. It is in whole minor units,
    and so is its exact value. A plan that pays overrides only has nothing to limit.
    """
    if not under:
        return
    step = _Limit(round_half_up(component.amount * scale), component.name == FLOOR)
    rows: list[_Row] = []
    for place, value in enumerate(worth):
        pools = [found[place] for found in under]
        before = (step.total, step.added)
        chains, gains = [], []
        for index, run in enumerate(_last_runs(value)):
            pooled = [(pool.chains[index].before.pool, pool.chains[index].after.pool) for pool in pools]
            weights = run.step.stretch.split
            if not rows or rows[-1].weights != weights:
                rows.append(_Row(weights, pools[0].chains[index].shares, nothing(weights)))
            added = step.on(sum(after - start for start, after in pooled), billed=run.after.units > 0)
            rows[-1].pool += added
            chains.append(rows[-1].chain(pooled))
            gains.append(Gain(run, NOTHING, None, None, Fraction(added, scale)))
        detail = LimitStep(step.limit, (before[0], step.total), (before[1], step.added))
        yield Pool(component, value, tuple(gains), tuple(chains), detail)


def _last_runs(value: PeriodValue) -> list[Run]:
    """The last run of days of each stretch of weights in a period."""
    found: list[Run] = []
    for run in value.runs:
        if found and found[-1].step.stretch.split == run.step.stretch.split:
            found.pop()
        found.append(run)
    return found


@dataclass
class _Limit:
    """Minor units: the limit, the sum of the line's pools to date, and what the limit added to it."""

    limit: int
    is_floor: bool
    total: int = 0
    added: int = 0

    def on(self, gained: int, *, billed: bool) -> int:
        self.total += gained
        before = self.added
        if self.is_floor:
            self.added = max(0, self.limit - self.total) if billed else 0
        else:
            self.added = min(0, self.limit - self.total)
        return self.added - before


@dataclass
class _Row:
    """A stretch of weights: the limit's own pool in it, and the last cut."""

    weights: Weights
    shares: Weights
    cut: Cut
    pool: int = 0

    def chain(self, pooled: Sequence[tuple[int, int]]) -> Chain:
        before = self.cut
        parts = limited_parts(self.pool, [after for _, after in pooled], self.weights)
        self.cut = Cut(Fraction(self.pool), self.pool, parts)
        return Chain(self.weights, self.shares, before, self.cut, tuple(pooled))


def limited_parts(pool: int, beside: Sequence[int], weights: Weights) -> dict[str, int]:
    """Each payee's part of the limited pool less its parts of the components; 0 where no limit holds."""
    if not pool:
        return dict.fromkeys(weights, 0)
    whole = split_by_weight(pool + sum(beside), weights)
    others = [split_by_weight(other, weights) for other in beside]
    return {payee: part - sum(other[payee] for other in others) for payee, part in whole.items()}
