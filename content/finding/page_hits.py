"""Where words stand in a version: the pages that hold them, and how often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.assets.models import AssetVersion, Page
from search.languages import STOP_WORDS
from search.spelling import may_be_misspelt, nearest
from search.words import Word, words_of

MOST_WORDS = 20


@dataclass(frozen=True, slots=True)
class PageHits:
    """Page number to hits; `forms` are the words as they stand there, folded, for a page to mark them."""

    pages: dict[int, int]
    forms: frozenset[str] = frozenset()


def hits_by_page(session: Session, version: AssetVersion, text: str) -> PageHits:
    """Hits in a version that the guard has let through. Words are those of the search."""
    words = list(words_of(text))[:MOST_WORDS]
    wanted = [word for word in words if word.folded not in STOP_WORDS] or words
    if not wanted:
        return PageHits({})
    rows = select(Page.number, Page.text).where(Page.version_id == version.id).order_by(Page.number)
    pages = {
        number: Counter(_pair(word) for word in words_of(there)) for number, there in session.execute(rows)
    }
    stems = _meant(wanted, {pair for page in pages.values() for pair in page})
    hits = {
        number: {pair: n for pair, n in page.items() if pair[0] in stems} for number, page in pages.items()
    }
    return PageHits(
        {number: sum(found.values()) for number, found in hits.items() if found},
        frozenset(folded for found in hits.values() for _, folded in found),
    )


def _pair(word: Word) -> tuple[str, str]:
    return word.stem, word.folded


def _meant(wanted: Sequence[Word], there: Collection[tuple[str, str]]) -> set[str]:
    """The stems to look for; for a word that is nowhere the nearest one that is, as the search does."""
    stems = {stem for stem, _ in there}
    found = {word.stem for word in wanted}
    unknown = [word for word in wanted if word.stem not in stems and may_be_misspelt(word)]
    if unknown:
        known = {written: stem for stem, written in there}
        folded = sorted(known)
        for word in unknown:
            found |= {known[near] for near in nearest(word.folded, folded)[:1]}
    return found
