"""Files without pages of their own: sound, film, plain text, links."""

from __future__ import annotations

import wave
from pathlib import Path

from content.reading.lengths import length_ms
from content.reading.long_texts import as_pages
from content.reading.markdown import plain
from content.reading.result import Reading, ReadPage, Unreadable, first_line

MOST_TEXT_BYTES = 4 * 1024 * 1024
STARTS = (b"ID3", b"OggS", b"RIFF", b"\x1aE\xdf\xa3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\xff\xfa")


def read_text(source: Path, _folder: Path, title: str) -> Reading:
    """Plain text in UTF-8. Raises Unreadable."""
    return as_pages([("", _text_of(source))], title)


def read_markdown(source: Path, _folder: Path, title: str) -> Reading:
    """Markdown in UTF-8, without its signs. Raises Unreadable."""
    heading, words = plain(_text_of(source))
    return as_pages([(first_line(heading), words)], title)


def _text_of(source: Path) -> str:
    if source.stat().st_size > MOST_TEXT_BYTES:
        raise Unreadable("The text is longer than the 4 MB that the portal reads.")
    try:
        text = source.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("The text is not in UTF-8. Save it as UTF-8 and upload it again.") from error
    if "\x00" in text:
        raise Unreadable("The file has the name of a text, but is none.")
    return text


def read_media(source: Path, _folder: Path, _title: str) -> Reading:
    """Sound or film: it has no pages, and the length that it says it has. Raises Unreadable."""
    with source.open("rb") as file:
        head = file.read(12)
    if not head.startswith(STARTS) and head[4:8] != b"ftyp":
        raise Unreadable("The file has the name of a sound or film, but is none.")
    if head.startswith(b"RIFF"):
        return Reading(duration_ms=_wave_ms(source))
    return Reading(duration_ms=length_ms(source))


def read_link(_source: Path, _folder: Path, title: str) -> Reading:
    """An address has nothing to read but its title."""
    return Reading((ReadPage(1, title),))


def _wave_ms(source: Path) -> int:
    try:
        with wave.open(str(source)) as sound:
            return int(sound.getnframes() * 1000 // sound.getframerate())
    except (wave.Error, EOFError, ZeroDivisionError) as error:
        raise Unreadable("The sound is broken: it cannot be opened.") from error
