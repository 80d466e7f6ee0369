"""What past months would have been under another plan, as the engine calculates; nothing is written (26)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from heapq import nlargest

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commissions.explanations.explanation import explain
from commissions.explanations.telling import earned_sentence
from commissions.facts.lines import Line, lines_as_known
from commissions.facts.problems import Problem
from commissions.ledger.bookable import bookable
from commissions.ledger.ledger_models import Posting
from commissions.plans.plan_rules import Plan
from commissions.reckoning.line_facts import Horizon, with_facts
from commissions.reckoning.line_sets import line_sets
from commissions.reckoning.make_good_lines import only_make_goods
from commissions.reckoning.plan_book import PlanBook
from commissions.reckoning.pools import Target
from commissions.reckoning.reckoning import reckon
from commissions.reckoning.reckoning_facts import LineFacts, Rules
from portal.kernel.money import Money

# of each partner the changes that matter most are explained
EXPLAINED = 5
SENTENCES = 3


@dataclass(frozen=True, slots=True)
class Months:
    """Service periods that are compared, both inclusive; empty is open."""

    first: str = ""
    last: str = ""

    @property
    def are_backwards(self) -> bool:
        return bool(self.last) and self.first > self.last

    def hold(self, period: str) -> bool:
        return (not self.first or self.first <= period) and (not self.last or period <= self.last)


@dataclass(frozen=True, slots=True)
class LineChange:
    """A component of a line for one payee: posted, and what it would be; `why` are sentences of months."""

    line_ref: str
    order_ref: str
    component: str
    got: Money
    would: Money
    why: Sequence[str]

    @property
    def difference(self) -> Money:
        return self.would - self.got


@dataclass(frozen=True, slots=True)
class PartnerChange:
    """A partner in one currency. `lines` are the largest changes, `changed` counts all of them."""

    partner_ref: str
    partner: str
    currency: str
    got: Money
    would: Money
    changed: int
    lines: Sequence[LineChange]

    @property
    def difference(self) -> Money:
        return self.would - self.got


@dataclass(frozen=True, slots=True)
class PlanPreview:
    """By partner and currency, the largest difference first. `lines` is how many lines the plan is for;
    others are among the rows where tiers count them together with these.

    `left_out` counts lines that the engine could not calculate under the plan; they keep what they have.
    """

    plan: Plan
    version: int
    rows: Sequence[PartnerChange]
    lines: int
    left_out: Mapping[Problem, int]

    @property
    def totals(self) -> list[tuple[str, Money, Money, Money]]:
        """Currency, got, would have got, difference."""
        sums: dict[str, tuple[Money, Money]] = {}
        for row in self.rows:
            nothing = (Money(0, row.currency), Money(0, row.currency))
            got, would = sums.get(row.currency, nothing)
            sums[row.currency] = (got + row.got, would + row.would)
        return [(currency, got, would, would - got) for currency, (got, would) in sorted(sums.items())]


# line id, component, payee
_Key = tuple[int, str, str]


@dataclass
class _Tally:
    """Minor units by line, component and payee; and the targets, for those that are explained."""

    lines: dict[int, LineFacts] = field(default_factory=dict)
    got: dict[_Key, int] = field(default_factory=dict)
    would: dict[_Key, int] = field(default_factory=dict)
    found: dict[_Key, list[Target]] = field(default_factory=dict)
    left_out: dict[Problem, int] = field(default_factory=dict)


# how many of how many lines are looked at
Tell = Callable[[int, int], None]


def preview(
    session: Session, plan: Plan, *, horizon: Horizon, months: Months, tell: Tell = lambda _done, _lines: None
) -> PlanPreview:
    """Posted commission against what it would be if this were the next version of its plan.

    The difference is what the accrual after its adoption would post.
    """
    tried = Rules(plan, 1 + max((one.version for one in horizon.book.versions.get(plan.name, ())), default=0))
    after = replace(horizon, book=_with_version(horizon.book, tried))
    tally = _Tally()
    sets, done = list(line_sets(session, after)), 0
    every = sum(map(len, sets))
    for line_ids in sets:
        tell(done, every)
        known = lines_as_known(
            session, line_ids=line_ids, known_through=horizon.known_through, with_make_goods=True
        )
        own = {line_id: known[line_id] for line_id in sorted(known.keys() & set(line_ids))}
        lines = _concerned(plan.name, own, (horizon.book, after.book))
        if lines:
            countable = _countable(session, lines, only_make_goods(known), after, tally)
            _count(countable, _posted(session, lines, months), months, tally)
        done += len(line_ids)
    own_lines = sum(_is_for(plan.name, one.line, (horizon.book, after.book)) for one in tally.lines.values())
    return PlanPreview(plan, tried.version, _rows(horizon.book, tally), own_lines, tally.left_out)


def _with_version(book: PlanBook, tried: Rules) -> PlanBook:
    versions = {**book.versions, tried.plan.name: (tried, *book.versions.get(tried.plan.name, ()))}
    return replace(book, versions=versions, _chosen={})


# as the books are, and as they would be
_Books = tuple[PlanBook, PlanBook]


def _concerned(name: str, lines: Mapping[int, Line], books: _Books) -> dict[int, Line]:
    """The plan's lines, and those that tiers of any plan count together with one of them, now or then."""
    own = {line_id: line for line_id, line in lines.items() if _is_for(name, line, books)}
    groups = {group for line in own.values() for group in _counted_in(line, books)}
    if not groups:
        return own
    return {
        line_id: line
        for line_id, line in lines.items()
        if line_id in own or not groups.isdisjoint(_counted_in(line, books))
    }


def _is_for(name: str, line: Line, books: _Books) -> bool:
    """Whether the line has the plan now, or would have it."""
    found = (book.rules_for(line) for book in books)
    return any(rules is not None and rules.plan.name == name for rules in found)


def _counted_in(line: Line, books: _Books) -> set[tuple[str, str, str]]:
    """Partner, currency and plan of lines that tiers count together with this one."""
    found = [book.rules_for(line) for book in books]
    plans = {rules.plan.name for rules in found if rules is not None and rules.plan.pools_lines}
    return {(line.partner_ref, line.currency, name) for name in plans}


def _countable(
    session: Session,
    lines: Mapping[int, Line],
    makers: Mapping[int, Line],
    horizon: Horizon,
    tally: _Tally,
) -> list[LineFacts]:
    found = []
    for known in with_facts(session, lines, horizon, makers=makers):
        if known.facts is not None and known.problem is None:
            found.append(known.facts)
        elif known.problem is not None and known.periods:
            tally.left_out[known.problem] = tally.left_out.get(known.problem, 0) + 1
    return found


def _count(countable: Sequence[LineFacts], posted: Mapping[_Key, int], months: Months, tally: _Tally) -> None:
    for reckoned in map(bookable, reckon(countable)):
        line_id = reckoned.facts.line.line_id
        if reckoned.problem is not None:
            tally.left_out[reckoned.problem] = tally.left_out.get(reckoned.problem, 0) + 1
            continue
        tally.lines[line_id] = reckoned.facts
        tally.got.update((key, minor) for key, minor in posted.items() if key[0] == line_id)
        for target in reckoned.targets:
            if months.hold(target.value.period):
                key = (line_id, target.component.name, target.payee)
                tally.would[key] = tally.would.get(key, 0) + target.amount
                tally.found.setdefault(key, []).append(target)


def _posted(session: Session, line_ids: Collection[int], months: Months) -> dict[_Key, int]:
    query = (
        select(Posting.line_id, Posting.component, Posting.payee_ref, func.sum(Posting.amount_minor))
        .where(Posting.line_id.in_(line_ids))
        .group_by(Posting.line_id, Posting.component, Posting.payee_ref)
    )
    if months.first:
        query = query.where(Posting.service_period >= months.first)
    if months.last:
        query = query.where(Posting.service_period <= months.last)
    return {
        (line_id, component, payee): int(minor) for line_id, component, payee, minor in session.execute(query)
    }


def _rows(book: PlanBook, tally: _Tally) -> list[PartnerChange]:
    by_partner: dict[tuple[str, str], list[_Key]] = {}
    for key in sorted(tally.got.keys() | tally.would.keys()):
        currency = tally.lines[key[0]].line.currency
        by_partner.setdefault((key[2], currency), []).append(key)
    rows = [
        _row((partner, _name(book, partner), currency), keys, tally)
        for (partner, currency), keys in by_partner.items()
    ]
    return sorted(rows, key=lambda row: (-abs(row.difference.minor), row.partner_ref, row.currency))


def _row(who: tuple[str, str, str], keys: list[_Key], tally: _Tally) -> PartnerChange:
    partner_ref, partner, currency = who
    moved = [key for key in keys if _difference(key, tally)]
    largest = nlargest(EXPLAINED, moved, key=lambda key: abs(_difference(key, tally)))
    return PartnerChange(
        partner_ref=partner_ref,
        partner=partner,
        currency=currency,
        got=Money(sum(tally.got.get(key, 0) for key in keys), currency),
        would=Money(sum(tally.would.get(key, 0) for key in keys), currency),
        changed=len(moved),
        lines=[_line_change(key, tally) for key in largest],
    )


def _difference(key: _Key, tally: _Tally) -> int:
    return tally.would.get(key, 0) - tally.got.get(key, 0)


def _line_change(key: _Key, tally: _Tally) -> LineChange:
    facts = tally.lines[key[0]]
    return LineChange(
        line_ref=facts.line.line_ref,
        order_ref=facts.line.order_ref,
        component=key[1],
        got=Money(tally.got.get(key, 0), facts.line.currency),
        would=Money(tally.would.get(key, 0), facts.line.currency),
        why=list(_why(tally.found.get(key, ()), facts)),
    )


def _why(found: Iterable[Target], facts: LineFacts) -> Iterable[str]:
    """Of the largest months, how the new amount comes about."""
    largest = nlargest(SENTENCES, found, key=lambda target: abs(target.amount))
    for target in sorted(largest, key=lambda target: target.value.period):
        yield f"{target.value.period}: {earned_sentence(explain(target, facts), target.amount)}"


def _name(book: PlanBook, ref: str) -> str:
    return book.names[ref].name if ref in book.names else ref
