"""The door to an engine: what is asked of it, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from search.documents import Document
from search.queries import Query, Term
from search.snippets import Marked, snippet

DEFAULT_LIMIT = 20
COMPLETIONS = 6
# pages that a hit names, the best one included
PAGES_A_HIT = 3


class PageHit:
    """A page that matched. The words around the match are cut out when they are shown: most never are."""

    def __init__(self, page: int, text: str, query: Query) -> None:
        self.page = page
        self._text, self._query = text, query

    @cached_property
    def snippet(self) -> Marked:
        return snippet(self._text, self._query)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PageHit) and (self.page, self.snippet) == (other.page, other.snippet)

    def __hash__(self) -> int:
        return hash((self.page, self.snippet))

    def __repr__(self) -> str:
        return f"PageHit({self.page}, {self.snippet})"


@dataclass(frozen=True, slots=True)
class Hit:
    """A group at its best page. `page` is 0 when only its title, summary or tags matched."""

    group: int
    score: float
    page: int
    snippet: Marked
    pages: tuple[PageHit, ...]
    # what the words alone earned: `score` without what the group has proved
    text_score: float = 0.0


@dataclass(frozen=True, slots=True)
class Found:
    """The hits asked for, and every group that matched, best first. `page_count` is all matching pages.

    `unknown` are the terms that stand nowhere in what the asker may see.
    """

    hits: tuple[Hit, ...]
    groups: tuple[int, ...]
    page_count: int
    unknown: tuple[Term, ...] = ()
    again: Again | None = field(default=None, compare=False, repr=False)

    def among(self, groups: frozenset[int], *, limit: int, offset: int = 0) -> Found:
        """The same question asked of some of those groups alone; scores tell nothing of the others.

        An engine that has read what matches does not read it twice.
        """
        return self.again(groups, slice(offset, offset + limit)) if self.again else NOTHING


# groups, and the window of hits
Again = Callable[[frozenset[int], slice], Found]

NOTHING = Found((), (), 0)


@dataclass(frozen=True, slots=True)
class Completion:
    """What a text that is being typed may become: words (folded), and groups by their titles."""

    words: tuple[str, ...]
    groups: tuple[int, ...]


NO_COMPLETION = Completion((), ())


@dataclass(frozen=True, slots=True)
class Asked:
    """A query, the groups that the asker may see, and what some of them have proved.

    A group's score is multiplied by 1 and what it has proved: small amounts, such as 0.05.
    """

    query: Query
    within: frozenset[int]
    proved: Mapping[int, float] = field(default_factory=dict)


class SearchReader(Protocol):
    """What answers questions."""

    def search(self, asked: Asked, *, limit: int = DEFAULT_LIMIT, offset: int = 0) -> Found:
        """Groups out of `within` that match, best first. Scores do not depend on what is outside it.

        With a `limit` of 0 it only says which match, in any order, for less.
        """

    def suggest(self, query: Query, *, within: frozenset[int]) -> str | None:
        """The text with unknown words replaced by near ones that stand in a group of `within`."""

    def complete(self, text: str, *, within: frozenset[int], limit: int = COMPLETIONS) -> Completion:
        """What the last word of the text begins, out of groups of `within` alone.

        Words stand in a group that holds the words before, too; the most frequent come first. Groups are
        those of which the title holds every word, the last one as a beginning; newest first.
        """


class SearchEngine(SearchReader, Protocol):
    """An index that can be rebuilt from the database at any time.

    Raises IndexBeingRebuilt when it cannot be read, IndexLocked when another process writes it.
    """

    def index(self, groups: Mapping[int, Sequence[Document]]) -> None:
        """Replace all documents of these groups at once; no documents remove a group."""

    def rebuild(self, groups: Iterable[tuple[int, Sequence[Document]]]) -> int:
        """Replace the whole index; returns how many documents. Readers keep the old one until it is done."""

    def generation(self) -> int:
        """Grows with every change of the index."""

    def check(self) -> None:
        """Raises IndexBeingRebuilt when the index cannot be read."""
