"""What a file says of itself is found, shown to who uploads, and to nobody else (ASVS 14.2.8)."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image
from PIL.ExifTags import IFD, Base

from content.assets.models import AssetKind, FileFormat
from content.reading import metadata
from content.reading.reader import Source, read
from content.reading.result import Fact
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.factories import files
from tests.factories.people import a_partner, a_user
from tests.factories.usage import a_published_version
from tests.fixtures.browsers import LogIn

CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>Ada  Byron</dc:creator>'
    "<cp:lastModifiedBy>Grace</cp:lastModifiedBy></cp:coreProperties>"
)


def a_photograph() -> bytes:
    exif, out = Image.Exif(), io.BytesIO()
    exif[Base.Artist] = "Ada Byron"
    exif[IFD.GPSInfo] = {1: "N", 2: (47.0, 22.0, 30.0), 3: "W", 4: (8.0, 33.0, 0.0)}
    Image.new("RGB", (60, 40)).save(out, "JPEG", exif=exif)
    return out.getvalue()


def a_letter() -> bytes:
    main = files.DOCX_MAIN.replace("{words}", "Dear buyer").replace("<w:r>", '<w:ins w:id="1"><w:r>', 1)
    return files.a_zip(
        {
            "[Content_Types].xml": files.CONTENT_TYPES.encode(),
            "_rels/.rels": files.RELATIONS.encode(),
            "word/document.xml": main.replace("</w:r>", "</w:r></w:ins>", 1).encode(),
            "word/comments.xml": b"<c/>",
            "docProps/core.xml": CORE.encode(),
        }
    )


def facts_of(tmp_path: Path, format_: FileFormat, data: bytes) -> list[tuple[str, str]]:
    source, folder = tmp_path / "source", tmp_path / "found"
    source.write_bytes(data)
    folder.mkdir()
    *_, found = read(Source(source, format_, "A title", AssetKind.DOCUMENT), folder)
    return [(fact.name, fact.value) for fact in found.facts]


def test_a_photograph_says_who_took_it_and_where(tmp_path: Path) -> None:
    assert facts_of(tmp_path, FileFormat.IMAGE, a_photograph()) == [
        ("author", "Ada Byron"),
        ("place", "47.37500, -8.55000"),
    ]


def test_a_letter_says_who_wrote_it_and_that_it_holds_changes(tmp_path: Path) -> None:
    assert facts_of(tmp_path, FileFormat.WORD, a_letter()) == [
        ("author", "Ada Byron"),
        ("saved_by", "Grace"),
        ("comments", "yes"),
        ("changes", "yes"),
    ]


def test_what_no_database_keeps_is_left_out(tmp_path: Path) -> None:
    told = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>"]
    told += [b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>", b"<< /Author (Ada\\000 Byron) >>"]
    (tmp_path / "file").write_bytes(files.pdf_of(told, b"/Info 4 0 R"))
    assert metadata.facts_of("pdf", tmp_path / "file") == (Fact("author", "Ada Byron"),)


def test_a_picture_that_says_nothing_says_nothing(tmp_path: Path) -> None:
    assert facts_of(tmp_path, FileFormat.IMAGE, files.a_picture()) == []


def test_the_brand_sees_what_the_file_says_and_a_partner_does_not(services: Services, log_in: LogIn) -> None:
    with transaction(services.sessions) as session:
        version = a_published_version(session, pages=1, tier="gold")
        version.file_facts, ref = [["author", "<b>Ada</b>"], ["changes", "yes"]], version.asset.ref
        gold, brand = a_user(session, a_partner(session, tier="gold")), a_user(session, role=Role.BRAND)
    told = log_in(brand).get(f"/library/{ref}").text
    assert "&lt;b&gt;Ada&lt;/b&gt;" in told
    assert "Changes not accepted" in told
    assert "Ada" not in log_in(gold).get(f"/library/{ref}").text
