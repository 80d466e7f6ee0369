"""Odd and hostile files as drives hold them (F16): one seed gives the same files, as many as asked for."""

from __future__ import annotations

import gzip
import io
import random
import struct
import zlib
from collections.abc import Callable, Iterator
from itertools import chain, cycle, islice

from PIL import Image

from tests.factories import files

OddFile = tuple[str, bytes]
SUFFIXES = (
    "pdf",
    "pptx",
    "docx",
    "xlsx",
    "png",
    "jpg",
    "webp",
    "gif",
    "wav",
    "mp4",
    "mp3",
    "zip",
    "txt",
    "md",
)
NAMES = (
    "Größe und Reichweite",
    "rcs\u202egnp.exe",
    "\u05d0\u05d1\u05d2 \u0627\u0644\u0639\u0631\u0628",
    "tab\there",
    "line\nbreak",
    "nul\0byte",
    "'; DROP TABLE assets; --",
    "{{ 7 * 7 }}",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "CON",
    ".hidden",
    "x" * 400,
    "e\u0301 and \u00e9",
    "\U0001f4c8 up and to the right",
    "100% %s %n %(x)s",
    "=HYPERLINK(1)",
    "half \ud800 of a pair",
)


def odd_files(seed: int, count: int) -> Iterator[OddFile]:
    """Each odd file there is, once; then whole ones that were changed in ways that only luck finds."""
    chance = random.Random(seed)
    named = ((f"{name}.{suffix}", make()) for name, (suffix, make) in zip(cycle(NAMES), ODD, strict=False))
    return islice(chain(named, _changed(chance)), count)


def _changed(chance: random.Random) -> Iterator[OddFile]:
    whole = [(suffix, make()) for suffix, make in WHOLE]
    while True:
        suffix, data = chance.choice(whole)
        change = chance.choice(CHANGES)
        name = chance.choice(NAMES)
        # some have the name of something else
        yield f"{name}.{suffix if chance.random() < 0.85 else chance.choice(SUFFIXES)}", change(chance, data)


def _cut_off(chance: random.Random, data: bytes) -> bytes:
    return data[: chance.randrange(len(data))]


def _beheaded(chance: random.Random, data: bytes) -> bytes:
    return data[chance.randrange(1, max(2, len(data) // 4)) :]


def _flipped(chance: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 8, 64))):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _holed(chance: random.Random, data: bytes) -> bytes:
    start = chance.randrange(len(data))
    end = min(len(data), start + chance.randrange(1, 4096))
    return data[:start] + bytes(end - start) + data[end:]


def _torn(chance: random.Random, data: bytes) -> bytes:
    """A piece of it stands twice, as broken copies have it."""
    start, end = sorted(chance.randrange(len(data)) for _ in range(2))
    return data[:end] + data[start:]


def _numbered(chance: random.Random, data: bytes) -> bytes:
    """A number in it is another one: lengths, offsets, counts."""
    changed = bytearray(data)
    digits = [place for place, byte in enumerate(data) if chr(byte).isdigit()] or [0]
    for place in chance.sample(digits, min(len(digits), 3)):
        changed[place] = ord(chance.choice("0123456789-"))
    return bytes(changed)


def _joined(chance: random.Random, data: bytes) -> bytes:
    """Two files in one: a polyglot."""
    other = chance.choice(WHOLE)[1]()
    return chance.choice((data + other, other + data))


CHANGES = (_cut_off, _beheaded, _flipped, _holed, _torn, _numbered, _joined, lambda _, data: data)


def _a_picture_file(format_: str) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((90, 60), 60).save(out, format_)
    return out.getvalue()


def a_png_that_says(width: int, height: int) -> bytes:
    """A PNG that says it is so large, and holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packed = zlib.compress(bytes(4096))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def _pdf_with(page: bytes, stream: bytes = b"", more: bytes = b"") -> bytes:
    """A PDF of one page: what its dictionary says, and what draws it."""
    return files.pdf_of(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R %s >>" % page,
            b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(stream), more, stream),
        ]
    )


BOX = b"/MediaBox [0 0 595 842]"
NO_FONT = BOX + b" /Resources << /Font << /F1 << /Type /Font /Subtype /TrueType /BaseFont /Missing >> >> >>"


def _pdf_that_holds_itself() -> bytes:
    return files.pdf_of(
        [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 5 /Kids [2 0 R 2 0 R] >>"]
    )


def _pdf_that_draws_for_ever() -> bytes:
    stream = b"/X Do " * 200
    again = b"/Resources << /XObject << /X 5 0 R >> >>"
    form = b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] %s /Length %d >>\nstream\n%s\nendstream"
    return files.pdf_of(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R %s %s >>" % (BOX, again),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
            form % (again, len(stream), stream),
        ]
    )


def _pdf_bomb() -> bytes:
    """Twelve megabytes of drawing in twelve kilobytes."""
    return _pdf_with(BOX, zlib.compress(b"q Q " * 3_000_000), b"/Filter /FlateDecode")


def _nested_zip(depth: int = 12) -> bytes:
    data = files.a_demo()
    for level in range(depth):
        data = files.a_zip({"index.html": b"<p>one more</p>", f"inner-{level}.zip": data})
    return data


def _deep_document() -> bytes:
    return files.a_document("<w:r>" * 200_000)


def _workbook_that_claims_all_cells() -> bytes:
    return _repacked(
        files.a_workbook(Rates="37.50"), "xl/worksheets/sheet1.xml", b'ref="A1"', b'ref="A1:XFD1048576"'
    )


def _deck_without_its_slide() -> bytes:
    entries = files.entries_of(files.a_deck(("One", "Two")))
    del entries["ppt/slides/slide1.xml"]
    return files.a_zip(entries)


def _repacked(data: bytes, name: str, old: bytes, new: bytes) -> bytes:
    entries = files.entries_of(data)
    assert old in entries[name]
    return files.a_zip(entries | {name: entries[name].replace(old, new)})


WHOLE: tuple[tuple[str, Callable[[], bytes]], ...] = (
    ("pdf", lambda: files.a_pdf("Reach of morning radio", "The second page")),
    ("pptx", lambda: files.a_deck(("Why radio", "Because"))),
    ("docx", lambda: files.a_document("A letter")),
    ("xlsx", lambda: files.a_workbook(Rates="37.50")),
    ("png", lambda: _a_picture_file("PNG")),
    ("jpg", lambda: _a_picture_file("JPEG")),
    ("webp", lambda: _a_picture_file("WEBP")),
    ("gif", lambda: _a_picture_file("GIF")),
    ("wav", files.a_sound),
    ("zip", files.a_demo),
    ("txt", lambda: b"Plain words.\nMore of them."),
    ("md", lambda: b"# Heading\n\n- one\n- two"),
    ("mp4", lambda: b"\0\0\0\x18ftypmp42" + bytes(2000)),
)

ODD: tuple[tuple[str, Callable[[], bytes]], ...] = (
    ("pdf", lambda: b""),
    ("pdf", files.an_encrypted_pdf),
    ("pdf", _pdf_that_holds_itself),
    ("pdf", _pdf_that_draws_for_ever),
    ("pdf", _pdf_bomb),
    ("pdf", lambda: _pdf_with(b"/MediaBox [0 0 0 0]")),
    ("pdf", lambda: _pdf_with(b"/MediaBox [0 0 1e9 1e9]")),
    ("pdf", lambda: _pdf_with(b"/MediaBox [0 0 0.001 20000]")),
    ("pdf", lambda: _pdf_with(NO_FONT, b"BT /F1 24 Tf 72 700 Td (No such font) Tj ET")),
    ("pdf", lambda: _pdf_with(BOX, b"BT /F9 24 Tf (" + b"(" * 50_000 + b") Tj ET")),
    ("pdf", lambda: files.a_picture() + files.a_pdf("A picture, too")),
    ("pdf", lambda: files.a_pdf("And a zip") + files.a_zip({"index.html": b"<p>hello</p>"})),
    ("png", lambda: a_png_that_says(60_000, 60_000)),
    ("png", lambda: a_png_that_says(4_000, 4_000)),
    ("png", lambda: a_png_that_says(0, 0)),
    ("jpg", lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
    ("gif", lambda: b"GIF89a/*" + bytes(9) + b"*/=1;alert(1)"),
    ("docx", files.a_document_of_entities),
    ("docx", _deep_document),
    ("xlsx", _workbook_that_claims_all_cells),
    ("pptx", _deck_without_its_slide),
    ("pptx", files.a_bomb),
    ("zip", _nested_zip),
    ("zip", files.an_overlapping_zip),
    ("zip", lambda: files.a_zip({"index.html": b"<p>x</p>", "a/../../b.js": b""})),
    ("zip", lambda: files.a_zip({"index.html": b"<p>" * 300_000})),
    ("txt", lambda: "Größe".encode("utf-16")),
    ("txt", lambda: b"x" * 4_000_000),
    ("md", lambda: b"[" * 100_000),
    ("wav", lambda: files.a_sound()[:24] + bytes(8) + files.a_sound()[32:]),
    ("mp4", lambda: gzip.compress(bytes(1000))),
)  # fmt: skip
