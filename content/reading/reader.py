"""Starts the child that reads a file, and LibreOffice in its jail; waits no longer than the limits."""

from __future__ import annotations

import logging
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from content.models import AssetKind, FileFormat
from content.reading import jail, result
from content.reading.result import Reading, Unreadable

log = logging.getLogger("makegood.reading")

PROJECT = Path(__file__).resolve().parents[2]
SECONDS = 600
# somebody waits for it
MAKING_SECONDS = 60
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


def read(source: Source, folder: Path) -> Reading:
    """What the file holds; pictures are in the folder. Raises Unreadable."""
    if source.path is not None and source.path.stat().st_size == 0:
        raise Unreadable("The file is empty.")
    reading = _read_in_child(source, folder)
    if source.format not in WITH_OFFICE_PAGES or source.path is None:
        return reading
    made = jail.as_pdf(source.path, suffix=_suffix(source.format), folder=folder)
    return reading if made is None else _with_pictures(reading, made, source, folder)


def _suffix(format_: FileFormat) -> str:
    return {FileFormat.POWERPOINT: ".pptx", FileFormat.WORD: ".docx", FileFormat.EXCEL: ".xlsx"}[format_]


def _with_pictures(words: Reading, made: Path, source: Source, folder: Path) -> Reading:
    try:
        drawn = _read_in_child(Source(made, FileFormat.PDF, source.title, source.kind), folder)
    except Unreadable:
        # the words are worth having without the pictures
        return words
    if len(drawn.pages) != len(words.pages):
        return replace(drawn, facts=words.facts)
    pages = tuple(page.with_words_of(other) for page, other in zip(drawn.pages, words.pages, strict=True))
    return replace(words, pages=pages, cover=drawn.cover)


def make(what: str, source: Path, folder: Path) -> Reading:
    """Have the child make a file out of another: "logo" or "branded". Raises Unreadable."""
    return _in_child([what, str(source), str(folder), "", ""], folder, seconds=MAKING_SECONDS)


def _read_in_child(source: Source, folder: Path) -> Reading:
    arguments = [source.format, str(source.path or "/dev/null"), str(folder), source.title[:300]]
    on_cover = " · ".join(filter(None, (KIND_ON_COVER[source.kind], source.host)))
    return _in_child([*arguments, on_cover[:60]], folder, seconds=SECONDS)


def _in_child(arguments: list[str], folder: Path, *, seconds: int) -> Reading:
    command = [sys.executable, "-m", "content.reading.child", *arguments]
    environment = {"HOME": str(folder), "TMPDIR": str(folder)}
    try:
        ended = subprocess.run(  # noqa: S603  our own module; the file's name is ours too
            command, cwd=PROJECT, env=environment, timeout=seconds, capture_output=True, check=False
        )
    except subprocess.TimeoutExpired:
        raise Unreadable(f"Reading it took longer than {seconds // 60} minutes.") from None
    if ended.stderr:
        log.info("reading %s: %s", arguments[0], ended.stderr[-500:].decode("utf-8", "replace"))
    try:
        return result.read(folder)
    except (FileNotFoundError, ValueError):
        log.warning("the reader of a %s ended with %s", arguments[0], ended.returncode)
        raise Unreadable("The file could not be read within the limits of memory and time.") from None
