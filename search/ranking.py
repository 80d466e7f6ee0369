"""How hits are ranked: BM25 over what the asker may see, titles weighing more."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from search.documents import WHOLE
from search.queries import Query, Term

TITLE_WEIGHT = 3.0
# of the head of a page, which its text mostly says once more
HEAD_WEIGHT = 1.5
PHRASE_WEIGHT = 2.0
NEIGHBOUR_WEIGHT = 0.6
SYNONYM_WEIGHT = 0.8
_SATURATION = 1.2
_LENGTH_EFFECT = 0.4
# a fixed length instead of the average: the average would tell of documents that the asker may not see
_USUAL_LENGTH = 200


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
    def terms(self) -> tuple[Term, ...]:
        return tuple(way.term for way in self.ways)


@dataclass(slots=True)
class GroupScore:
    """What a group's title and best page have earned."""

    group: int
    whole: float = 0.0
    pages: int = 0
    best: float = 0.0
    best_page: int = WHOLE

    @property
    def score(self) -> float:
        return self.whole + self.best

    def add(self, page: int, score: float) -> None:
        if page == WHOLE:
            self.whole = max(self.whole, score)
            return
        self.pages += 1
        if score > self.best or (score == self.best and page < self.best_page):
            self.best, self.best_page = score, page


def concepts(query: Query) -> list[Concept]:
    """Everything that a document can match by."""
    typed = query.words + query.phrases
    several = tuple(synonym.of for synonym in query.synonyms if synonym.of not in typed)
    return [
        Concept(
            (
                Weighted(term, 1.0),
                *(
                    Weighted(synonym.term, SYNONYM_WEIGHT)
                    for synonym in query.synonyms
                    if synonym.of == term and term not in query.phrases
                ),
            ),
            PHRASE_WEIGHT if term.is_phrase else 1.0,
        )
        for term in dict.fromkeys(typed + several)
    ]


def rarity(groups_with_term: int, all_groups: int) -> float:
    """Inverse frequency among the groups that the asker may see."""
    return math.log(1 + (all_groups - groups_with_term + 0.5) / (groups_with_term + 0.5))


def saturated(occurrences: float, length: int) -> float:
    """More occurrences count for less each; long pages a little less than short ones."""
    norm = 1 - _LENGTH_EFFECT + _LENGTH_EFFECT * min(length, 10 * _USUAL_LENGTH) / _USUAL_LENGTH
    return occurrences * (_SATURATION + 1) / (occurrences + _SATURATION * norm)


def by_group(scores: Iterable[tuple[int, int, float]]) -> dict[int, GroupScore]:
    """Group (group, page, score) rows."""
    groups: dict[int, GroupScore] = {}
    for group, page, score in scores:
        groups.setdefault(group, GroupScore(group)).add(page, score)
    return groups


def ranked(groups: Mapping[int, GroupScore]) -> list[GroupScore]:
    """Best first; equal ones newest (highest key) first."""
    return sorted(groups.values(), key=lambda found: (-round(found.score, 9), -found.group))
