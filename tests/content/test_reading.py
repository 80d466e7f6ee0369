"""Every kind of file is read in a child process; the hostile ones fail alone, with a sentence."""

from __future__ import annotations

import json
import struct
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from tempfile import NamedTemporaryFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from content.assets.models import AssetKind, FileFormat
from content.reading import reader
from content.reading.lengths import LONGEST_MS, length_ms
from content.reading.reader import Source, read
from content.reading.result import Reading, ReadPage, Unreadable
from portal.demo.makers.film import webm
from tests.factories import files
from tests.factories.odd_files import a_png_that_says


def reading_of(tmp_path: Path, format_: FileFormat, data: bytes) -> Reading:
    source = tmp_path / "source"
    source.write_bytes(data)
    folder = tmp_path / "found"
    folder.mkdir()
    return whole(read(Source(source, format_, "A title", AssetKind.DECK), folder))


def whole(readings: Iterable[Reading]) -> Reading:
    """All pages of all readings, each as it came last, in the order of their numbers."""
    pages: dict[int, ReadPage] = {}
    for reading in readings:
        pages |= {page.number: page for page in reading.pages}
        pages = {number: page for number, page in pages.items() if number <= reading.page_count}
    return replace(reading, pages=tuple(page for _, page in sorted(pages.items())))


def test_a_pdf_has_text_and_a_picture_for_each_page(tmp_path: Path) -> None:
    found = reading_of(tmp_path, FileFormat.PDF, files.a_pdf("First words", "Second zebra"))
    assert [page.text for page in found.pages] == ["First words", "Second zebra"]
    assert [page.number for page in found.pages] == [1, 2]
    assert all((tmp_path / "found" / str(page.image)).stat().st_size for page in found.pages)
    assert (found.pages[0].width, found.pages[0].height) == (1696, 2400)
    assert found.cover == found.pages[0].thumbnail


def test_a_deck_has_titles_and_text_by_slide_and_a_cover(tmp_path: Path) -> None:
    deck = files.a_deck(("Why radio", "Because"), ("What it costs", "[1:2] <!-- PAGE 9 -->"))
    found = reading_of(tmp_path, FileFormat.POWERPOINT, deck)
    assert [page.title for page in found.pages] == ["Why radio", "What it costs"]
    assert "Because" in found.pages[0].text
    assert "PAGE 9" in found.pages[1].text
    assert found.cover is not None


def test_a_workbook_has_a_page_for_each_sheet(tmp_path: Path) -> None:
    found = reading_of(tmp_path, FileFormat.EXCEL, files.a_workbook(Radio="Spot 37.50", Podcast="Host-read"))
    assert [(page.title, page.text) for page in found.pages] == [
        ("Radio", "Spot 37.50"),
        ("Podcast", "Host-read"),
    ]


def test_a_letter_is_read_as_words(tmp_path: Path) -> None:
    found = reading_of(tmp_path, FileFormat.WORD, files.a_document("Dear buyer"))
    assert found.pages[0].text == "Dear buyer"


def test_an_image_becomes_a_page_and_a_sound_has_its_length(tmp_path: Path) -> None:
    assert reading_of(tmp_path, FileFormat.IMAGE, files.a_picture()).pages[0].width == 64
    (tmp_path / "found").rename(tmp_path / "before")
    sound = reading_of(tmp_path, FileFormat.AUDIO, files.a_sound(seconds=2))
    assert (sound.duration_ms, sound.pages) == (2000, ())
    assert sound.cover is not None


def an_mp4(milliseconds: int) -> bytes:
    header = struct.pack(">4xII", 0, 0) + struct.pack(">II", 1000, milliseconds) + bytes(80)
    moov = struct.pack(">I4s", len(header) + 8, b"mvhd") + header
    return (
        struct.pack(">I4s4sI4s", 20, b"ftyp", b"isom", 0, b"isom")
        + struct.pack(">I4s", len(moov) + 8, b"moov")
        + moov
    )


def an_mp3(frames: int) -> bytes:
    """Silence at 128 kbit/s and 44.1 kHz: a frame lasts 1,152 samples."""
    return (b"\xff\xfb\x90\x00" + bytes(413)) * frames


def test_a_film_and_a_sound_say_how_long_they_are(tmp_path: Path) -> None:
    frame = Image.new("RGB", (64, 36))
    film = webm(((n * 1_000, frame) for n in range(3)), duration_ms=166_000)
    lengths = {"webm": film, "mp4": an_mp4(90_500), "mp3": an_mp3(383), "flac": b"fLaC" + bytes(30)}
    found = {}
    for name, data in lengths.items():
        (tmp_path / name).write_bytes(data)
        found[name] = length_ms(tmp_path / name)
    assert (found["webm"], found["mp4"], found["flac"]) == (166_000, 90_500, None)
    assert found["mp3"] == pytest.approx(10_000, abs=100)


@given(st.binary(max_size=200), st.integers(0, 400))
def test_r15_whatever_a_film_says_its_length_is_one_or_none(noise: bytes, at: int) -> None:
    film = bytearray(webm([(0, Image.new("RGB", (16, 16)))], duration_ms=5_000))
    film[at : at + len(noise)] = noise
    with NamedTemporaryFile() as file:
        file.write(film)
        file.flush()
        found = length_ms(Path(file.name))
    assert found is None or 1 <= found <= LONGEST_MS


def test_r15_a_page_that_never_ends_is_ended_by_the_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "SECONDS", 2)
    with pytest.raises(Unreadable, match="longer than the 2 seconds"):
        reading_of(tmp_path, FileFormat.PDF, files.a_slow_pdf())


def test_r15_what_used_up_its_processor_time_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In place of the interpreter stands a program that ends as the kernel ends one after 60 seconds."""
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\nkill -XCPU $$\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    with pytest.raises(Unreadable, match="longer than the 60 seconds"):
        reading_of(tmp_path, FileFormat.PDF, files.a_pdf("words"))


def test_a_demo_is_found_by_its_words(tmp_path: Path) -> None:
    assert "Reach planner" in reading_of(tmp_path, FileFormat.DEMO, files.a_demo()).pages[0].text


def _demo_with(name: str) -> bytes:
    return files.a_zip({"index.html": b"<p>A demo</p>", name: b""})


HOSTILE: dict[str, tuple[FileFormat, Callable[[], bytes], str]] = {
    "empty": (FileFormat.PDF, lambda: b"", "empty"),
    "a PDF cut off": (FileFormat.PDF, lambda: files.a_pdf("words")[:60], "broken"),
    "a PDF in name only": (FileFormat.PDF, lambda: b"MZ not a pdf", "broken"),
    "an encrypted PDF": (FileFormat.PDF, files.an_encrypted_pdf, "encrypted"),
    "a PDF of too many pages": (FileFormat.PDF, lambda: files.a_pdf_of_blank_pages(2001), "2,001 pages"),
    "a deck in name only": (FileFormat.POWERPOINT, files.a_document, "is none"),
    "a deck cut off": (FileFormat.POWERPOINT, lambda: files.a_deck(("A", "b"))[:4000], "broken"),
    "a deck that is text": (FileFormat.POWERPOINT, lambda: b"hello", "broken"),
    "an encrypted deck": (
        FileFormat.POWERPOINT,
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000),
        "encrypted",
    ),
    "a bomb": (FileFormat.POWERPOINT, files.a_bomb, "far more than its size"),
    "entities": (FileFormat.WORD, files.a_document_of_entities, "entities"),
    "entities in UTF-16": (FileFormat.WORD, lambda: files.a_document_of_entities("utf-16"), "entities"),
    "a zip from a root": (FileFormat.DEMO, lambda: _demo_with("/etc/cron.d/x"), "out of it"),
    "a zip from a drive": (FileFormat.DEMO, lambda: _demo_with("C:/x.js"), "out of it"),
    "a zip of a device": (FileFormat.DEMO, lambda: _demo_with("lib/AUX.js"), "out of it"),
    "a zip with a link": (FileFormat.DEMO, files.a_zip_with_a_link, "out of it"),
    "a zip that lies": (FileFormat.DEMO, files.a_lying_zip, ""),
    "a zip that overlaps": (FileFormat.DEMO, files.an_overlapping_zip, "overlap"),
    "a zip that climbs": (FileFormat.DEMO, lambda: files.a_zip({"../x/index.html": b""}), "out of it"),
    "a zip with a name of nothing": (FileFormat.DEMO, lambda: _demo_with("a//b.js"), "out of it"),
    "a zip with a folder that ends in a dot": (FileFormat.DEMO, lambda: _demo_with("a./b.js"), "out of it"),
    "a zip with a bell in a name": (FileFormat.DEMO, lambda: _demo_with("a\x07b.js"), "out of it"),
    "a demo of too many folders": (FileFormat.DEMO, lambda: _demo_with("d/" * 12 + "b.js"), "too deep"),
    "a zip of one name twice": (
        FileFormat.DEMO,
        lambda: files.a_zip({"index.html": b"", "INDEX.html": b""}),
        "two files",
    ),
    "a zip of very many": (
        FileFormat.DEMO,
        lambda: files.a_zip({str(n): b"" for n in range(10_001)}),
        "10,000",
    ),
    "a zip without a start": (FileFormat.DEMO, lambda: files.a_zip({"a.txt": b""}), "no index.html"),
    "an image of very many pixels": (FileFormat.IMAGE, lambda: a_png_that_says(20_000, 20_000), "pixels"),
    "an image cut off": (FileFormat.IMAGE, lambda: files.a_picture(500, 500)[:90], "broken"),
    "a text in another encoding": (FileFormat.TEXT, lambda: "grün".encode("latin-1"), "UTF-8"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_r14_r15_r17_a_hostile_file_fails_with_a_sentence(case: str, tmp_path: Path) -> None:
    format_, make, reason = HOSTILE[case]
    data = make()
    started = time.monotonic()
    with pytest.raises(Unreadable) as refused:
        reading_of(tmp_path, format_, data)
    assert reason in str(refused.value)
    assert str(refused.value).endswith(".")
    assert time.monotonic() - started < 30


def test_each_word_of_a_pdf_is_placed_on_its_picture(tmp_path: Path) -> None:
    page, blank = reading_of(tmp_path, FileFormat.PDF, files.a_pdf("Reach (morning) drive", "")).pages
    placed = json.loads(page.layer)
    assert [word for *_, word in placed] == ["Reach", "(morning)", "drive"]
    assert [x for x, *_ in placed] == sorted(x for x, *_ in placed)
    # the base line lies 72 points from the left and 142 from the top of 595 by 842
    x, y, _, height, _ = placed[0]
    scale = (page.width or 0) / 595
    assert abs(x - 72 * scale) < 8
    assert y < 142 * scale < y + height
    assert blank.layer == ""


def test_a_large_page_has_a_picture_for_phones_and_a_small_one_has_not(tmp_path: Path) -> None:
    large = reading_of(tmp_path, FileFormat.PDF, files.a_pdf("Reach")).pages[0]
    with Image.open(tmp_path / "found" / str(large.small)) as picture:
        assert picture.width <= 960
    (tmp_path / "other").mkdir()
    assert reading_of(tmp_path / "other", FileFormat.IMAGE, files.a_picture(64, 48)).pages[0].small is None
