"""Starts the child that reads a file, and LibreOffice in its jail; waits no longer than the limits."""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from content.assets.models import AssetKind, FileFormat
from content.reading import child, jail, result
from content.reading.result import Reading, ReadPage, Unreadable

log = logging.getLogger("makegood.reading")

PROJECT = Path(__file__).resolve().parents[2]
# a child has 60 s of processor time; a machine that does much else gives it twice as long by the clock
SECONDS = 120
# somebody who opened the first page turns to the second soon
SECOND_BATCH, BATCH_PAGES = 7, 40
# somebody waits for it
MAKING_SECONDS = 60
WORDS_ALONE = "It is read, but its pages have no pictures."
WITH_OFFICE_PAGES = {FileFormat.POWERPOINT, FileFormat.WORD, FileFormat.EXCEL}
KIND_ON_COVER = {kind: kind.replace("_", " ").capitalize() for kind in AssetKind}


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read; `path` is None for a link, of which only the host is drawn."""

    path: Path | None
    format: FileFormat
    title: str
    kind: AssetKind
    host: str = ""


def read(source: Source, folder: Path) -> Iterator[Reading]:
    """What the file holds, its first pages first; pictures are in the folder until the next is
    asked for.

    Each step is a process of its own. The last reading has no `more`; together they have every page, and
    a page that comes again replaces the one before. Raises Unreadable.
    """
    if source.path is not None and source.path.stat().st_size == 0:
        raise Unreadable("The file is empty.")
    if source.format is FileFormat.PDF:
        yield from _pdf(source, folder)
    elif source.format in WITH_OFFICE_PAGES and source.path is not None:
        yield from _office(source, source.path, folder)
    else:
        yield _read_in_child(source, folder)


def _pdf(source: Source, folder: Path) -> Iterator[Reading]:
    first = _read_in_child(source, folder, child.FIRST)
    count = first.page_count
    if len(first.pages) == count:
        yield first
        return
    yield replace(first, more=True)
    words = _words(source, folder)
    yield replace(first, pages=_with_words(first.pages, words), more=True)
    for start, last in _batches(len(first.pages) + 1, count):
        batch = _read_in_child(source, folder, f"{start}-{last}")
        pages = _with_words(batch.pages, words)
        yield replace(first, pages=pages, more=last < count)
        for page in batch.pages:
            for picture in filter(None, (page.image, page.small, page.thumbnail)):
                # the pictures of two thousand pages need not lie there at once
                (folder / picture).unlink(missing_ok=True)


def _batches(start: int, count: int) -> Iterator[tuple[int, int]]:
    """First and last page of each batch."""
    size = SECOND_BATCH
    while start <= count:
        yield start, min(start + size - 1, count)
        start, size = start + size, BATCH_PAGES


def _office(source: Source, path: Path, folder: Path) -> Iterator[Reading]:
    words = _read_in_child(source, folder)
    if not jail.is_there():
        yield words
        return
    yield replace(words, more=True)
    made = jail.as_pdf(path, suffix=_suffix(source.format), folder=folder)
    if made is None:
        yield _undrawn(words, f"LibreOffice could not draw it within {jail.TOLD_LIMITS}.")
        return
    try:
        yield from _pictures_of(words, replace(source, path=made, format=FileFormat.PDF), folder)
    except Unreadable as unreadable:
        # the words are worth having without the pictures
        yield _undrawn(words, str(unreadable))


def _undrawn(words: Reading, reason: str) -> Reading:
    return replace(words, note=" ".join(filter(None, (words.note, WORDS_ALONE, reason))))


def _pictures_of(words: Reading, made: Source, folder: Path) -> Iterator[Reading]:
    said = {page.number: page for page in words.pages}
    for drawn in _pdf(made, folder):
        if words.is_cut or drawn.page_count != len(words.pages):
            # a sheet over several pages: the words of the print are what stands on each
            yield replace(drawn, facts=words.facts)
            continue
        pages = tuple(page.with_words_of(said[page.number]) for page in drawn.pages)
        yield replace(drawn, pages=pages, facts=words.facts)


def _words(source: Source, folder: Path) -> dict[int, ReadPage]:
    """Better words than PDFium's, where they can be had within the limits."""
    try:
        return {page.number: page for page in _read_in_child(source, folder, child.WORDS).pages}
    except Unreadable:
        return {}


def _with_words(pages: tuple[ReadPage, ...], words: dict[int, ReadPage]) -> tuple[ReadPage, ...]:
    return tuple(page.with_words_of(words[page.number]) if page.number in words else page for page in pages)


def _suffix(format_: FileFormat) -> str:
    return {FileFormat.POWERPOINT: ".pptx", FileFormat.WORD: ".docx", FileFormat.EXCEL: ".xlsx"}[format_]


def make(what: str, source: Path, folder: Path) -> Reading:
    """Have the child make a file out of another: "logo" or "branded". Raises Unreadable."""
    return _in_child([what, str(source), str(folder), "", "", child.ALL], folder, seconds=MAKING_SECONDS)


def _read_in_child(source: Source, folder: Path, step: str = child.ALL) -> Reading:
    arguments = [source.format, str(source.path or "/dev/null"), str(folder)]
    on_cover = " · ".join(filter(None, (KIND_ON_COVER[source.kind], source.host)))
    # a program's argument holds no NUL, and no half of a pair of surrogates
    said = [result.cleaned(text) for text in (source.title[:300], on_cover[:60])]
    return _in_child([*arguments, *said, step], folder, seconds=SECONDS)


def _in_child(arguments: list[str], folder: Path, *, seconds: int) -> Reading:
    command = [sys.executable, "-m", "content.reading.child", *arguments]
    environment = {"HOME": str(folder), "TMPDIR": str(folder)}
    try:
        ended = subprocess.run(  # noqa: S603  our own module; the file's name is ours too
            command, cwd=PROJECT, env=environment, timeout=seconds, capture_output=True, check=False
        )
    except subprocess.TimeoutExpired:
        raise Unreadable(_too_long(seconds)) from None
    if ended.stderr:
        log.info("reading %s: %s", arguments[0], ended.stderr[-500:].decode("utf-8", "replace"))
    try:
        return result.read(folder)
    except (FileNotFoundError, ValueError):
        log.warning("the reader of a %s ended with %s", arguments[0], ended.returncode)
        if ended.returncode == -signal.SIGXCPU:
            raise Unreadable(_too_long(child.CPU_SECONDS)) from None
        raise Unreadable("The file could not be read within the limits of memory and time.") from None


def _too_long(seconds: int) -> str:
    return f"Reading it took longer than the {seconds} seconds that a part of it may take."
