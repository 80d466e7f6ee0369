"""How long a sound or film is, from what its container says; the media itself is not decoded."""

from __future__ import annotations

import struct
from pathlib import Path

from tinytag import TinyTag, TinyTagException

EBML = b"\x1aE\xdf\xa3"
# the description of a WebM stands before its pictures
HEAD_BYTES = 1024 * 1024
SEGMENT, INFO, TICK, DURATION = 0x18538067, 0x1549A966, 0x2AD7B1, 0x4489
USUAL_TICK_NS = 1_000_000
LONGEST_MS = 48 * 3_600_000


def length_ms(source: Path) -> int | None:
    """None where the file does not say, or says what cannot be."""
    with source.open("rb") as file:
        head = file.read(HEAD_BYTES)
    ms = _of_webm(head) if head.startswith(EBML) else _of_others(source)
    # what is no number is within no bounds
    return round(ms) if ms is not None and 1 <= ms <= LONGEST_MS else None


def _of_others(source: Path) -> float | None:
    try:
        seconds = TinyTag.get(source, tags=False).duration
    except (TinyTagException, ValueError, struct.error, IndexError, EOFError):
        return None
    return None if seconds is None else seconds * 1_000


def _of_webm(head: bytes) -> float | None:
    """Segment, Info, Duration in ticks of so many nanoseconds (RFC 9559, 5.1.2)."""
    info = _inside(_inside(head, SEGMENT), INFO)
    ticks, tick = _inside(info, DURATION), _inside(info, TICK)
    if len(ticks) not in {4, 8}:
        return None
    count = float(struct.unpack(">f" if len(ticks) == 4 else ">d", ticks)[0])
    nanoseconds = int.from_bytes(tick) if tick else USUAL_TICK_NS
    return count * nanoseconds / 1_000_000


def _inside(data: bytes, wanted: int) -> bytes:
    """What the first element of this name holds, as far as it is there; empty without one (RFC 8794)."""
    at = 0
    while at < len(data):
        name, at = _number(data, at, keeps_marker=True)
        size, at = _number(data, at, keeps_marker=False)
        if name is None or size is None:
            break
        if name == wanted:
            return data[at : at + size]
        at += size
    return b""


def _number(data: bytes, at: int, *, keeps_marker: bool) -> tuple[int | None, int]:
    """A number of variable length and where it ends; a size of all ones is unknown: all that follows."""
    if at >= len(data) or not data[at]:
        return None, at
    length = 9 - data[at].bit_length()
    found = int.from_bytes(data[at : at + length])
    if not keeps_marker:
        found &= (1 << 7 * length) - 1
        if found == (1 << 7 * length) - 1:
            found = len(data)
    return found, at + length
