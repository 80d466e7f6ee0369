"""What has to be posted for a line so that its postings say what its facts say: pure (2.6, 2.7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from commissions.explanations.explanation import Explained, ToldPools, encoded, explained, withdrawn
from commissions.ledger.ledger_models import PostingKind
from commissions.ledger.periods import Books
from commissions.ledger.posted import Key, Posted
from commissions.reckoning.pools import Target
from commissions.reckoning.reckoning import Reckoned, reckon
from commissions.reckoning.reckoning_facts import LineFacts


class Reason(NamedTuple):
    """Why a target is what it is; without a target, nothing is due any more."""

    explained: Explained
    target: Target | None

    @property
    def exact(self) -> Fraction:
        """The payee's exact share, in minor units."""
        return Fraction(0) if self.target is None else self.target.exact

    @property
    def units(self) -> int:
        """The line's billable units of the period."""
        return 0 if self.target is None else self.target.value.units


class Change(NamedTuple):
    """A posting to be made. The amount is 0 where the facts changed and the amount did not."""

    key: Key
    kind: PostingKind
    amount: int
    reason: Reason


class _Stage(NamedTuple):
    """What the line's targets are on a part of the facts; the difference to the stage before is of `kind`."""

    kind: PostingKind
    facts: LineFacts
    found: Mapping[Key, Target]
    told: ToldPools


class Case(NamedTuple):
    """A line to be posted: what its facts say now, and what is posted of it.

    `cash_at_close` is what the last close knew as collected, where the plan pays on that. Of facts that
    hold their past in brief, `posted` has the months after it only.
    """

    now: Reckoned
    posted: Mapping[Key, Posted]
    cash_at_close: Fraction | None = None

    @property
    def facts(self) -> LineFacts:
        return self.now.facts


def changes(cases: Sequence[Case], state: Books) -> list[list[Change]]:
    """Every posting that is missing, for each case, by key. The cases are reckoned together.

    In an open month all is earned. In a closed one, the difference that credit notes make which the
    last close did not know is clawback, the difference that cash makes (basis collected) is earned,
    and the rest is prior-period. A line with a problem keeps what is posted.
    """
    stages = [[_stage(PostingKind.EARNED, case.now)] for case in cases]
    if state.known_through is not None:
        stages = _stages(cases, state.known_through)
    return [
        [] if case.now.problem else list(_changes(case, listed, state))
        for case, listed in zip(cases, stages, strict=True)
    ]


def _changes(case: Case, stages: list[_Stage], state: Books) -> Iterator[Change]:
    in_open = stages[0] if len(stages) == 1 else stages[-1]._replace(kind=PostingKind.EARNED, told={})
    for key in sorted({key for stage in stages for key in stage.found} | set(case.posted)):
        posted = case.posted.get(key) or Posted()
        if state.is_closed(key[2]):
            yield from _in_closed(key, stages, posted)
            continue
        yield from _in_open(key, in_open, posted)


def _stages(cases: Sequence[Case], known_through: int) -> list[list[_Stage]]:
    """What prior-period, cash and credit notes make of it, one after the other, on whole groups."""
    now = [case.now for case in cases]
    with_cash = _again(now, [_without_new_credits(case.facts, known_through) for case in cases])
    base = _again(with_cash, [_at_close(one.facts, case) for one, case in zip(with_cash, cases, strict=True)])
    return [
        [
            _stage(PostingKind.PRIOR_PERIOD, first),
            _stage(PostingKind.EARNED, second),
            _stage(PostingKind.CLAWBACK, third),
        ]
        for first, second, third in zip(base, with_cash, now, strict=True)
    ]


def _again(before: list[Reckoned], facts: list[LineFacts]) -> list[Reckoned]:
    """Reckoned anew where the facts of any of them are not the same."""
    if all(one.facts is other for one, other in zip(before, facts, strict=True)):
        return before
    return reckon(facts)


def _without_new_credits(facts: LineFacts, known_through: int) -> LineFacts:
    old = tuple(credit for credit in facts.credits if credit.import_id <= known_through)
    return facts if old == facts.credits else facts._replace(credits=old)


def _at_close(facts: LineFacts, case: Case) -> LineFacts:
    if case.cash_at_close is None or case.cash_at_close == facts.collected:
        return facts
    return facts._replace(collected=case.cash_at_close)


def _stage(kind: PostingKind, reckoned: Reckoned) -> _Stage:
    found = {
        (target.component.name, target.payee, target.value.period): target for target in reckoned.targets
    }
    return _Stage(kind, reckoned.facts, found, {})


def _in_open(key: Key, stage: _Stage, posted: Posted) -> Iterator[Change]:
    told = posted.prints.get(PostingKind.EARNED, posted.print_at_close)
    yield from _change(key, stage, posted.amount, told)


def _in_closed(key: Key, stages: list[_Stage], posted: Posted) -> Iterator[Change]:
    reached, before = posted.at_close, None
    for stage in stages:
        told = posted.prints.get(stage.kind)
        if told is None:
            told = posted.print_at_close if before is None else _told_before(key, before, stage)
        already = reached + posted.since_close.get(stage.kind, 0)
        yield from _change(key, stage, already, told)
        reached, before = _amount(stage, key), stage


def _told_before(key: Key, before: _Stage, stage: _Stage) -> str | None:
    """What explains the stage before, where a key stands there and the facts went on: the why may change
    without the amount.
    """
    if before.facts is stage.facts or key not in before.found:
        return None
    return _reason(key, before).explained.fingerprint


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
        return Reason(encoded(withdrawn(key, stage.facts)), None)
    return Reason(explained(target, stage.facts, stage.told), target)
