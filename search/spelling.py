"""Which known word was meant."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from search.languages import STOP_WORDS
from search.queries import Query
from search.words import Word, words_of

SHORTEST = 4
LONGEST = 32
SHORTEST_PREFIX = 2
_LONGEST_TYPED = 200
_MOST_TYPED = 8
_NEAR = 0.75


def may_be_suggested(folded: str) -> bool:
    return SHORTEST <= len(folded) <= LONGEST and folded.isalpha()


def may_complete(folded: str) -> bool:
    """Whether a word of a title is kept to be found by its beginning."""
    return len(folded) <= LONGEST


def being_typed(text: str) -> tuple[list[str], str]:
    """The words before the last one, and the last one as far as it has been typed; folded.

    The last is "" when it is too short to say what it begins.
    """
    found = [word.folded[:LONGEST] for word in words_of(text[-_LONGEST_TYPED:])][-_MOST_TYPED:]
    if not found or text[-1:].isspace() or len(found[-1]) < SHORTEST_PREFIX:
        return found, ""
    before = [word for word in found[:-1] if word not in STOP_WORDS]
    return before, found[-1]


def may_be_misspelt(word: Word) -> bool:
    return len(word.folded) >= SHORTEST and word.folded.isalpha()


def first_letters(folded: str) -> str:
    """What a word that was meant may begin with; the first two letters may have changed places."""
    return "".join(sorted(set(folded[:2])))


def nearest(folded: str, known: Sequence[str]) -> list[str]:
    """Known words near to this one, nearest first."""
    alike = [word for word in known if abs(len(word) - len(folded)) <= 2]
    return difflib.get_close_matches(folded, alike, n=8, cutoff=_NEAR)


def replaced(query: Query, meant: Sequence[tuple[Word, str]]) -> str | None:
    """The query's text with the words that were meant; None when there are none."""
    if not meant:
        return None
    text = query.text
    for word, better in sorted(meant, key=lambda pair: -pair[0].start):
        text = text[: word.start] + better + text[word.end :]
    return text
