"""Captions come in as WebVTT or SubRip, are read into cues, and go out as WebVTT of our own writing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from content.assets.caption_models import VersionCaptions
from content.assets.errors import CaptionsUnreadable
from content.assets.models import PLAYED_FORMATS, AssetVersion
from portal.kernel import activity
from portal.kernel.identity import Identity

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


def attach_captions(
    session: Session, version: AssetVersion, file: CaptionFile, *, at: datetime, by: Identity
) -> VersionCaptions:
    """Captions of a version that the guard has granted, in place of those in that language.

    Raises CaptionsUnreadable.
    """
    if version.format not in PLAYED_FORMATS:
        raise CaptionsUnreadable("only a film or a sound has captions")
    found = cues_of(file.data)
    remove_captions(session, version, file.language)
    captions = VersionCaptions(
        version_id=version.id,
        language=file.language,
        cues=[list(cue) for cue in found],
        text="\n".join(words for _, _, words in found),
        added_at=at,
        added_by_id=by.user_id,
    )
    session.add(captions)
    # the index reads the asset anew
    version.asset.updated_at = at
    session.flush()
    facts = {"version": version.number, "language": file.language}
    activity.record(session, "captions.attached", ("asset", version.asset.ref), at=at, by=by, **facts)
    return captions


def remove_captions(session: Session, version: AssetVersion, language: str) -> None:
    session.execute(
        delete(VersionCaptions).where(
            VersionCaptions.version_id == version.id, VersionCaptions.language == language
        )
    )


def captions_of(session: Session, version: AssetVersion) -> Sequence[VersionCaptions]:
    """By language; the first is shown first."""
    wanted = select(VersionCaptions).where(VersionCaptions.version_id == version.id)
    return session.scalars(wanted.order_by(VersionCaptions.language)).all()


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
