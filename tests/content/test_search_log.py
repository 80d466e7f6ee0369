"""The search log: what is kept, what is taken out, and what it tells."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from content.finding import search_log
from content.finding.search_log import (
    KEPT_DAYS,
    forget_old_searches,
    has_old_searches,
    log_opening,
    log_search,
    logged_text,
)
from content.finding.search_log_models import LoggedSearch
from content.finding.search_reports import DeadEnd, DeadEndFilter, DeadEndSort, dead_end_counts, dead_ends

TODAY = date(2026, 6, 15)


def days_ago(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Zebra   CROSSING ", "zebra crossing"),
        ("deck for maya.lind@orchardrow.example", "deck for [e-mail]"),
        ("call +1 (503) 555-0147 rates", "call [number] rates"),
        ("０３−１２３４ ５６７８", "[number]"),
        ("Müller 0171/2345678", "müller [number]"),
        ("top 100 of 2026", "top 100 of 2026"),
        ("lark 96.4 q2", "lark 96.4 q2"),
    ],
)
def test_addresses_and_phone_numbers_are_taken_out_of_what_is_kept(typed: str, kept: str) -> None:
    assert logged_text(typed) == kept
    assert logged_text(kept) == kept


def test_the_log_has_no_place_for_a_person_or_an_organisation(session: Session) -> None:
    columns = {column["name"] for column in inspect(session.connection()).get_columns("logged_searches")}
    assert columns == {"id", "day", "text", "times", "fruitless", "most_found", "openings"}


def test_searches_for_the_same_words_on_one_day_are_one_row(session: Session) -> None:
    log_search(session, "Zebra", found=0, on=TODAY)
    log_search(session, "zebra ", found=3, on=TODAY)
    log_search(session, "zebra", found=1, on=TODAY)
    log_opening(session, "ZEBRA", on=TODAY)
    row = session.scalars(select(LoggedSearch)).one()
    assert (row.times, row.fruitless, row.most_found, row.openings) == (3, 1, 3, 1)


def test_a_search_that_is_only_an_address_is_not_kept(session: Session) -> None:
    log_search(session, "maya.lind@orchardrow.example", found=0, on=TODAY)
    log_search(session, "   ", found=0, on=TODAY)
    assert session.scalars(select(LoggedSearch)).all() == []


def test_an_opening_after_midnight_counts_for_the_search_before_it(session: Session) -> None:
    log_search(session, "zebra", found=2, on=days_ago(1))
    log_search(session, "zebra", found=2, on=days_ago(9))
    log_opening(session, "zebra", on=TODAY)
    log_opening(session, "never searched", on=TODAY)
    rows = session.execute(select(LoggedSearch.day, LoggedSearch.openings).order_by(LoggedSearch.day)).all()
    assert [tuple(row) for row in rows] == [(days_ago(9), 0), (days_ago(1), 1)]


def test_the_two_lists_say_how_often_and_when_last(session: Session) -> None:
    for day in (0, 3, 40):
        log_search(session, "veterinary", found=0, on=days_ago(day))
    log_search(session, "veterinary", found=4, on=days_ago(1))
    log_search(session, "cheat sheet", found=2, on=days_ago(2))
    log_search(session, "morning drive", found=6, on=days_ago(2))
    log_opening(session, "morning drive", on=days_ago(2))
    since = days_ago(29)
    nothing = dead_ends(session, DeadEndFilter(DeadEnd.FOUND_NOTHING, since))
    assert [(row.text, row.count, row.times, row.last_on) for row in nothing.rows] == [
        ("veterinary", 2, 3, TODAY)
    ]
    unopened = dead_ends(session, DeadEndFilter(DeadEnd.NOT_OPENED, since, sort=DeadEndSort.WORDS))
    assert [(row.text, row.count, row.most_found) for row in unopened.rows] == [
        ("cheat sheet", 1, 2),
        ("veterinary", 1, 4),
    ]
    assert dead_end_counts(session, since) == {DeadEnd.FOUND_NOTHING: 1, DeadEnd.NOT_OPENED: 2}
    assert dead_ends(session, DeadEndFilter(DeadEnd.NOT_OPENED, since, words="CHEAT")).total == 1


def test_the_log_is_cut_at_its_retention_and_by_day(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_search(session, "old", found=0, on=days_ago(KEPT_DAYS + 1))
    log_search(session, "kept", found=0, on=days_ago(KEPT_DAYS))
    assert has_old_searches(session, today=TODAY)
    forget_old_searches(session, today=TODAY)
    assert not has_old_searches(session, today=TODAY)
    monkeypatch.setattr(search_log, "MOST_TEXTS_A_DAY", 2)
    for number in range(4):
        log_search(session, f"noise {number}", found=0, on=TODAY)
    log_search(session, "noise 0", found=0, on=TODAY)
    of_today = select(func.count(), func.sum(LoggedSearch.times)).where(LoggedSearch.day == TODAY)
    assert tuple(session.execute(of_today).one()) == (2, 3)
    assert session.scalar(select(func.count()).where(LoggedSearch.text == "kept")) == 1
