"""What the loader knows of a demo asset, and the facts of the day that its file carries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from content.assets.models import AssetKind
from portal.demo.makers.typesetting import pdf

LEONIE, PRIYA = "brand@demo.example", "priya.raman@larkwell.example"


@dataclass(frozen=True, slots=True)
class Facts:
    """The day of loading, as the documents write it."""

    today: date

    @property
    def year(self) -> str:
        return str(self.today.year)

    @property
    def quarter(self) -> str:
        """The coming quarter: a rate card is issued ahead of it."""
        ahead = self.today + timedelta(days=75)
        return f"Q{(ahead.month + 2) // 3} {ahead.year}"

    def inputs(self, edition: int, made_on: date) -> dict[str, str]:
        start = self.today - timedelta(days=126)
        end = start + timedelta(days=20)
        return {
            "year": self.year,
            "quarter": self.quarter,
            "edition": str(edition),
            "issued": f"{made_on:%B %Y}",
            "study": f"{start.day} {start:%B} to {end.day} {end:%B} {end.year}",
        }


@dataclass(frozen=True, slots=True)
class Edition:
    """A version: how long ago it came, what changed, and what its file says differently."""

    days_ago: int
    what_changed: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


Maker = Callable[[Mapping[str, str]], bytes]
Captions = Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class DemoAsset:
    """One asset; `title` and `summary` may name {year} and {quarter}. Words are separated by ";".

    `opened` is about how often it was opened in the last six months (0 is never), `quiet_for` how many days
    ago that stopped. `review_in` counts days from today. Without a maker it is a link to `url`. `captions` make the WebVTT file of the last edition.
    """

    ref: str
    title: str
    kind: AssetKind
    file_name: str
    summary: str
    audience: str
    make: Maker | None = None
    url: str = ""
    editions: tuple[Edition, ...] = (Edition(60),)
    captions: Captions | None = None
    stages: str = ""
    personas: str = ""
    industries: str = ""
    products: str = ""
    language: str = "en"
    owner: str = LEONIE
    verified: int | None = 30
    review_in: int | None = None
    expires_in: int | None = None
    opened: int = 0
    quiet_for: int = 0
    when_to_use: str = ""
    talk_track: str = ""
    do_not_say: str = ""
    is_draft: bool = False
    # handed in by its owner, so that somebody else has to approve it
    is_handed_in: bool = False
    # the ref of the same piece in another language
    translation_of: str = ""


def typeset(name: str) -> Maker:
    """Makes the document of that name."""
    return lambda facts: pdf(name, facts)
