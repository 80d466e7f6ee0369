"""Keeping what partners search for: what the library lacks, and what its titles do not say.

Only words, days and counts are kept, never who asked; what looks like an e-mail address or a phone number
is taken out before anything is stored.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

from sqlalchemy import case, delete, exists, func, select, update
from sqlalchemy.orm import Session

from content.finding.search_log_models import LoggedSearch
from portal.kernel.upserts import insert_into

KEPT_DAYS = 400
# whoever searches for noise all day cannot make the log large
MOST_TEXTS_A_DAY = 2_000
LONGEST = 100

_ADDRESS = re.compile(r"\S+@\S+")
_NUMBER = re.compile(r"\+?\(?\d(?:[\s().\-\u2010-\u2015\u2212/]*\d){6,}")
_REDACTED = {"[e-mail]", "[number]"}


def logged_text(text: str) -> str:
    """The words as the log keeps them: lower case, one space between, no address, no long number."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    redacted = _NUMBER.sub("[number]", _ADDRESS.sub("[e-mail]", plain))
    return " ".join(redacted.split())[:LONGEST].strip()


def log_search(session: Session, text: str, *, found: int, on: date) -> None:
    """Count a search of a day; one that was nothing but an address or a number is not kept."""
    words = logged_text(text)
    if set(words.split()) <= _REDACTED or _is_full(session, words, on):
        return
    fruitless = int(found == 0)
    statement = insert_into(session, LoggedSearch).values(
        day=on, text=words, times=1, fruitless=fruitless, most_found=found, openings=0
    )
    most = statement.excluded.most_found
    kept = LoggedSearch.most_found
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["day", "text"],
            set_={
                "times": LoggedSearch.times + 1,
                "fruitless": LoggedSearch.fruitless + fruitless,
                "most_found": case((most > kept, most), else_=kept),
            },
        )
    )


def log_opening(session: Session, text: str, *, on: date) -> None:
    """Something was opened from the results of a search of this day or the one before."""
    words = logged_text(text)
    latest = (
        select(func.max(LoggedSearch.day))
        .where(LoggedSearch.text == words, LoggedSearch.day >= on - timedelta(days=1))
        .scalar_subquery()
    )
    session.execute(
        update(LoggedSearch)
        .where(LoggedSearch.text == words, LoggedSearch.day == latest)
        .values(openings=LoggedSearch.openings + 1)
    )


def has_old_searches(session: Session, *, today: date) -> bool:
    return bool(session.scalar(select(exists().where(LoggedSearch.day < today - timedelta(days=KEPT_DAYS)))))


def forget_old_searches(session: Session, *, today: date) -> None:
    session.execute(delete(LoggedSearch).where(LoggedSearch.day < today - timedelta(days=KEPT_DAYS)))


def _is_full(session: Session, words: str, on: date) -> bool:
    of_day = LoggedSearch.day == on
    is_known = exists().where(of_day, LoggedSearch.text == words)
    count = select(func.count()).select_from(LoggedSearch).where(of_day).scalar_subquery()
    known, texts = session.execute(select(is_known, count)).one()
    return not known and texts >= MOST_TEXTS_A_DAY
