"""One question from end to end: words that are still being typed finished, mistakes forgiven."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from search.engine import Asked, Found, SearchReader
from search.joining import parted
from search.queries import Alternative, Query, Term, forms_of, term_of
from search.ranking import BEGUN_WEIGHT
from search.spelling import SHORTEST_PREFIX
from search.words import Word

# words that one beginning stands for
_MOST_BEGUN = 10


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found for `query`, as it was understood.

    `suggestion` is what may have been meant; when it `is_corrected` that was searched for instead,
    since nothing was found of what was typed.
    """

    found: Found
    query: Query
    suggestion: str | None = None
    is_corrected: bool = False


def ask(
    engine: SearchReader, asked: Asked, read: Callable[[str], Query], *, limit: int, offset: int = 0
) -> Answer:
    """Raises IndexBeingRebuilt. `read` makes a query of a text, for the text that was meant."""
    asked = _finished(engine, asked, _starred(asked.query))
    found = engine.search(asked, limit=limit, offset=offset)
    if not found.unknown:
        return Answer(found, asked.query)
    finished = _finished(engine, asked, _still_typed(asked.query, found.unknown))
    if finished is not asked:
        found = engine.search(finished, limit=limit, offset=offset)
    meant = _meant(engine, finished, found)
    if found.groups or meant is None:
        return Answer(found, finished.query, meant)
    corrected = replace(asked, query=read(meant))
    again = engine.search(corrected, limit=limit, offset=offset)
    return Answer(again, corrected.query, meant, is_corrected=True)


def _meant(engine: SearchReader, asked: Asked, found: Found) -> str | None:
    """What may have been meant by words that nothing has: two that were written as one, or a near one."""
    if not found.unknown:
        return None
    joined = parted(engine, asked, found.unknown) if not found.groups else None
    return joined or engine.suggest(asked.query, within=asked.within)


def _starred(query: Query) -> list[Word]:
    """Words that were typed as beginnings: radio*."""
    return [word for word in query.typed if query.text[word.end : word.end + 1] == "*"]


def _still_typed(query: Query, unknown: tuple[Term, ...]) -> list[Word]:
    """The last word, when nothing follows it and nobody wrote it so."""
    last = query.typed[-1:]
    return [word for word in last if word.end == len(query.text) and term_of([word]) in unknown]


def _finished(engine: SearchReader, asked: Asked, beginnings: list[Word]) -> Asked:
    """The question with what those words may become beside them."""
    query = asked.query
    others = [
        Alternative(term_of([word]), term, known, BEGUN_WEIGHT)
        for word in beginnings
        if len(word.folded) >= SHORTEST_PREFIX
        for known in engine.complete(word.folded, within=asked.within, limit=_MOST_BEGUN).words
        for term in forms_of((known,), query.languages)
    ]
    if not others:
        return asked
    return replace(asked, query=replace(query, alternatives=(*query.alternatives, *others)))
