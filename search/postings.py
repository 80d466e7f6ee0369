"""Ranking over postings that are read in Python, for an engine without a query language of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Protocol

from search.documents import WHOLE
from search.engine import NO_COMPLETION, PAGES_A_HIT, Completion, Found, Hit, PageHit
from search.queries import Query, Term
from search.ranking import (
    HEAD_WEIGHT,
    NEIGHBOUR_WEIGHT,
    TITLE_WEIGHT,
    Concept,
    GroupScore,
    by_group,
    concepts,
    ranked,
    rarity,
    saturated,
)
from search.snippets import snippet
from search.spelling import being_typed, may_be_misspelt, nearest, replaced

FIELDS = ("title", "body")
# groups for which it is looked up whether words stand side by side as they were asked
_RERANKED = 100


class Snapshot(Protocol):
    """One unchanging state of an index; documents are numbers."""

    @property
    def group_of(self) -> Sequence[int]: ...

    @property
    def page_of(self) -> Sequence[int]: ...

    @property
    def length_of(self) -> Sequence[int]:
        """Words in the text of each document."""

    def occurrences(self, field: str, stem: str) -> Iterable[tuple[int, int]]:
        """(document, how often the stem stands in that field), documents ascending."""

    def positions(self, field: str, stem: str, documents: Sequence[int]) -> dict[int, list[int]]:
        """Where the stem stands in these documents (ascending), all of which hold it."""

    def text_of(self, document: int) -> str: ...

    def known_words(self, prefix: str) -> list[str]:
        """Folded words of any group that begin so."""

    def holders(self, field: str, prefix: str) -> Mapping[str, int]:
        """Each word of that field that begins so, with its groups as bits."""

    def bits_of(self, groups: frozenset[int]) -> int:
        """Those of the groups that the index knows, as bits of `holders`."""

    def groups_of(self, bits: int, limit: int) -> tuple[int, ...]:
        """The groups of these bits, highest key first."""


def find(snapshot: Snapshot, query: Query, within: frozenset[int], window: slice) -> Found:
    """See SearchEngine.search."""
    allowed = _allowed(snapshot, query, within)
    scores = _scores(snapshot, query, allowed) if query.wanted else _everything(snapshot, allowed)
    order = ranked(_grouped(snapshot, scores))
    hits = _hits(snapshot, query, order[window], scores)
    return Found(hits, tuple(found.group for found in order), sum(found.pages for found in order))


def suggestion(snapshot: Snapshot, query: Query, within: frozenset[int]) -> str | None:
    """See SearchEngine.suggest."""
    meant = []
    for word in query.typed:
        if not may_be_misspelt(word) or _groups(snapshot, Term((word.stem,)), within):
            continue
        for candidate in nearest(word.folded, snapshot.known_words(word.folded[0])):
            if _stem_counts(snapshot, "words", candidate, within):
                meant.append((word, candidate))
                break
    return replaced(query, meant)


def completion(snapshot: Snapshot, text: str, within: frozenset[int], limit: int) -> Completion:
    """See SearchEngine.complete."""
    before, last = being_typed(text)
    if not last:
        return NO_COMPLETION
    seen = snapshot.bits_of(within)
    titled = seen & _any(snapshot.holders("heads", last))
    around = seen
    for word in before:
        titled &= _any(snapshot.holders("heads", word))
        around &= snapshot.holders("words", word).get(word, 0)
    beginning = snapshot.holders("words", last)
    words = _most_frequent(beginning, last, around) or _most_frequent(beginning, last, seen)
    return Completion(tuple(words[:limit]), snapshot.groups_of(titled, limit))


def _most_frequent(holders: Mapping[str, int], typed: str, among: int) -> list[str]:
    counted = [(-(bits & among).bit_count(), word) for word, bits in holders.items() if bits & among]
    return [word for _count, word in sorted(counted) if word != typed]


def _any(holders: Mapping[str, int]) -> int:
    return reduce(or_, holders.values(), 0)


def _allowed(snapshot: Snapshot, query: Query, within: frozenset[int]) -> frozenset[int]:
    """The groups that hold every phrase and no excluded term, on whatever page."""
    for term in query.phrases:
        within &= _groups(snapshot, term, within)
    for term in query.excluded:
        within -= _groups(snapshot, term, within)
    return within


def _groups(snapshot: Snapshot, term: Term, within: frozenset[int]) -> frozenset[int]:
    return frozenset(
        snapshot.group_of[at] for field in FIELDS for at in _counts(snapshot, field, term, within)
    )


def _everything(snapshot: Snapshot, allowed: frozenset[int]) -> dict[int, float]:
    wholes = enumerate(zip(snapshot.group_of, snapshot.page_of, strict=True))
    return {at: 0.0 for at, (group, page) in wholes if page == WHOLE and group in allowed}


def _scores(snapshot: Snapshot, query: Query, allowed: frozenset[int]) -> dict[int, float]:
    scores: dict[int, float] = defaultdict(float)
    rare: dict[Term, float] = {}
    for concept in concepts(query):
        earned = _earned_by_any(snapshot, concept, allowed)
        rare[concept.terms[0]] = rarity(len({snapshot.group_of[at] for at in earned}), len(allowed))
        for at, score in earned.items():
            scores[at] += concept.weight * rare[concept.terms[0]] * score
    best = ranked(_grouped(snapshot, scores))[:_RERANKED]
    for pair in query.neighbours:
        worth = NEIGHBOUR_WEIGHT * sum(rare.get(Term((stem,)), 0.0) for stem in pair.stems)
        for at, score in _earned(snapshot, pair, frozenset(found.group for found in best)).items():
            scores[at] += worth * score
    return scores


def _earned_by_any(snapshot: Snapshot, concept: Concept, allowed: frozenset[int]) -> dict[int, float]:
    """What each document earns by the way of saying it that suits it best."""
    earned: dict[int, float] = {}
    for way in concept.ways:
        for at, score in _earned(snapshot, way.term, allowed).items():
            earned[at] = max(earned.get(at, 0.0), way.weight * score)
    return earned


def _earned(snapshot: Snapshot, term: Term, allowed: frozenset[int]) -> dict[int, float]:
    """What each document earns by a term before its rarity is counted."""
    earned: dict[int, float] = defaultdict(float)
    for at, count in _counts(snapshot, "title", term, allowed).items():
        weight = TITLE_WEIGHT if snapshot.page_of[at] == WHOLE else HEAD_WEIGHT
        earned[at] += weight * saturated(count, 0)
    for at, count in _counts(snapshot, "body", term, allowed).items():
        earned[at] += saturated(count, snapshot.length_of[at])
    return earned


def _counts(snapshot: Snapshot, field: str, term: Term, allowed: frozenset[int]) -> dict[int, int]:
    """How often the term stands in that field of the allowed groups' documents."""
    by_stem = [_stem_counts(snapshot, field, stem, allowed) for stem in term.stems]
    if not term.is_phrase:
        return by_stem[0]
    common = sorted(set(by_stem[0]).intersection(*by_stem[1:]))
    places = [snapshot.positions(field, stem, common) for stem in term.stems]
    counts = {at: _side_by_side([place[at] for place in places]) for at in common}
    return {at: count for at, count in counts.items() if count}


def _stem_counts(snapshot: Snapshot, field: str, stem: str, allowed: frozenset[int]) -> dict[int, int]:
    group_of = snapshot.group_of
    return {at: count for at, count in snapshot.occurrences(field, stem) if group_of[at] in allowed}


def _side_by_side(places: list[list[int]]) -> int:
    """How often the words stand one after the other; each list holds a word's positions."""
    starts = set(places[0])
    for distance, positions in enumerate(places[1:], start=1):
        starts &= {position - distance for position in positions}
    return len(starts)


def _grouped(snapshot: Snapshot, scores: dict[int, float]) -> dict[int, GroupScore]:
    return by_group((snapshot.group_of[at], snapshot.page_of[at], score) for at, score in scores.items())


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
