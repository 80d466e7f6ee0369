"""Ranking over postings, as arrays with a place for each document, for an engine that only stores them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from search.documents import WHOLE
from search.engine import NOTHING, PAGES_A_HIT, Asked, Found, Hit, PageHit
from search.queries import Query, Term
from search.ranking import FIELDS, SATURATION, Concept, concepts, neighbour_concepts, rarity
from search.snippets import snippet

Numbers = NDArray[np.int64]
Amounts = NDArray[np.float64]
Flags = NDArray[np.bool_]

# groups, and pages of theirs, for which it is looked up whether words stand side by side as they were asked
_RERANKED = 100


@dataclass(frozen=True, slots=True)
class Layout:
    """What is known of each document (in order) and of each group, apart from words."""

    groups: Numbers
    """The keys of the groups, ascending; a group's place in here is its slot."""
    slot: Numbers
    page: Numbers
    sheet: Numbers
    """A number for each page of each group, the same for the parts of a very long one; from 0 on."""
    weights: Mapping[str, Amounts]
    """What one occurrence in a field counts, given the document's kind and length."""


class Snapshot(Protocol):
    """One unchanging state of an index; documents are numbers."""

    @property
    def layout(self) -> Layout: ...

    def occurrences(self, field: str, stem: str) -> tuple[Numbers, Amounts]:
        """Documents, ascending, and how often the stem stands in that field of each."""

    def positions(self, field: str, stem: str, documents: Sequence[int]) -> dict[int, list[int]]:
        """Where the stem stands in these documents (ascending), all of which hold it."""

    def text_of(self, document: int) -> str: ...

    def seen(self, within: frozenset[int]) -> Flags:
        """For each slot whether its group is one of `within`."""


@dataclass(slots=True)
class _Scores:
    """What each document has earned, and which matched at all."""

    earned: Amounts
    matched: Flags


def find(snapshot: Snapshot, asked: Asked, window: slice) -> Found:
    """See SearchEngine.search."""
    query, layout = asked.query, snapshot.layout
    allowed = _allowed(snapshot, query, snapshot.seen(asked.within))
    count = int(np.count_nonzero(allowed))
    if not count:
        return NOTHING
    open_documents = allowed[layout.slot]
    scores = _Scores(np.zeros(len(layout.slot)), np.zeros(len(layout.slot), dtype=bool))
    unknown = [
        concept.typed
        for concept in concepts(query)
        if not _add(snapshot, concept, (open_documents, count), scores)
    ]
    if not query.wanted:
        scores.matched |= open_documents & (layout.page == WHOLE)
    page_count = _page_count(layout, scores.matched)
    if window.start == window.stop:
        groups = layout.groups[_slots_of(layout, scores.matched)]
        return Found((), tuple(groups.tolist()), page_count, tuple(unknown))
    factors = _factors(layout, asked.proved)
    order = _order(layout, scores, factors)
    if query.neighbours and len(order):
        _add_neighbours(snapshot, query, (order[:_RERANKED], count), scores)
        order = _order(layout, scores, factors)
    hits = _hits(snapshot, query, (order[window], factors), scores)
    return Found(hits, tuple(layout.groups[order].tolist()), page_count, tuple(unknown))


def _page_count(layout: Layout, matched: Flags) -> int:
    found = np.zeros(len(layout.sheet), dtype=bool)
    found[layout.sheet[matched & (layout.page != WHOLE)]] = True
    return int(np.count_nonzero(found))


def holding(snapshot: Snapshot, terms: Sequence[Term], seen: Flags) -> Flags:
    """For each slot whether its group is seen and holds one of the terms on whatever page."""
    found = np.zeros(len(seen), dtype=bool)
    slot = snapshot.layout.slot
    for term in terms:
        for field in FIELDS:
            documents, _counts = _counted(snapshot, field, term, seen[slot])
            found[slot[documents]] = True
    return found & seen


def _allowed(snapshot: Snapshot, query: Query, seen: Flags) -> Flags:
    """The groups that hold every phrase and no excluded term, on whatever page."""
    for term in query.phrases:
        seen = holding(snapshot, query.forms(term), seen)
    for term in query.excluded:
        seen = seen & ~holding(snapshot, query.forms(term), seen)
    return seen


def _add(snapshot: Snapshot, concept: Concept, scope: tuple[Flags, int], scores: _Scores) -> bool:
    """Add what a concept earns each document; whether it stands in any."""
    open_documents, group_count = scope
    said = _said(snapshot, concept, open_documents)
    matched = said > 0
    holders = int(np.count_nonzero(_slots_of(snapshot.layout, matched)))
    if not holders:
        return False
    scores.earned += concept.weight * rarity(holders, group_count) * _saturated(said)
    scores.matched |= matched
    return True


def _said(snapshot: Snapshot, concept: Concept, open_documents: Flags) -> Amounts:
    """How often each document says it: the weighted sum over fields and ways of saying it (BM25F)."""
    said = np.zeros(len(open_documents))
    for way in concept.ways:
        for field in FIELDS:
            documents, counts = _counted(snapshot, field, way.term, open_documents)
            said[documents] += way.weight * counts * snapshot.layout.weights[field][documents]
    return said * open_documents


def _saturated(said: Amounts) -> Amounts:
    """More occurrences count for less each."""
    return said * (SATURATION + 1) / (said + SATURATION)


def _counted(snapshot: Snapshot, field: str, term: Term, open_documents: Flags) -> tuple[Numbers, Amounts]:
    """In which documents the term stands in that field, and how often."""
    if not term.is_phrase:
        return snapshot.occurrences(field, term.stems[0])
    common = np.flatnonzero(open_documents)
    for stem in term.stems:
        common = np.intersect1d(common, snapshot.occurrences(field, stem)[0], assume_unique=True)
    documents = common.tolist()
    places = [snapshot.positions(field, stem, documents) for stem in term.stems] if documents else []
    counts = {at: _side_by_side([place[at] for place in places]) for at in documents}
    found = {at: count for at, count in counts.items() if count}
    return np.array(list(found), dtype=np.int64), np.array(list(found.values()), dtype=np.float64)


def _side_by_side(places: list[list[int]]) -> int:
    """How often the words stand one after the other; each list holds a word's positions."""
    starts = set(places[0])
    for distance, positions in enumerate(places[1:], start=1):
        starts &= {position - distance for position in positions}
    return len(starts)


def _add_neighbours(snapshot: Snapshot, query: Query, best: tuple[Numbers, int], scores: _Scores) -> None:
    slots, group_count = best
    among = np.zeros(len(snapshot.layout.groups), dtype=bool)
    among[slots] = True
    documents = np.flatnonzero(among[snapshot.layout.slot] & scores.matched)
    best_first = documents[np.argsort(-scores.earned[documents], kind="stable")]
    near = np.zeros(len(snapshot.layout.slot), dtype=bool)
    near[best_first[:_RERANKED]] = True
    for concept in neighbour_concepts(query):
        said = _said(snapshot, concept, near)
        holders = int(np.count_nonzero(_slots_of(snapshot.layout, said > 0)))
        if holders:
            scores.earned += concept.weight * rarity(holders, group_count) * _saturated(said)


def _factors(layout: Layout, proved: Mapping[int, float]) -> Amounts:
    """What each group's score is multiplied by for what it has proved."""
    factors = np.ones(len(layout.groups))
    if proved:
        keys = np.fromiter(proved, dtype=np.int64, count=len(proved))
        amounts = np.fromiter(proved.values(), dtype=np.float64, count=len(proved))
        slots = np.searchsorted(layout.groups, keys)
        slots[slots == len(layout.groups)] = 0
        known = layout.groups[slots] == keys
        factors[slots[known]] += amounts[known]
    return factors


def _order(layout: Layout, scores: _Scores, factors: Amounts) -> Numbers:
    """The slots of all groups that matched, best first; equal ones newest (highest key) first."""
    totals = _totals(layout, scores) * factors
    slots = np.flatnonzero(_slots_of(layout, scores.matched))
    return slots[np.lexsort((-layout.groups[slots], -np.round(totals[slots], 9)))]


def _slots_of(layout: Layout, documents: Flags) -> Flags:
    """For each slot whether one of the documents is its group's."""
    found = np.zeros(len(layout.groups), dtype=bool)
    found[layout.slot[documents]] = True
    return found


def _totals(layout: Layout, scores: _Scores) -> Amounts:
    """A group's score: that of the whole and that of its best page."""
    whole, best = np.zeros(len(layout.groups)), np.zeros(len(layout.groups))
    earned = scores.earned * scores.matched
    is_whole = layout.page == WHOLE
    np.maximum.at(whole, layout.slot[is_whole], earned[is_whole])
    np.maximum.at(best, layout.slot[~is_whole], earned[~is_whole])
    return whole + best


def _hits(
    snapshot: Snapshot, query: Query, shown: tuple[Numbers, Amounts], scores: _Scores
) -> tuple[Hit, ...]:
    order, factors = shown
    layout = snapshot.layout
    wanted = np.zeros(len(layout.groups), dtype=bool)
    wanted[order] = True
    documents = np.flatnonzero(wanted[layout.slot] & scores.matched)
    best_first = documents[np.lexsort((layout.page[documents], -scores.earned[documents]))]
    matching: dict[int, list[int]] = defaultdict(list)
    for slot, document in zip(layout.slot[best_first].tolist(), best_first.tolist(), strict=True):
        matching[slot].append(document)
    totals = _totals(layout, scores)
    return tuple(
        _hit(snapshot, query, (float(totals[slot]), float(factors[slot])), matching[slot])
        for slot in order.tolist()
    )


def _hit(snapshot: Snapshot, query: Query, worth: tuple[float, float], matching: list[int]) -> Hit:
    layout, (text_score, factor) = snapshot.layout, worth
    group = int(layout.groups[layout.slot[matching[0]]])
    # a very long page is several documents; its best part speaks for it
    best: dict[int, int] = {}
    for document in matching:
        best.setdefault(int(layout.page[document]), document)
    on_pages = [(page, document) for page, document in best.items() if page != WHOLE][:PAGES_A_HIT]
    pages = tuple(PageHit(page, snapshot.text_of(document), query) for page, document in on_pages)
    score = text_score * factor
    if pages:
        return Hit(group, score, pages[0].page, pages[0].snippet, pages, text_score)
    return Hit(group, score, WHOLE, snippet(snapshot.text_of(best[WHOLE]), query), (), text_score)
