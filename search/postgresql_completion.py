"""Completing what is being typed, on PostgreSQL: words and titles of visible groups."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from search.engine import NO_COMPLETION, Completion
from search.models import SearchWord
from search.postgresql_groups import is_among
from search.spelling import SHORTEST, being_typed


def completion(session: Session, text: str, within: frozenset[int], limit: int) -> Completion:
    """See SearchEngine.complete."""
    before, last = being_typed(text)
    if not last:
        return NO_COMPLETION
    seen = is_among(SearchWord.group_id, within)
    words = session.scalars(_words(last, before, seen).limit(limit)).all()
    if not words and before:
        words = session.scalars(_words(last, [], seen).limit(limit)).all()
    groups = session.scalars(_titled([*before, last], seen).limit(limit)).all()
    return Completion(tuple(words), tuple(groups))


def _words(last: str, before: list[str], seen: ColumnElement[bool]) -> Select[str]:
    found = select(SearchWord.word).where(
        SearchWord.word.startswith(last, autoescape=True),
        SearchWord.word != last,
        func.length(SearchWord.word) >= SHORTEST,
        seen,
    )
    for word in before:
        holding = aliased(SearchWord)
        found = found.where(SearchWord.group_id.in_(select(holding.group_id).where(holding.word == word)))
    return found.group_by(SearchWord.word).order_by(func.count().desc(), SearchWord.word)


def _titled(beginnings: list[str], seen: ColumnElement[bool]) -> Select[int]:
    first, *others = beginnings
    found = select(SearchWord.group_id).where(
        SearchWord.in_title, SearchWord.word.startswith(first, autoescape=True), seen
    )
    for beginning in others:
        holding = aliased(SearchWord)
        titled = select(holding.group_id).where(
            holding.in_title, holding.word.startswith(beginning, autoescape=True)
        )
        found = found.where(SearchWord.group_id.in_(titled))
    return found.distinct().order_by(SearchWord.group_id.desc())
