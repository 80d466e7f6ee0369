"""Which known word was meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from search.documents import Document
from search.queries import Query
from search.words import Word, words_of

SHORTEST = 4
_NEAR = 0.75


def vocabulary(documents: Iterable[Document]) -> set[str]:
    """Words of a group that may be suggested, folded."""
    return {
        word.folded
        for document in documents
        for text in (document.title, document.text)
        for word in words_of(text)
        if SHORTEST <= len(word.folded) <= 32 and word.folded.isalpha()
    }


def may_be_misspelt(word: Word) -> bool:
    return len(word.folded) >= SHORTEST and word.folded.isalpha()


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
