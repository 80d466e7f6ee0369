"""What matches a question on PostgreSQL, and what it earns: read by one statement, counted over arrays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import (
    ARRAY,
    REAL,
    ColumnElement,
    Double,
    Select,
    case,
    cast,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from search.documents import WHOLE
from search.models import SearchDocument
from search.postgresql_groups import is_among
from search.postgresql_words import class_weights, tsquery_text
from search.postings import Amounts, Flags, Numbers
from search.queries import Query, Term
from search.ranking import Concept, Weighted, concepts, neighbour_concepts, rarity

_WHOLE_CLASSES, _PAGE_CLASSES = (literal(classes, ARRAY(REAL)) for classes in class_weights())


@dataclass(frozen=True, slots=True)
class Matches:
    """The documents that match, as arrays with a place for each, best of a group first."""

    keys: Sequence[str]
    groups: Numbers
    pages: Numbers
    earned: Amounts
    unknown: tuple[Term, ...]

    @property
    def on_page(self) -> Flags:
        return np.not_equal(self.pages, WHOLE)

    @property
    def page_count(self) -> int:
        """Matching pages; a very long one is several documents."""
        sheets = self.groups * (self.pages.max(initial=0) + 1) + self.pages
        return len(np.unique(sheets[self.on_page]))

    def totals(self) -> tuple[Numbers, Amounts]:
        """Each group, ascending, and what it has earned: the whole and its best page."""
        groups, slot = np.unique(self.groups, return_inverse=True)
        whole, best = np.zeros(len(groups)), np.zeros(len(groups))
        np.maximum.at(whole, slot[~self.on_page], self.earned[~self.on_page])
        np.maximum.at(best, slot[self.on_page], self.earned[self.on_page])
        return groups, whole + best

    def best_of(self, groups: Sequence[int], most: int) -> dict[int, list[tuple[int, str]]]:
        """Of each of these groups the best different pages with their keys; without any the whole."""
        places = np.flatnonzero(np.isin(self.groups, np.array(groups, dtype=np.int64)))
        found: dict[int, dict[int, str]] = defaultdict(dict)
        for at in places[np.lexsort((self.pages[places], -self.earned[places], ~self.on_page[places]))]:
            pages = found[int(self.groups[at])]
            page = int(self.pages[at])
            if page not in pages and len(pages) < most and (page != WHOLE or not pages):
                pages[page] = self.keys[at]
        return {group: list(pages.items()) for group, pages in found.items()}


@dataclass(frozen=True, slots=True)
class Ranked:
    """The documents that hold something that was asked for, with their rank by concept, before rarity.

    It is read once for all that a search is narrowed to afterwards.
    """

    keys: Sequence[str]
    groups: Numbers
    pages: Numbers
    concepts: Sequence[Concept]
    """What was asked for, and behind the first `asked` of them what only ranks."""
    asked: int
    ranks: Sequence[Amounts]

    def among(self, groups: frozenset[int]) -> Matches:
        """What is left among these groups, by how rare each concept is among them."""
        wanted = np.fromiter(groups, dtype=np.int64, count=len(groups))
        kept = np.flatnonzero(np.isin(self.groups, wanted))
        slot = np.unique(self.groups[kept], return_inverse=True)[1]
        earned = np.zeros(len(kept))
        unknown = []
        for place, (concept, ranks) in enumerate(zip(self.concepts, self.ranks, strict=True)):
            amounts = ranks[kept]
            holders = len(np.unique(slot[amounts > 0]))
            earned += amounts * concept.weight * rarity(holders, len(groups))
            if not holders and place < self.asked:
                unknown.append(concept.typed)
        keys = [self.keys[at] for at in kept.tolist()]
        return Matches(keys, self.groups[kept], self.pages[kept], earned, tuple(unknown))


def ranked(session: Session, query: Query, allowed: frozenset[int]) -> Ranked:
    """The documents of the allowed groups that match, by one statement."""
    asked = concepts(query)
    counting = asked + (neighbour_concepts(query) if asked else [])
    row = session.execute(_gathered(query, allowed, counting)).one()
    keys, groups, pages, *ranks = (column or [] for column in row)
    return Ranked(
        keys,
        np.array(groups, dtype=np.int64),
        np.array(pages, dtype=np.int64),
        counting,
        len(asked),
        [np.array(rank, dtype=np.float64) for rank in ranks],
    )


def groups_with(session: Session, terms: Iterable[Term], within: frozenset[int]) -> frozenset[int]:
    """Those of the groups that hold one of the terms on whatever page."""
    holding = (
        select(SearchDocument.group_id)
        .where(is_among(SearchDocument.group_id, within), _holds(*terms))
        .distinct()
    )
    return frozenset(session.scalars(holding))


def _gathered(query: Query, allowed: frozenset[int], counting: Sequence[Concept]) -> Select[*tuple[Any, ...]]:
    """One row of arrays, each with a place for every document: keys, groups, pages, and rank by concept."""
    wanted = _holds(*query.wanted) if query.wanted else SearchDocument.page == WHOLE
    ranks = [
        func.greatest(*(_rank(way) for way in concept.ways)).label(f"rank_{place}")
        for place, concept in enumerate(counting)
    ]
    each = (
        select(SearchDocument.key, SearchDocument.group_id, SearchDocument.page, *ranks)
        .where(is_among(SearchDocument.group_id, allowed), wanted)
        .subquery()
    )
    return select(*(func.array_agg(column) for column in each.c))


def _rank(way: Weighted) -> ColumnElement[float]:
    query = _tsquery(way.term)
    rank = case(
        (SearchDocument.page == WHOLE, func.ts_rank(_WHOLE_CLASSES, SearchDocument.vector, query)),
        else_=func.ts_rank(_PAGE_CLASSES, SearchDocument.vector, query),
    )
    weighed = cast(rank, Double) * literal(way.weight, Double)
    if not way.term.is_phrase:
        return weighed
    # ts_rank takes a phrase for all of its words, wherever they stand
    return case((_holds(way.term), weighed), else_=0.0)


def _holds(*terms: Term) -> ColumnElement[bool]:
    return SearchDocument.vector.op("@@", is_comparison=True)(_tsquery(*terms))


def _tsquery(*terms: Term) -> ColumnElement[str]:
    """Any of the terms."""
    return cast(literal(" | ".join(f"({tsquery_text(term)})" for term in terms)), TSQUERY)
