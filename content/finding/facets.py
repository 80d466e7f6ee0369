"""What a search can be narrowed by, and how many assets each choice would leave."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from sqlalchemy import CompoundSelect, Select, String, and_, bindparam, func, or_, select, union_all
from sqlalchemy.orm import Session

from content.assets.id_sets import in_written_set, written
from content.assets.models import Term, Vocabulary, asset_terms
from content.editing.describing import STAGES
from content.finding.shelves import Freshness, Shelf, together


class Facet(StrEnum):
    KIND = "kind"
    STAGE = "stage"
    INDUSTRY = "industry"
    PERSONA = "persona"
    PRODUCT = "product"
    LANGUAGE = "language"
    FRESHNESS = "freshness"


VOCABULARIES: Mapping[Facet, Vocabulary] = {
    Facet.STAGE: Vocabulary.STAGE,
    Facet.INDUSTRY: Vocabulary.INDUSTRY,
    Facet.PERSONA: Vocabulary.PERSONA,
    Facet.PRODUCT: Vocabulary.PRODUCT,
}
_OF_VOCABULARY = {vocabulary: facet for facet, vocabulary in VOCABULARIES.items()}
_OF_SHELVES = (Facet.KIND, Facet.LANGUAGE, Facet.FRESHNESS)

# within a facet any value, all facets together
Choices = Mapping[Facet, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class FacetCount:
    """A choice: its value in addresses, its name where it has one of its own, and how many assets have it."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Scope:
    """The assets that are counted: those found, on the shelves of what the asker may see.

    `in_all_languages` are those that a language is chosen from: the found, and what they stand for.
    """

    shelves: tuple[Shelf, ...]
    found: frozenset[int]
    in_all_languages: frozenset[int]


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What is left by all choices, and for each facet what its choices would leave, given all others'."""

    ids: frozenset[int]
    facets: dict[Facet, tuple[FacetCount, ...]]


def narrowed(session: Session, scope: Scope, choices: Choices) -> Narrowed:
    """At most two queries, however many assets and choices."""
    tagged = _tagged(session, choices)
    counts = {facet: _on_shelves(scope, facet, choices, tagged.values()) for facet in _OF_SHELVES}
    on_shelves = together(shelf for shelf in scope.shelves if _suits(shelf, choices)) & scope.found
    left = {
        facet: _in_all(on_shelves, [ids for other, ids in tagged.items() if other is not facet])
        for facet in VOCABULARIES
    }
    counts |= _of_terms(session, left)
    facets = {facet: tuple(_in_order(facet, counts.get(facet, []))) for facet in Facet}
    return Narrowed(_in_all(on_shelves, tagged.values()), facets)


def _tagged(session: Session, choices: Choices) -> dict[Facet, frozenset[int]]:
    """The assets with one of the chosen words, by facet of which words were chosen."""
    chosen = [facet for facet in VOCABULARIES if choices.get(facet)]
    if not chosen:
        return {}
    words = (and_(Term.vocabulary == VOCABULARIES[facet], Term.ref.in_(choices[facet])) for facet in chosen)
    found: dict[Vocabulary, set[int]] = defaultdict(set)
    rows = select(Term.vocabulary, asset_terms.c.asset_id).join(asset_terms, Term.id == asset_terms.c.term_id)
    for vocabulary, asset_id in session.execute(rows.where(or_(*words))):
        found[vocabulary].add(asset_id)
    return {facet: frozenset(found[VOCABULARIES[facet]]) for facet in chosen}


def _on_shelves(
    scope: Scope, facet: Facet, choices: Choices, tagged: Collection[frozenset[int]]
) -> list[FacetCount]:
    found = scope.in_all_languages if facet is Facet.LANGUAGE else scope.found
    counted = _in_all(found, tagged)
    counts: dict[str, int] = defaultdict(int)
    for shelf in scope.shelves:
        if _suits(shelf, choices, but=facet):
            count = len(shelf.ids & counted)
            for value in _values(shelf, facet):
                counts[value] += count
    # days pass: a choice of freshness in a kept address is shown when nothing is so fresh any more, too
    kept = set(choices.get(facet, ())) & set(Freshness) if facet is Facet.FRESHNESS else set()
    return [
        FacetCount(value, value, counts[value])
        for value in {*counts, *kept}
        if counts[value] or value in kept
    ]


def _in_all(ids: frozenset[int], others: Collection[frozenset[int]]) -> frozenset[int]:
    return ids.intersection(*others) if others else ids


def _suits(shelf: Shelf, choices: Choices, *, but: Facet | None = None) -> bool:
    """Whether it is among what was chosen; `but` leaves one facet out."""
    return all(
        _values(shelf, facet) & set(choices[facet])
        for facet in _OF_SHELVES
        if facet is not but and choices.get(facet)
    )


def _values(shelf: Shelf, facet: Facet) -> frozenset[str]:
    return shelf.freshness if facet is Facet.FRESHNESS else frozenset({getattr(shelf, facet.value)})


def _of_terms(session: Session, left: Mapping[Facet, frozenset[int]]) -> dict[Facet, list[FacetCount]]:
    """How many of the assets that are left for each facet have each of its words."""
    facets_of: dict[frozenset[int], list[Facet]] = defaultdict(list)
    for facet, ids in left.items():
        facets_of[ids].append(facet)
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    counting = _counting(tuple(map(tuple, facets_of.values())), is_postgresql=is_postgresql)
    given = {f"ids_{place}": written(ids, is_postgresql=is_postgresql) for place, ids in enumerate(facets_of)}
    counts: dict[Facet, list[FacetCount]] = defaultdict(list)
    for vocabulary, ref, name, count in session.execute(counting, given):
        counts[_OF_VOCABULARY[vocabulary]].append(FacetCount(ref, name, count))
    return counts


@lru_cache(maxsize=64)
def _counting(
    parts: tuple[tuple[Facet, ...], ...], *, is_postgresql: bool
) -> CompoundSelect[Vocabulary, str, str, int]:
    """For each part the words of its facets, in the assets `ids_0` and on; made once a shape."""

    def counted(facets: Iterable[Facet], name: str) -> Select[Vocabulary, str, str, int]:
        ids = bindparam(name, type_=String)
        return (
            select(Term.vocabulary, Term.ref, Term.name, func.count())
            .join(asset_terms, asset_terms.c.term_id == Term.id)
            .where(
                Term.vocabulary.in_([VOCABULARIES[facet] for facet in facets]),
                in_written_set(asset_terms.c.asset_id, ids, is_postgresql=is_postgresql),
            )
            .group_by(Term.id, Term.vocabulary, Term.ref, Term.name)
        )

    return union_all(*(counted(facets, f"ids_{place}") for place, facets in enumerate(parts)))


def _in_order(facet: Facet, counts: list[FacetCount]) -> list[FacetCount]:
    if facet is Facet.STAGE:
        return sorted(counts, key=lambda counted: STAGES.index(counted.value))
    if facet is Facet.FRESHNESS:
        return sorted(counts, key=lambda counted: list(Freshness).index(Freshness(counted.value)))
    return sorted(counts, key=lambda counted: (-counted.count, counted.label))
