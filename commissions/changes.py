"""What has to be posted for a line so that its postings say what its facts say: pure (2.6, 2.7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from commissions.calculation import LineFacts, PeriodValue, Target, period_values, targets
from commissions.explanation import Explained, ToldPools, encoded, explained, withdrawn
from commissions.ledger_models import PostingKind
from commissions.periods import Books
from commissions.posted import Key, Posted


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a target is what it is: its exact share in minor units, and the line's billable units."""

    explained: Explained
    exact: Fraction
    units: int


@dataclass(frozen=True, slots=True)
class Change:
    """A posting to be made. The amount is 0 where the facts changed and the amount did not."""

    key: Key
    kind: PostingKind
    amount: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class _Stage:
    """What the line's targets are on a part of the facts; the difference to the stage before is of `kind`."""

    kind: PostingKind
    facts: LineFacts
    found: Mapping[Key, Target]
    told: ToldPools


@dataclass(frozen=True, slots=True)
class Case:
    """A line to be posted: its facts, its value by period on all of them, and what is posted of it.

    `cash_at_close` is what the last close knew as collected, where the plan pays on that.
    """

    facts: LineFacts
    worth: Sequence[PeriodValue]
    posted: Mapping[Key, Posted]
    cash_at_close: Fraction | None = None


def changes(case: Case, state: Books) -> Iterator[Change]:
    """Every posting that is missing, by key.

    In an open month all is earned. In a closed one, the difference that credit notes make which the
    last close did not know is clawback, the difference that cash makes (basis collected) is earned,
    and the rest is prior-period.
    """
    now = _found(case.facts, case.worth)
    in_open = _Stage(PostingKind.EARNED, case.facts, now, {})
    stages = [in_open] if state.known_through is None else _stages(case, now, state.known_through)
    for key in sorted({key for stage in stages for key in stage.found} | set(case.posted)):
        posted = case.posted.get(key) or Posted()
        if state.is_closed(key[2]):
            yield from _in_closed(key, stages, posted)
            continue
        yield from _in_open(key, in_open, posted)


def _stages(case: Case, now: Mapping[Key, Target], known_through: int) -> list[_Stage]:
    facts = case.facts
    old_credits = tuple(credit for credit in facts.credits if credit.import_id <= known_through)
    with_cash = facts if old_credits == facts.credits else replace(facts, credits=old_credits)
    with_cash_found = now if with_cash is facts else _found(with_cash)
    old_cash = facts.collected if case.cash_at_close is None else case.cash_at_close
    base = with_cash if old_cash == facts.collected else replace(with_cash, collected=old_cash)
    base_found = with_cash_found if base is with_cash else _found(base)
    return [
        _Stage(PostingKind.PRIOR_PERIOD, base, base_found, {}),
        _Stage(PostingKind.EARNED, with_cash, with_cash_found, {}),
        _Stage(PostingKind.CLAWBACK, facts, now, {}),
    ]


def _in_open(key: Key, stage: _Stage, posted: Posted) -> Iterator[Change]:
    told = posted.prints.get(PostingKind.EARNED, posted.print_at_close)
    yield from _change(key, stage, posted.amount, told)


def _in_closed(key: Key, stages: list[_Stage], posted: Posted) -> Iterator[Change]:
    reached = posted.at_close
    for stage in stages:
        told = posted.prints.get(stage.kind)
        if told is None and stage.kind is PostingKind.PRIOR_PERIOD:
            told = posted.print_at_close
        already = reached + posted.since_close.get(stage.kind, 0)
        yield from _change(key, stage, already, told)
        reached = _amount(stage, key)


def _change(key: Key, stage: _Stage, already: int, told: str | None) -> Iterator[Change]:
    amount = _amount(stage, key) - already
    if not amount and told is None:
        return
    reason = _reason(key, stage)
    if amount or reason.explained.fingerprint != told:
        yield Change(key, stage.kind, amount, reason)


def _amount(stage: _Stage, key: Key) -> int:
    target = stage.found.get(key)
    return 0 if target is None else target.amount


def _reason(key: Key, stage: _Stage) -> Reason:
    target = stage.found.get(key)
    if target is None:
        return Reason(encoded(withdrawn(key, stage.facts)), Fraction(0), 0)
    return Reason(explained(target, stage.facts, stage.told), target.exact, target.value.units)


def _found(facts: LineFacts, worth: Sequence[PeriodValue] | None = None) -> dict[Key, Target]:
    worth = period_values(facts) if worth is None else worth
    return {
        (target.component.name, target.payee, target.value.period): target for target in targets(facts, worth)
    }
