"""Searches that led nowhere: those that found nothing, and those whose results nobody opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from content.finding.search_log_models import LoggedSearch


class DeadEnd(StrEnum):
    FOUND_NOTHING = "nothing"
    NOT_OPENED = "unopened"


class DeadEndSort(StrEnum):
    OFTEN = "often"
    LATELY = "lately"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class SearchedWords:
    """`count`: how often they led nowhere, in the way that is listed, of all `times` they were searched."""

    text: str
    count: int
    times: int
    most_found: int
    last_on: date


@dataclass(frozen=True, slots=True)
class DeadEndFilter:
    """Which list, since when, with which words in them, in which order; a window of it."""

    which: DeadEnd
    since: date
    words: str = ""
    sort: DeadEndSort = DeadEndSort.OFTEN
    limit: int = 50
    offset: int = 0


@dataclass(frozen=True, slots=True)
class DeadEnds:
    rows: list[SearchedWords]
    total: int


_fruitless = func.sum(LoggedSearch.fruitless)
_times = func.sum(LoggedSearch.times)
_fruitful = _times - _fruitless
_CONDITIONS: Mapping[DeadEnd, ColumnElement[bool]] = {
    DeadEnd.FOUND_NOTHING: _fruitless > 0,
    DeadEnd.NOT_OPENED: (_fruitful > 0) & (func.sum(LoggedSearch.openings) == 0),
}


def dead_ends(session: Session, wanted: DeadEndFilter) -> DeadEnds:
    """One window of a list, and how many words it has in all."""
    grouped = _grouped(wanted)
    found = grouped.selected_columns
    orders = {
        DeadEndSort.OFTEN: [found["count"].desc(), found["last_on"].desc()],
        DeadEndSort.LATELY: [found["last_on"].desc(), found["count"].desc()],
        DeadEndSort.WORDS: [],
    }
    ordered = grouped.order_by(*orders[wanted.sort], LoggedSearch.text)
    rows = session.execute(ordered.limit(wanted.limit).offset(wanted.offset))
    total = session.scalar(select(func.count()).select_from(grouped.subquery())) or 0
    return DeadEnds([SearchedWords(*row) for row in rows], total)


def dead_end_counts(session: Session, since: date) -> dict[DeadEnd, int]:
    """How many words led nowhere since a day, in each of the two ways."""
    counts = [
        select(func.count()).select_from(_grouped(DeadEndFilter(which, since)).subquery()).scalar_subquery()
        for which in DeadEnd
    ]
    return dict(zip(DeadEnd, session.execute(select(*counts)).one(), strict=True))


def _grouped(wanted: DeadEndFilter) -> Select[*tuple[Any, ...]]:
    """A row for each of the words: text, count, times, most_found, last_on."""
    is_nothing = wanted.which is DeadEnd.FOUND_NOTHING
    day = case((LoggedSearch.fruitless > 0, LoggedSearch.day)) if is_nothing else LoggedSearch.day
    statement = select(
        LoggedSearch.text,
        (_fruitless if is_nothing else _fruitful).label("count"),
        _times.label("times"),
        func.max(LoggedSearch.most_found).label("most_found"),
        func.max(day).label("last_on"),
    ).where(LoggedSearch.day >= wanted.since)
    if wanted.words:
        statement = statement.where(LoggedSearch.text.icontains(wanted.words, autoescape=True))
    return statement.group_by(LoggedSearch.text).having(_CONDITIONS[wanted.which])
