"""How hits are ranked: BM25F over what the asker may see, titles weighing most."""

from __future__ import annotations

import math
from dataclasses import dataclass

from search.queries import Query, Term

PHRASE_WEIGHT = 2.0
NEIGHBOUR_WEIGHT = 0.6
SYNONYM_WEIGHT = 0.8
BEGUN_WEIGHT = 0.7
# how much one occurrence counts: of the whole asset, of a page, and of what was said and not written
FIELDS = ("title", "tags", "guidance", "body")
WHOLE_WEIGHTS = {"title": 8.0, "tags": 4.0, "guidance": 1.0, "body": 2.0}
# the head of a page says mostly what its text says once more
PAGE_WEIGHTS = {"title": 2.0, "tags": 0.0, "guidance": 0.0, "body": 1.0}
SPOKEN_WEIGHTS = {"title": 2.0, "tags": 0.0, "guidance": 0.0, "body": 0.7}
SATURATION = 1.2
LENGTH_EFFECT = 0.4
# a fixed length instead of the average: the average would tell of documents that the asker may not see
USUAL_LENGTH = 200
LONGEST_COUNTED = 10 * USUAL_LENGTH


@dataclass(frozen=True, slots=True)
class Weighted:
    """A term and what a match of it is worth before rarity is counted."""

    term: Term
    weight: float


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing that was asked for: what was typed, and what says the same for a little less."""

    ways: tuple[Weighted, ...]
    weight: float

    @property
    def typed(self) -> Term:
        return self.ways[0].term

    @property
    def terms(self) -> tuple[Term, ...]:
        return tuple(way.term for way in self.ways)


def concepts(query: Query) -> list[Concept]:
    """Everything that a document can match by."""
    typed = query.words + query.phrases
    several = tuple(other.of for other in query.alternatives if other.of not in typed)
    return [_concept(query, term) for term in dict.fromkeys(typed + several)]


def _concept(query: Query, term: Term) -> Concept:
    ways = [Weighted(form, 1.0) for form in query.forms(term)]
    if term not in query.phrases:
        ways += [Weighted(other.term, other.weight) for other in query.alternatives if other.of == term]
    return Concept(tuple(ways), PHRASE_WEIGHT if term.is_phrase else 1.0)


def neighbour_concepts(query: Query) -> list[Concept]:
    """Words that were typed side by side, which only rank."""
    return [
        Concept(tuple(Weighted(form, 1.0) for form in query.forms(pair)), NEIGHBOUR_WEIGHT)
        for pair in query.neighbours
    ]


def rarity(groups_with_term: int, all_groups: int) -> float:
    """Inverse frequency among the groups that the asker may see."""
    return math.log(1 + (all_groups - groups_with_term + 0.5) / (groups_with_term + 0.5))
