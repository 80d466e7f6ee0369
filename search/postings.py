"""Ranking over postings that are read in Python, for an engine without a query language of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Protocol

from search.documents import WHOLE
from search.engine import PAGES_A_HIT, Found, Hit, PageHit
from search.queries import Query, Term
from search.ranking import (
    HEAD_WEIGHT,
    TITLE_WEIGHT,
    GroupScore,
    by_group,
    ranked,
    rarity,
    saturated,
    weighted_terms,
)
from search.snippets import snippet
from search.spelling import may_be_misspelt, nearest, replaced

FIELDS = ("title", "body")


class Snapshot(Protocol):
    """One unchanging state of an index; documents are numbers."""

    @property
    def group_of(self) -> Sequence[int]: ...

    @property
    def page_of(self) -> Sequence[int]: ...

    def documents(self) -> Iterator[int]: ...

    def occurrences(self, field: str, stem: str) -> dict[int, int]:
        """How often the stem stands in that field, by document."""

    def positions(self, field: str, stem: str) -> dict[int, list[int]]: ...

    def length(self, document: int) -> int:
        """Words in the text of a document."""

    def text_of(self, document: int) -> str: ...

    def known_words(self, prefix: str) -> list[str]:
        """Folded words of any group that begin so."""


def find(snapshot: Snapshot, query: Query, within: frozenset[int], window: slice) -> Found:
    """See SearchEngine.search."""
    allowed = _allowed(snapshot, query, within)
    scores = _scores(snapshot, query, allowed) if query.wanted else _everything(snapshot, allowed)
    groups = by_group((snapshot.group_of[at], snapshot.page_of[at], score) for at, score in scores.items())
    order = ranked(groups)
    hits = _hits(snapshot, query, order[window], scores)
    return Found(hits, tuple(found.group for found in order), sum(found.pages for found in order))


def suggestion(snapshot: Snapshot, query: Query, within: frozenset[int]) -> str | None:
    """See SearchEngine.suggest."""
    meant = []
    for word in query.typed:
        if not may_be_misspelt(word) or _groups(snapshot, Term((word.stem,)), within):
            continue
        for candidate in nearest(word.folded, snapshot.known_words(word.folded[0])):
            if any(snapshot.group_of[at] in within for at in snapshot.occurrences("words", candidate)):
                meant.append((word, candidate))
                break
    return replaced(query, meant)


def _allowed(snapshot: Snapshot, query: Query, within: frozenset[int]) -> frozenset[int]:
    """The groups that hold every phrase and no excluded term, on whatever page."""
    for term in query.phrases:
        within &= _groups(snapshot, term, within)
    for term in query.excluded:
        within -= _groups(snapshot, term, within)
    return within


def _groups(snapshot: Snapshot, term: Term, within: frozenset[int]) -> frozenset[int]:
    return (
        frozenset(snapshot.group_of[at] for field in FIELDS for at in _occurrences(snapshot, field, term))
        & within
    )


def _everything(snapshot: Snapshot, allowed: frozenset[int]) -> dict[int, float]:
    return {
        at: 0.0
        for at in snapshot.documents()
        if snapshot.page_of[at] == WHOLE and snapshot.group_of[at] in allowed
    }


def _scores(snapshot: Snapshot, query: Query, allowed: frozenset[int]) -> dict[int, float]:
    scores: dict[int, float] = defaultdict(float)
    for weighted in weighted_terms(query):
        earned: dict[int, float] = defaultdict(float)
        for at, count in _allowed_occurrences(snapshot, "title", weighted.term, allowed):
            weight = TITLE_WEIGHT if snapshot.page_of[at] == WHOLE else HEAD_WEIGHT
            earned[at] += weight * saturated(count, 0)
        for at, count in _allowed_occurrences(snapshot, "body", weighted.term, allowed):
            earned[at] += saturated(count, snapshot.length(at))
        rare = rarity(len({snapshot.group_of[at] for at in earned}), len(allowed))
        for at, score in earned.items():
            scores[at] += weighted.weight * rare * score
    return scores


def _allowed_occurrences(
    snapshot: Snapshot, field: str, term: Term, allowed: frozenset[int]
) -> list[tuple[int, int]]:
    found = _occurrences(snapshot, field, term)
    return [(at, count) for at, count in found.items() if snapshot.group_of[at] in allowed]


def _occurrences(snapshot: Snapshot, field: str, term: Term) -> dict[int, int]:
    if not term.is_phrase:
        return snapshot.occurrences(field, term.stems[0])
    places = [snapshot.positions(field, stem) for stem in term.stems]
    common = set(places[0]).intersection(*places[1:])
    counts = {at: _side_by_side([place[at] for place in places]) for at in common}
    return {at: count for at, count in counts.items() if count}


def _side_by_side(places: list[list[int]]) -> int:
    """How often the words stand one after the other; each list holds a word's positions."""
    starts = set(places[0])
    for distance, positions in enumerate(places[1:], start=1):
        starts &= {position - distance for position in positions}
    return len(starts)


def _hits(
    snapshot: Snapshot, query: Query, order: list[GroupScore], scores: dict[int, float]
) -> tuple[Hit, ...]:
    wanted = {found.group for found in order}
    matching: dict[int, list[int]] = defaultdict(list)
    for at in sorted(scores, key=lambda at: (-scores[at], snapshot.page_of[at])):
        if snapshot.group_of[at] in wanted:
            matching[snapshot.group_of[at]].append(at)
    return tuple(_hit(snapshot, query, found, matching[found.group]) for found in order)


def _hit(snapshot: Snapshot, query: Query, found: GroupScore, matching: list[int]) -> Hit:
    # a very long page is several documents; its best part speaks for it
    best = {snapshot.page_of[at]: at for at in reversed(matching)}
    on_pages = [at for at in matching if snapshot.page_of[at] != WHOLE and best[snapshot.page_of[at]] == at]
    pages = tuple(
        PageHit(snapshot.page_of[at], snippet(snapshot.text_of(at), query)) for at in on_pages[:PAGES_A_HIT]
    )
    if pages:
        return Hit(found.group, found.score, pages[0].page, pages[0].snippet, pages)
    return Hit(found.group, found.score, WHOLE, snippet(snapshot.text_of(best[WHOLE]), query), ())
