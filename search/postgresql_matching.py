"""What matches a question on PostgreSQL, and what it earns: read by one statement, counted over arrays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np
from sqlalchemy import (
    ARRAY,
    REAL,
    ColumnElement,
    Double,
    Select,
    String,
    bindparam,
    case,
    cast,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from portal.kernel.among import ids_text
from search.documents import WHOLE
from search.models import SearchDocument
from search.postgresql_groups import is_among
from search.postgresql_words import class_weights, tsquery_text
from search.postings import Amounts, Flags, Numbers
from search.queries import Query, Term
from search.ranking import Concept, concepts, neighbour_concepts, rarity

# for each thing asked for, whether each of the ways to say it is a phrase
_Shape = tuple[tuple[bool, ...], ...]
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
    shape = tuple(tuple(way.term.is_phrase for way in concept.ways) for concept in counting)
    given: dict[str, object] = {"allowed": ids_text(allowed), "wanted": _any_of(query.wanted)}
    for place, concept in enumerate(counting):
        for at, way in enumerate(concept.ways):
            given[f"term_{place}_{at}"], given[f"weight_{place}_{at}"] = _any_of([way.term]), way.weight
    row = session.execute(_gathered(shape, bool(query.wanted)), given).one()
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
    given = {"allowed": ids_text(within), "wanted": _any_of(terms)}
    return frozenset(session.scalars(_holding(), given))


@cache
def _holding() -> Select[int]:
    holding = select(SearchDocument.group_id).where(_is_allowed(), _holds("wanted"))
    return holding.distinct()


@lru_cache(maxsize=256)
def _gathered(shape: _Shape, has_wanted: bool) -> Select[*tuple[Any, ...]]:  # noqa: FBT001  half of what is kept by
    """One row of arrays, each with a place for every document: keys, groups, pages, and rank by concept.

    Kept for questions of the same shape: making a statement takes half as long as running it.
    """
    wanted = _holds("wanted") if has_wanted else SearchDocument.page == WHOLE
    ranks = [
        func.greatest(
            *(_rank(f"{place}_{at}", is_phrase=is_phrase) for at, is_phrase in enumerate(are_phrases))
        ).label(f"rank_{place}")
        for place, are_phrases in enumerate(shape)
    ]
    each = (
        select(SearchDocument.key, SearchDocument.group_id, SearchDocument.page, *ranks)
        .where(_is_allowed(), wanted)
        .subquery()
    )
    return select(*(func.array_agg(column) for column in each.c))


def _rank(way: str, *, is_phrase: bool) -> ColumnElement[float]:
    query = _tsquery(f"term_{way}")
    rank = case(
        (SearchDocument.page == WHOLE, func.ts_rank(_WHOLE_CLASSES, SearchDocument.vector, query)),
        else_=func.ts_rank(_PAGE_CLASSES, SearchDocument.vector, query),
    )
    weighed = cast(rank, Double) * bindparam(f"weight_{way}", type_=Double)
    if not is_phrase:
        return weighed
    # ts_rank takes a phrase for all of its words, wherever they stand
    return case((_holds(f"term_{way}"), weighed), else_=0.0)


def _is_allowed() -> ColumnElement[bool]:
    return is_among(SearchDocument.group_id, bindparam("allowed", type_=String))


def _holds(name: str) -> ColumnElement[bool]:
    return SearchDocument.vector.op("@@", is_comparison=True)(_tsquery(name))


def _tsquery(name: str) -> ColumnElement[str]:
    return cast(bindparam(name, type_=String), TSQUERY)


def _any_of(terms: Iterable[Term]) -> str:
    return " | ".join(f"({tsquery_text(term)})" for term in terms)
