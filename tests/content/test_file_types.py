"""What a file is said by its bytes and our table; names and headers that carry no surprise."""

from __future__ import annotations

import pytest

from content.assets.errors import UnknownFileType
from content.assets.file_types import content_disposition, recognised, safe_file_name
from content.assets.models import FileFormat
from tests.factories import files

KNOWN = [
    ("a.pdf", files.a_pdf("x"), FileFormat.PDF, "application/pdf"),
    ("a.png", files.a_picture(), FileFormat.IMAGE, "image/png"),
    ("a.jpg", files.a_picture(format_="JPEG"), FileFormat.IMAGE, "image/jpeg"),
    ("a.webp", files.a_picture(format_="WEBP"), FileFormat.IMAGE, "image/webp"),
    ("a.wav", files.a_sound(), FileFormat.AUDIO, "audio/wav"),
    ("a.mp4", b"\0\0\0\x18ftypisom" + bytes(20), FileFormat.VIDEO, "video/mp4"),
    ("a.m4a", b"\0\0\0\x18ftypM4A " + bytes(20), FileFormat.AUDIO, "audio/mp4"),
    ("A.PPTX", files.a_deck(("a", "b"))[:4096], FileFormat.POWERPOINT, "application/vnd.openxmlformats"),
    ("a.zip", files.a_demo(), FileFormat.DEMO, "application/zip"),
    ("a.md", b"# Title", FileFormat.MARKDOWN, "text/plain; charset=utf-8"),
    # the bytes win over the name
    ("a.pdf", files.a_picture(), FileFormat.IMAGE, "image/png"),
    ("a.txt", files.a_pdf("x"), FileFormat.PDF, "application/pdf"),
    # reading it will fail, and the upload is kept
    ("a.pdf", b"", FileFormat.PDF, "application/pdf"),
    ("a.pdf", b"<html><script>alert(1)</script>", FileFormat.PDF, "application/pdf"),
    ("a.pptx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FileFormat.POWERPOINT, "application/vnd.openxmlformats"),
]


@pytest.mark.parametrize(("name", "head", "format_", "media_type"), KNOWN)
def test_r11_a_file_is_known_by_its_bytes(
    name: str, head: bytes, format_: FileFormat, media_type: str
) -> None:
    found = recognised(name, head[:4096])
    assert found.format is format_
    assert found.media_type.startswith(media_type)


@pytest.mark.parametrize(
    ("name", "head", "advice"),
    [
        ("a.exe", b"MZ", ""),
        ("a", b"hello", ""),
        ("a.svg", b"<svg onload='x'/>", "PNG"),
        ("a.html", b"<html>", "zip"),
        ("a.pptm", b"PK\x03\x04", "macros"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "today's format"),
        ("a.odt", b"PK\x03\x04", ""),
        ("a.fodt", b"<?xml version='1.0'?><office:document/>", ""),
        ("a.xlsb", b"PK\x03\x04", ""),
    ],
)
def test_r11_r16_what_the_portal_does_not_read_is_refused_in_words(
    name: str, head: bytes, advice: str
) -> None:
    with pytest.raises(UnknownFileType, match="not a kind of file") as refused:
        recognised(name, head)
    assert advice in str(refused.value)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\decks\\a.pdf", "a.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("rcs\u202efdp.exe", "rcsfdp.exe"),
        ("half \ud800 a pair.pdf", "half  a pair.pdf"),
        ("", "file"),
        (" .. ", "file"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_r19_a_file_name_carries_no_surprise(given: str, kept: str) -> None:
    assert safe_file_name(given) == kept


def test_r19_the_header_of_a_download_names_the_file_in_both_ways() -> None:
    header = content_disposition("attachment", 'Größe "1"; x.pdf')
    assert header == (
        "attachment; filename=\"Gr__e _1__ x.pdf\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%221%22%3B%20x.pdf"
    )
