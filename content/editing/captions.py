"""Captions come in as WebVTT or SubRip, are read into cues, and go out as WebVTT of our own writing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from content.assets.errors import CaptionsUnreadable

MOST_BYTES = 2 * 1024 * 1024
MOST_CUES = 20_000
MOST_WORDS = 500

Cue = tuple[int, int, str]

_TIME = r"(?:(\d{1,4}):)?([0-5]?\d):([0-5]\d)[.,](\d{1,3})"
_TIMES = re.compile(rf"^\s*{_TIME}\s+-->\s+{_TIME}(?:\s.*)?$")
_TAG = re.compile(r"</?[A-Za-z0-9.: _-]*>")


@dataclass(frozen=True, slots=True)
class CaptionFile:
    """A WebVTT or SubRip file as it came, and the language that it is in."""

    data: bytes
    language: str


def cues_of(data: bytes) -> list[Cue]:
    """What is said when, by time. Raises CaptionsUnreadable."""
    if len(data) > MOST_BYTES:
        raise CaptionsUnreadable("it is larger than 2 MB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CaptionsUnreadable("it is not in UTF-8") from None
    found = sorted(_cues(text.replace("\r\n", "\n").replace("\r", "\n")))
    if not found:
        raise CaptionsUnreadable("it holds no cue such as 00:00:01.000 --> 00:00:04.000")
    if len(found) > MOST_CUES:
        raise CaptionsUnreadable(f"it has more than {MOST_CUES:,} cues")
    return found


def as_vtt(cues: Sequence[Sequence[object]]) -> str:
    """WebVTT in which no word can be markup."""
    blocks = (f"{_clock(start)} --> {_clock(end)}\n{_escaped(str(words))}\n" for start, end, words in cues)
    return "\n".join(("WEBVTT\n", *blocks))


def _cues(text: str) -> Iterator[Cue]:
    for block in re.split(r"\n[ \t]*\n", text):
        lines = block.strip("\n").split("\n")
        for place, line in enumerate(lines[:2]):
            times = _TIMES.match(line)
            if times is None:
                continue
            parts = times.groups()
            start, end = _milliseconds(parts[:4]), _milliseconds(parts[4:])
            words = " ".join(_TAG.sub("", " ".join(lines[place + 1 :])).split())
            kept = "".join(sign for sign in words if sign >= " ")
            if kept and end > start:
                yield (start, end, kept[:MOST_WORDS])
            break


def _milliseconds(parts: Sequence[str | None]) -> int:
    hours, minutes, seconds, rest = parts
    whole = (int(hours or 0) * 60 + int(minutes or 0)) * 60 + int(seconds or 0)
    return whole * 1_000 + int((rest or "0").ljust(3, "0"))


def _clock(value: object) -> str:
    seconds, ms = divmod(int(str(value)), 1_000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{ms:03d}"


def _escaped(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
