"""The shared engine: PostgreSQL full text over words that were cut and folded in Python."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session, sessionmaker

from portal.kernel.db import reading, stream_rows, transaction
from search.analysis import AnalysedGroup, analysed
from search.documents import WHOLE, Document
from search.engine import (
    COMPLETIONS,
    DEFAULT_LIMIT,
    NOTHING,
    PAGES_A_HIT,
    Asked,
    Completion,
    Found,
    Hit,
    PageHit,
)
from search.errors import IndexBeingRebuilt
from search.models import SearchDocument, SearchState, SearchWord
from search.postgresql_bits import block_of
from search.postgresql_completion import completion, near_words
from search.postgresql_holders import Holders, forget_words
from search.postgresql_matching import Matches, groups_with, ranked
from search.postgresql_words import vector_text
from search.queries import Query, term_of
from search.snippets import snippet
from search.spelling import may_be_misspelt, replaced

# grows with the rules of search.words: an index of another form counts as lost
_FORM = 4
_STATE = 1
# what the index has not sorted in yet each search reads anew; only the index's owner may ask for it
_SORT_IN = text(
    """
    SELECT gin_clean_pending_list(oid) FROM pg_class
    WHERE oid = to_regclass('ix_search_documents_vector') AND pg_has_role(relowner, 'USAGE')
    """
)
_COLUMNS = ("key", "group_id", "page", "text", "vector")


@dataclass(frozen=True, slots=True)
class _GroupScore:
    """What a group's words have earned, and its score with what it has proved."""

    group: int
    text: float
    score: float


class PostgresqlEngine:
    """See search.engine.SearchEngine. Lives in the portal's own database."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def index(self, groups: Mapping[int, Sequence[Document]]) -> None:
        with transaction(self._sessions) as session:
            _state(session, for_update=True)
            session.execute(delete(SearchDocument).where(SearchDocument.group_id.in_(groups)))
            forget_words(session, groups)
            _write(session, analysed(groups.items()))
            _changed(session)

    def rebuild(self, groups: Iterable[tuple[int, Sequence[Document]]]) -> int:
        with transaction(self._sessions) as session:
            if session.get(SearchState, _STATE, with_for_update=True) is None:
                session.add(SearchState(id=_STATE, form=_FORM, generation=0))
                session.flush()
            session.execute(delete(SearchDocument))
            session.execute(delete(SearchWord))
            count = _write(session, analysed(groups))
            # until PostgreSQL comes to it by itself, it plans searches as if the tables were empty
            session.execute(text("ANALYZE search_documents, search_words"))
            session.execute(_SORT_IN)
            _changed(session)
            return count

    def search(self, asked: Asked, *, limit: int = DEFAULT_LIMIT, offset: int = 0) -> Found:
        query = asked.query
        if query.is_empty or not asked.within:
            return NOTHING
        with reading(self._sessions) as session:
            _state(session)
            allowed = _allowed(session, query, asked.within)
            if not allowed:
                return NOTHING
            read = ranked(session, query, allowed)

        def again(within: frozenset[int], window: slice) -> Found:
            kept = allowed & within
            return replace(self._found(asked, read.among(kept), window), again=again) if kept else NOTHING

        return again(allowed, slice(offset, offset + limit))

    def _found(self, asked: Asked, found: Matches, window: slice) -> Found:
        if window.start == window.stop:
            return Found((), tuple(np.unique(found.groups).tolist()), found.page_count, found.unknown)
        order = _ranked(found, asked.proved)
        with reading(self._sessions) as session:
            hits = _hits(session, asked.query, order[window], found)
        return Found(hits, tuple(one.group for one in order), found.page_count, found.unknown)

    def suggest(self, query: Query, *, within: frozenset[int]) -> str | None:
        with reading(self._sessions) as session:
            _state(session)
            doubtful = [
                word
                for word in query.typed
                if may_be_misspelt(word) and not groups_with(session, query.forms(term_of([word])), within)
            ]
            meant = [
                (word, near) for word in doubtful for near in near_words(session, word.folded, within)[:1]
            ]
        return replaced(query, meant)

    def complete(self, text: str, *, within: frozenset[int], limit: int = COMPLETIONS) -> Completion:
        with reading(self._sessions) as session:
            _state(session)
            return completion(session, text, within, limit)

    def generation(self) -> int:
        with reading(self._sessions) as session:
            return _state(session).generation

    def check(self) -> None:
        self.generation()


def _state(session: Session, *, for_update: bool = False) -> SearchState:
    state = session.get(SearchState, _STATE, with_for_update=for_update)
    if state is None or state.form != _FORM:
        raise IndexBeingRebuilt
    return state


def _changed(session: Session) -> None:
    session.execute(update(SearchState).values(generation=SearchState.generation + 1, form=_FORM))


def _write(session: Session, groups: Iterable[AnalysedGroup]) -> int:
    """Rows go out while the next groups are being cut into words, so that the database works meanwhile."""
    count = 0
    for block, some in groupby(groups, key=lambda group: block_of(group.group)):
        holders = Holders(block)
        count += stream_rows(session, SearchDocument, _COLUMNS, _rows(some, holders))
        holders.write(session)
    return count


def _rows(groups: Iterable[AnalysedGroup], holders: Holders) -> Iterator[tuple[object, ...]]:
    for group in groups:
        holders.add(group)
        for found in group.documents:
            document = found.document
            yield document.key, document.group, document.page, found.quoted, vector_text(found)


def _allowed(session: Session, query: Query, within: frozenset[int]) -> frozenset[int]:
    """The groups that hold every phrase and no excluded term, on whatever page."""
    for term in query.phrases:
        within &= groups_with(session, query.forms(term), within)
    for term in query.excluded:
        within -= groups_with(session, query.forms(term), within)
    return within


def _ranked(found: Matches, proved: Mapping[int, float]) -> list[_GroupScore]:
    """Best first; equal ones newest (highest key) first."""
    groups, totals = found.totals()
    factors = np.array([proved.get(group, 0.0) for group in groups.tolist()]) if proved else 0.0
    scores = totals * (1 + factors)
    order = np.lexsort((-groups, -np.round(scores, 9)))
    return [
        _GroupScore(group, text, score)
        for group, text, score in zip(
            groups[order].tolist(), totals[order].tolist(), scores[order].tolist(), strict=True
        )
    ]


def _hits(session: Session, query: Query, shown: Sequence[_GroupScore], found: Matches) -> tuple[Hit, ...]:
    if not shown:
        return ()
    best = found.best_of([one.group for one in shown], PAGES_A_HIT)
    keys = [key for pages in best.values() for _page, key in pages]
    rows = session.execute(
        select(SearchDocument.key, SearchDocument.text).where(SearchDocument.key.in_(keys))
    )
    texts = dict(rows.all())
    return tuple(
        _hit(query, one, [(page, texts.get(key, "")) for page, key in best[one.group]]) for one in shown
    )


def _hit(query: Query, found: _GroupScore, matching: list[tuple[int, str]]) -> Hit:
    pages = tuple(PageHit(page, text, query) for page, text in matching if page != WHOLE)
    if pages:
        return Hit(found.group, found.score, pages[0].page, pages[0].snippet, pages, found.text)
    return Hit(found.group, found.score, WHOLE, snippet(matching[0][1], query), (), found.text)
