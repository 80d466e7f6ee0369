"""Two versions of an asset side by side: which pages are new, gone, moved or changed, and which words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.assets.models import AssetVersion, Page
from content.assets.page_matching import Change, PageFace, matched

# words around a change that are shown with it
CONTEXT_WORDS = 12
# a longer page is compared line by line
MOST_TOKENS = 6_000

_TOKEN = re.compile(r"\s+|\w+|[^\w\s]")


class Part(StrEnum):
    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"
    # kept words that are left out between two changes
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class TextPart:
    kind: Part
    text: str = ""


@dataclass(frozen=True, slots=True)
class ShownPage:
    """A page as its picture and its number."""

    number: int
    title: str
    text: str
    has_picture: bool
    width: int | None
    height: int | None


@dataclass(frozen=True, slots=True)
class ComparedPage:
    """A page before and after; None where there is none."""

    before: ShownPage | None
    after: ShownPage | None
    change: Change

    @property
    def parts(self) -> list[TextPart]:
        """The words with what was added and removed; empty when the words are the same."""
        old, new = self.before.text if self.before else "", self.after.text if self.after else ""
        return [] if old.split() == new.split() else text_changes(old, new)


@dataclass(frozen=True, slots=True)
class Comparison:
    before: AssetVersion
    after: AssetVersion
    pages: list[ComparedPage]

    @property
    def counts(self) -> Counter[Change]:
        return Counter(page.change for page in self.pages)

    @property
    def changed(self) -> list[ComparedPage]:
        return [page for page in self.pages if page.change is not Change.SAME]

    @property
    def is_same_file(self) -> bool:
        return self.before.blob_sha256 == self.after.blob_sha256 and self.before.url == self.after.url


def compared(session: Session, before: AssetVersion, after: AssetVersion) -> Comparison:
    """Compare two versions that the guard has let through."""
    old, new = _pages(session, before), _pages(session, after)
    pairs = matched([_face(page) for page in old.values()], [_face(page) for page in new.values()])
    pages = [
        ComparedPage(
            _shown(old[pair.before]) if pair.before else None,
            _shown(new[pair.after]) if pair.after else None,
            pair.change,
        )
        for pair in pairs
    ]
    return Comparison(before, after, pages)


def text_changes(before: str, after: str) -> list[TextPart]:
    """Word by word what was kept, added and removed; long kept stretches are cut to a few words around."""
    old, new = _tokens(before), _tokens(after)
    steps = SequenceMatcher(lambda token: token.isspace(), old, new, autojunk=False).get_opcodes()
    found: list[TextPart] = []
    for place, (verb, start, end, new_start, new_end) in enumerate(steps):
        if verb == "equal":
            found += _clipped(old[start:end], is_first=place == 0, is_last=place == len(steps) - 1)
            continue
        found += _part(Part.REMOVED, old[start:end])
        found += _part(Part.ADDED, new[new_start:new_end])
    return found


def _tokens(text: str) -> Sequence[str]:
    found = _TOKEN.findall(text)
    return found if len(found) <= MOST_TOKENS else text.splitlines(keepends=True)


def _part(kind: Part, tokens: Sequence[str]) -> Iterator[TextPart]:
    if tokens:
        yield TextPart(kind, "".join(tokens))


def _clipped(tokens: Sequence[str], *, is_first: bool, is_last: bool) -> Iterator[TextPart]:
    around = CONTEXT_WORDS * 2
    head = 0 if is_first else around
    tail = 0 if is_last else around
    if len(tokens) <= head + tail + around:
        yield from _part(Part.KEPT, tokens)
        return
    yield from _part(Part.KEPT, tokens[:head])
    yield TextPart(Part.CUT)
    yield from _part(Part.KEPT, tokens[len(tokens) - tail :])


def _pages(session: Session, version: AssetVersion) -> dict[int, Page]:
    rows = session.scalars(select(Page).where(Page.version_id == version.id).order_by(Page.number))
    return {page.number: page for page in rows}


def _face(page: Page) -> PageFace:
    return PageFace(page.number, page.title, page.text, page.image_sha256)


def _shown(page: Page) -> ShownPage:
    has_picture = page.image_sha256 is not None
    return ShownPage(page.number, page.title, page.text, has_picture, page.width, page.height)
