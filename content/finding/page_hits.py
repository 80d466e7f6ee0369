"""Where words stand in a version: the pages that hold them, and how often."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.assets.models import AssetVersion, Page
from search.words import STOP_WORDS, words_of

MOST_WORDS = 20


@dataclass(frozen=True, slots=True)
class PageHits:
    """Page number to hits; `forms` are the words as they stand there, folded, for a page to mark them."""

    pages: dict[int, int]
    forms: frozenset[str] = frozenset()


def hits_by_page(session: Session, version: AssetVersion, text: str) -> PageHits:
    """Hits in a version that the guard has let through. Words are those of the search."""
    words = list(words_of(text))[:MOST_WORDS]
    wanted = {word.stem for word in words if word.folded not in STOP_WORDS} or {word.stem for word in words}
    if not wanted:
        return PageHits({})
    found: dict[int, int] = {}
    forms: set[str] = set()
    rows = select(Page.number, Page.text).where(Page.version_id == version.id).order_by(Page.number)
    for number, words_on_page in session.execute(rows):
        hits = [word.folded for word in words_of(words_on_page) if word.stem in wanted]
        forms.update(hits)
        if hits:
            found[number] = len(hits)
    return PageHits(found, frozenset(forms))
