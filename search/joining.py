"""Two words that were written as one: ratecard, mediakit, Radiowerbung."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from search.engine import Asked, SearchReader
from search.languages import is_stop_word
from search.queries import Alternative, Query, Term, forms_of, term_of
from search.spelling import replaced
from search.words import Word

SHORTEST_PART = 3
LONGEST = 24


def parted(engine: SearchReader, asked: Asked, unknown: Sequence[Term]) -> str | None:
    """The text with a word that nothing has as two that stand side by side somewhere; None when none does."""
    query = asked.query
    for word in query.typed:
        if term_of([word]) not in unknown or not word.folded.isalpha() or len(word.folded) > LONGEST:
            continue
        places = _places(word.folded, query.languages)
        # one question for all places first: most words cannot be parted
        if not places or not _stands(engine, asked, word, places):
            continue
        for place in places:
            if _stands(engine, asked, word, [place]):
                return replaced(query, [(word, f"{word.folded[:place]} {word.folded[place:]}")])
    return None


def _places(folded: str, languages: tuple[str, ...]) -> list[int]:
    found = range(SHORTEST_PART, len(folded) - SHORTEST_PART + 1)
    return [
        at
        for at in found
        if not is_stop_word(folded[:at], languages) and not is_stop_word(folded[at:], languages)
    ]


def _stands(engine: SearchReader, asked: Asked, word: Word, places: Sequence[int]) -> bool:
    """Whether the word, parted at one of these places, is a phrase of something that the asker may see."""
    query, typed = asked.query, term_of([word])
    others = [
        Alternative(typed, phrase, word.folded, 1.0)
        for at in places
        for phrase in forms_of((word.folded[:at], word.folded[at:]), query.languages)
    ]
    alone = Query(word.folded, query.languages, words=(typed,), alternatives=tuple(others))
    return bool(engine.search(replace(asked, query=alone), limit=0).groups)
