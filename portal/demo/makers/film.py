"""Film: pictures as VP8 key frames in a WebM file; a lossy WebP picture is one such frame (RFC 9649)."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from io import BytesIO
from itertools import groupby

from PIL import Image

SIZE = (640, 360)


def webm(pictures: Iterable[tuple[int, Image.Image]], *, duration_ms: int) -> bytes:
    """A silent film of (millisecond, picture); each picture stands until the next one."""
    frames = [(at, _vp8(picture)) for at, picture in pictures]
    track = _element(
        b"\xae",
        _number(b"\xd7", 1) + _number(b"\x73\xc5", 1) + _number(b"\x83", 1)
        + _element(b"\x86", b"V_VP8")
        + _element(b"\xe0", _number(b"\xb0", SIZE[0]) + _number(b"\xba", SIZE[1])),
    )  # fmt: skip
    info = (
        _number(b"\x2a\xd7\xb1", 1_000_000)
        + _element(b"\x44\x89", _double(float(duration_ms)))
        + _element(b"\x4d\x80", b"Makegood")
        + _element(b"\x57\x41", b"Makegood")
    )
    head = _element(
        b"\x1a\x45\xdf\xa3",
        _number(b"\x42\x86", 1) + _number(b"\x42\xf7", 1) + _number(b"\x42\xf2", 4) + _number(b"\x42\xf3", 8)
        + _element(b"\x42\x82", b"webm") + _number(b"\x42\x87", 4) + _number(b"\x42\x85", 2),
    )  # fmt: skip
    body = _element(b"\x15\x49\xa9\x66", info) + _element(b"\x16\x54\xae\x6b", track)
    # a block's time is a signed 16-bit offset from its cluster: 30 seconds fit
    for second, block in groupby(frames, key=lambda frame: frame[0] // 30_000):
        start = second * 30_000
        blocks = b"".join(
            _element(b"\xa3", b"\x81" + (at - start).to_bytes(2, "big") + b"\x80" + data)
            for at, data in block
        )
        body += _element(b"\x1f\x43\xb6\x75", _number(b"\xe7", start) + blocks)
    return head + _element(b"\x18\x53\x80\x67", body)


def _vp8(picture: Image.Image) -> bytes:
    made = BytesIO()
    picture.save(made, "WEBP", quality=70, method=2)
    chunk = made.getvalue()[12:]
    if chunk[:4] != b"VP8 ":
        raise ValueError("Not a simple lossy WebP picture.")
    return chunk[8 : 8 + int.from_bytes(chunk[4:8], "little")]


def _element(name: bytes, data: bytes) -> bytes:
    return name + (len(data) | 1 << 56).to_bytes(8, "big") + data


def _number(name: bytes, value: int) -> bytes:
    return _element(name, value.to_bytes(max(1, (value.bit_length() + 7) // 8), "big"))


def _double(value: float) -> bytes:
    return struct.pack(">d", value)
