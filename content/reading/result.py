"""What reading a file found, as it passes from the child process to the worker."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

MOST_PAGES = 2_000
# of a page that cannot be cut in two: of a PDF, a slide, a demo
MOST_TEXT = 200_000
# the box of the picture that a phone shows
SMALL = (960, 1440)


class Unreadable(Exception):
    """The file cannot be read; `str(unreadable)` is the sentence for who uploaded it."""


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A page, slide or sheet. `image`, `small` and `thumbnail` are file names in the folder of the reading.

    `layer` says where its words stand (content.reading.layers).
    """

    number: int
    title: str = ""
    text: str = ""
    image: str | None = None
    small: str | None = None
    thumbnail: str | None = None
    width: int | None = None
    height: int | None = None
    layer: str = ""

    def with_words_of(self, other: ReadPage) -> ReadPage:
        """The picture of this page under the words of the other."""
        return replace(self, title=other.title or self.title, text=other.text or self.text)


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file of an HTML demo: `file` is its name in the folder of the reading, `path` that in the demo."""

    path: str
    file: str
    media_type: str
    size: int
    is_start: bool
    storage_word: str | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that a file says of itself, such as its author."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Reading:
    """Pages that were read. `count` is how many the file has in all, where that is more than these;
    `more` says that others follow; `note` tells who uploaded it what there is not, and why; `is_cut`
    says that these are not the pages of the file, as long ones went on to the next or the last are missing.
    """

    pages: tuple[ReadPage, ...] = ()
    # file name of the picture for cards
    cover: str | None = None
    duration_ms: int | None = None
    count: int | None = None
    more: bool = False
    # what an HTML demo unpacks to
    files: tuple[ReadFile, ...] = ()
    facts: tuple[Fact, ...] = ()
    note: str | None = None
    is_cut: bool = False

    @property
    def page_count(self) -> int:
        return len(self.pages) if self.count is None else self.count


def write(folder: Path, reading: Reading | Unreadable) -> None:
    """Leave the result in the folder, for `read` in the other process."""
    found = {"unreadable": str(reading)} if isinstance(reading, Unreadable) else asdict(reading)
    (folder / "result.json").write_text(json.dumps(found), encoding="utf-8")


def read(folder: Path) -> Reading:
    """The result that the child left, once. Raises Unreadable, and FileNotFoundError when it left none."""
    left = folder / "result.json"
    found = json.loads(left.read_text(encoding="utf-8"))
    # so that a later child which dies is not taken for this one
    left.unlink()
    if "unreadable" in found:
        raise Unreadable(found["unreadable"])
    pages = tuple(ReadPage(**page) for page in found["pages"])
    files = tuple(ReadFile(**file) for file in found["files"])
    facts = tuple(Fact(**fact) for fact in found["facts"])
    counted = (found["count"], found["more"])
    told = (found["note"], found["is_cut"])
    return Reading(pages, found["cover"], found["duration_ms"], *counted, files, facts, *told)


def cleaned(text: str) -> str:
    """Text without what a database or a page cannot hold."""
    kept = "".join(char for char in text.replace("\r\n", "\n") if char >= " " or char in "\n\t")
    return kept.encode("utf-8", "ignore").decode().strip()


def fitting(text: str) -> str:
    """The cleaned text of one page, cut at MOST_TEXT characters."""
    return cleaned(text)[:MOST_TEXT].strip()


def first_line(text: str) -> str:
    """The first line with words in it, as a title of at most 120 characters."""
    lines = (line.strip() for line in text.splitlines())
    return next((line for line in lines if any(char.isalnum() for char in line)), "")[:120]
