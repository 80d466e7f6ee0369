"""Searching without an index (F14): words in titles, summaries, guidance, pages and transcripts.

Asked of the database; slower and plainer than an engine, while the index is being rebuilt: no mistakes are
forgiven, and a phrase is its words in order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from content.assets.caption_models import VersionCaptions
from content.assets.id_sets import in_set
from content.assets.models import Asset, Page
from search.documents import WHOLE
from search.engine import (
    DEFAULT_LIMIT,
    NO_COMPLETION,
    NOTHING,
    PAGES_A_HIT,
    Asked,
    Completion,
    Found,
    Hit,
    PageHit,
)
from search.queries import Query, Term
from search.snippets import Marked

# how many assets it finds at most, and how many words it looks for
MOST_FOUND = 200
_MOST_WORDS = 8
_TITLE, _SAID, _PAGE = 4, 2, 1
_TOLD = (Asset.summary, Asset.when_to_use, Asset.talk_track)


class PlainSearch:
    """See search.engine.SearchReader. The assets that may be found go into each statement."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def search(self, asked: Asked, *, limit: int = DEFAULT_LIMIT, offset: int = 0) -> Found:
        """Assets that hold a word, every phrase and no excluded word."""
        if asked.query.is_empty or not asked.within:
            return NOTHING
        visible = in_set(self._session, Asset.id, asked.within)
        rows = self._session.execute(_matching(asked.query, visible)).all()
        window = rows[offset : offset + limit]
        pages = _pages(self._session, asked.query, [asset_id for asset_id, _score in window])
        hits = tuple(_hit(asset_id, float(score), pages.get(asset_id, [])) for asset_id, score in window)
        return Found(
            hits,
            tuple(asset_id for asset_id, _score in rows),
            0,
            again=lambda within, part: self.search(
                replace(asked, within=within), limit=part.stop - part.start, offset=part.start
            ),
        )

    def suggest(self, _query: Query, *, within: frozenset[int]) -> str | None:  # noqa: ARG002  the door's
        return None

    def complete(self, _text: str, *, within: frozenset[int], limit: int = 0) -> Completion:  # noqa: ARG002  the door's
        return NO_COMPLETION


def _matching(query: Query, visible: ColumnElement[bool]) -> Select[int, int]:
    words, phrases = _texts(query, query.words), _texts(query, query.phrases)
    score: ColumnElement[int] = literal(0)
    for text in words + phrases:
        score = score + case((_holds(Asset.title, text), _TITLE), else_=0)
        score = score + case((or_(*(_holds(told, text) for told in _TOLD)), _SAID), else_=0)
        score = score + case((_on_a_page(text), _PAGE), else_=0)
    wanted = [or_(*(_anywhere(text) for text in words))] if words and not phrases else []
    return (
        select(Asset.id, score.label("score"))
        .where(
            visible,
            *wanted,
            and_(True, *(_anywhere(text) for text in phrases)),
            and_(True, *(~_anywhere(text) for text in _texts(query, query.excluded))),
        )
        .order_by(score.desc(), Asset.new_since.desc(), Asset.id.desc())
        .limit(MOST_FOUND)
    )


def _texts(query: Query, terms: Iterable[Term]) -> list[str]:
    """Patterns that hold the words of each term in their order, without their endings."""
    typed = {word.stem: word.folded for word in query.in_order}
    stems = [[min(stem, typed.get(stem, stem), key=len) for stem in term.stems] for term in terms]
    return [f"%{'%'.join(map(_escaped, words))}%" for words in stems[:_MOST_WORDS]]


def _escaped(word: str) -> str:
    return "".join(f"/{sign}" if sign in "/%_" else sign for sign in word)


def _holds(column: InstrumentedAttribute[str], pattern: str) -> ColumnElement[bool]:
    return func.lower(column).like(pattern, escape="/")


def _on_a_page(text: str) -> ColumnElement[bool]:
    return or_(
        exists().where(Page.version_id == Asset.current_version_id, _holds(Page.text, text)),
        exists().where(
            VersionCaptions.version_id == Asset.current_version_id, _holds(VersionCaptions.text, text)
        ),
    )


def _anywhere(text: str) -> ColumnElement[bool]:
    return or_(*(_holds(told, text) for told in (Asset.title, *_TOLD)), _on_a_page(text))


def _pages(session: Session, query: Query, assets: list[int]) -> dict[int, list[PageHit]]:
    """The first pages of each asset that hold a word or phrase."""
    texts = _texts(query, query.words + query.phrases)
    if not texts:
        return {}
    place = func.row_number().over(partition_by=Asset.id, order_by=Page.number).label("place")
    holding = (
        select(Asset.id.label("asset_id"), Page.number, Page.text, place)
        .join(Page, Page.version_id == Asset.current_version_id)
        .where(in_set(session, Asset.id, assets), or_(*(_holds(Page.text, text) for text in texts)))
        .subquery()
    )
    found: dict[int, list[PageHit]] = {}
    rows = select(holding.c.asset_id, holding.c.number, holding.c.text).where(holding.c.place <= PAGES_A_HIT)
    for asset_id, number, text in session.execute(rows.order_by(holding.c.asset_id, holding.c.number)):
        found.setdefault(asset_id, []).append(PageHit(number, text, query))
    return found


def _hit(asset_id: int, score: float, pages: list[PageHit]) -> Hit:
    if not pages:
        return Hit(asset_id, score, WHOLE, Marked(""), (), score)
    return Hit(asset_id, score, pages[0].page, pages[0].snippet, tuple(pages), score)
