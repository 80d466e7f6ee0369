"""The shared engine: PostgreSQL full text over words that were cut and folded in Python."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import (
    ARRAY,
    REAL,
    BigInteger,
    ColumnElement,
    Double,
    Select,
    any_,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session, sessionmaker

from portal.kernel.db import reading, transaction
from search.analysis import Analysed, AnalysedGroup, analysed
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
from search.postgresql_completion import completion
from search.postgresql_words import class_weights, tsquery_text, vector_text
from search.queries import Query, Term, term_of
from search.ranking import GroupScore, Weighted, concepts, neighbour_concepts, ranked, rarity
from search.snippets import snippet
from search.spelling import first_letters, may_be_misspelt, nearest, replaced

# grows with the rules of search.words: an index of another form counts as lost
_FORM = 3
_STATE = 1
_BATCH = 500
_WHOLE_CLASSES, _PAGE_CLASSES = class_weights()


class PostgresqlEngine:
    """See search.engine.SearchEngine. Lives in the portal's own database."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def index(self, groups: Mapping[int, Sequence[Document]]) -> None:
        with transaction(self._sessions) as session:
            _state(session, for_update=True)
            session.execute(delete(SearchDocument).where(SearchDocument.group_id.in_(groups)))
            session.execute(delete(SearchWord).where(SearchWord.group_id.in_(groups)))
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
            _changed(session)
            return count

    def search(self, asked: Asked, *, limit: int = DEFAULT_LIMIT, offset: int = 0) -> Found:
        query = asked.query
        if query.is_empty or not asked.within:
            return NOTHING
        with reading(self._sessions) as session:
            _state(session)
            allowed = _allowed(session, query, asked.within)
            score, unknown = _score(session, query, allowed)
            if not limit:
                score = literal(0.0, Double)
            order = ranked(_group_scores(session, asked, allowed, score))
            hits = _hits(session, query, order[offset : offset + limit], score) if limit else ()
        page_count = sum(found.pages for found in order)
        return Found(hits, tuple(found.group for found in order), page_count, unknown)

    def suggest(self, query: Query, *, within: frozenset[int]) -> str | None:
        with reading(self._sessions) as session:
            _state(session)
            doubtful = [
                word
                for word in query.typed
                if may_be_misspelt(word) and not _groups_with(session, query.forms(term_of([word])), within)
            ]
            meant = [
                (word, near) for word in doubtful for near in _near_words(session, word.folded, within)[:1]
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
    count = 0
    documents: list[dict[str, object]] = []
    words: list[dict[str, object]] = []
    for group in groups:
        documents += [_row(found) for found in group.documents]
        words += [
            {"group_id": group.group, "word": word, "in_title": word in group.title_words}
            for word in sorted(group.words | group.title_words)
        ]
        count += len(group.documents)
        if len(documents) >= _BATCH:
            _insert(session, documents, words)
            documents, words = [], []
    _insert(session, documents, words)
    return count


def _insert(session: Session, documents: list[dict[str, object]], words: list[dict[str, object]]) -> None:
    if documents:
        session.execute(insert(SearchDocument), documents)
    if words:
        session.execute(insert(SearchWord), words)


def _row(found: Analysed) -> dict[str, object]:
    document = found.document
    return {
        "key": document.key,
        "group_id": document.group,
        "page": document.page,
        "text": found.quoted,
        "vector": vector_text(found),
    }


def _in(groups: Iterable[int]) -> ColumnElement[bool]:
    return SearchDocument.group_id == any_(literal(sorted(groups), ARRAY(BigInteger)))


def _matches(*terms: Term) -> ColumnElement[bool]:
    return or_(*(SearchDocument.vector.op("@@")(_tsquery(term)) for term in terms))


def _tsquery(term: Term) -> ColumnElement[str]:
    return cast(literal(tsquery_text(term)), TSQUERY)


def _groups_with(session: Session, terms: Iterable[Term], within: frozenset[int]) -> frozenset[int]:
    return frozenset(session.scalars(select(SearchDocument.group_id).where(_in(within), _matches(*terms))))


def _allowed(session: Session, query: Query, within: frozenset[int]) -> frozenset[int]:
    """The groups that hold every phrase and no excluded term, on whatever page."""
    for term in query.phrases:
        within &= _groups_with(session, query.forms(term), within)
    for term in query.excluded:
        within -= _groups_with(session, query.forms(term), within)
    return within


def _score(
    session: Session, query: Query, allowed: frozenset[int]
) -> tuple[ColumnElement[float], tuple[Term, ...]]:
    """What a document earns, and the terms that stand nowhere; rarity counts among the allowed groups."""
    asked = concepts(query)
    if not asked or not allowed:
        return literal(0.0, Double), ()
    counting = asked + neighbour_concepts(query)
    counted = select(
        *(
            func.count(func.distinct(SearchDocument.group_id)).filter(_matches(*concept.terms))
            for concept in counting
        )
    ).where(_in(allowed), _matches(*query.wanted))
    counts = [int(count) for count in session.execute(counted).one()]
    earned: ColumnElement[float] = literal(0.0, Double)
    for concept, count in zip(counting, counts, strict=True):
        factor = concept.weight * rarity(count, len(allowed))
        earned = earned + func.greatest(*(_earned(way) for way in concept.ways)) * factor
    unknown = tuple(concept.typed for concept, count in zip(asked, counts, strict=False) if not count)
    return earned, unknown


def _earned(way: Weighted) -> ColumnElement[float]:
    query = _tsquery(way.term)
    rank = case(
        (
            SearchDocument.page == WHOLE,
            func.ts_rank(literal(_WHOLE_CLASSES, ARRAY(REAL)), SearchDocument.vector, query),
        ),
        else_=func.ts_rank(literal(_PAGE_CLASSES, ARRAY(REAL)), SearchDocument.vector, query),
    )
    # ts_rank takes a phrase for all of its words, wherever they stand
    return case((_matches(way.term), cast(rank, Double) * way.weight), else_=0.0)


def _matching(query: Query, allowed: Iterable[int]) -> ColumnElement[bool]:
    matches = _matches(*query.wanted) if query.wanted else SearchDocument.page == WHOLE
    return _in(allowed) & matches


def _group_scores(
    session: Session, asked: Asked, allowed: frozenset[int], score: ColumnElement[float]
) -> dict[int, GroupScore]:
    on_page = SearchDocument.page != WHOLE
    rows = session.execute(
        select(
            SearchDocument.group_id,
            func.coalesce(func.max(score).filter(SearchDocument.page == WHOLE), 0.0),
            func.coalesce(func.max(score).filter(on_page), 0.0),
            func.count(func.distinct(SearchDocument.page)).filter(on_page),
        )
        .where(_matching(asked.query, allowed))
        .group_by(SearchDocument.group_id)
    )
    return {
        group: GroupScore(group, whole, pages, best, asked.proved.get(group, 0.0))
        for group, whole, best, pages in rows
    }


def _hits(
    session: Session, query: Query, order: list[GroupScore], score: ColumnElement[float]
) -> tuple[Hit, ...]:
    matching: dict[int, list[tuple[int, str]]] = defaultdict(list)
    best = session.execute(_best_pages(query, [found.group for found in order], score))
    for group, page, text in best:
        if page not in {known for known, _text in matching[group]}:
            matching[group].append((page, text))
    return tuple(_hit(query, found, matching[found.group]) for found in order)


def _best_pages(query: Query, groups: list[int], score: ColumnElement[float]) -> Select[int, int, str]:
    place = (
        func.row_number()
        .over(
            partition_by=SearchDocument.group_id,
            order_by=(SearchDocument.page == WHOLE, score.desc(), SearchDocument.page, SearchDocument.key),
        )
        .label("place")
    )
    best = (
        select(SearchDocument.group_id, SearchDocument.page, SearchDocument.text, place)
        .where(_matching(query, groups))
        .subquery()
    )
    # a very long page is several documents, of which the best speaks for it
    return (
        select(best.c.group_id, best.c.page, best.c.text)
        .where(best.c.place <= 2 * PAGES_A_HIT)
        .order_by(best.c.group_id, best.c.place)
    )


def _hit(query: Query, found: GroupScore, matching: list[tuple[int, str]]) -> Hit:
    pages = tuple(PageHit(page, text, query) for page, text in matching if page != WHOLE)[:PAGES_A_HIT]
    if pages:
        return Hit(found.group, found.score, pages[0].page, pages[0].snippet, pages, found.text)
    return Hit(found.group, found.score, WHOLE, snippet(matching[0][1], query), (), found.text)


def _near_words(session: Session, folded: str, within: frozenset[int]) -> list[str]:
    rows = session.scalars(
        select(SearchWord.word)
        .where(
            or_(*(SearchWord.word.startswith(letter) for letter in first_letters(folded))),
            func.length(SearchWord.word).between(len(folded) - 2, len(folded) + 2),
            SearchWord.group_id == any_(literal(sorted(within), ARRAY(BigInteger))),
        )
        .distinct()
        .order_by(SearchWord.word)
    )
    return nearest(folded, rows.all())
