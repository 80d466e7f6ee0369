"""What a file says about who made it, and where: for its uploader to see before others do (ASVS 14.2.8)."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pypdfium2 as pdfium
from lxml import etree
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

from content.reading.result import Fact, cleaned

LONGEST = 120
MOST_XML = 8 * 1024 * 1024
OF_PDF = {"Author": "author", "Company": "company", "Creator": "program"}
OF_OFFICE = {
    "docProps/core.xml": {"creator": "author", "lastModifiedBy": "saved_by"},
    "docProps/app.xml": {"Company": "company", "Manager": "manager", "Application": "program"},
}
OF_IMAGE = {Base.Artist: "author", Base.XPAuthor: "author", Base.Copyright: "copyright", Base.Model: "camera"}
# w:ins and w:del are changes that nobody has accepted yet
CHANGES = (b"<w:ins ", b"<w:del ")


def facts_of(format_: str, source: Path) -> tuple[Fact, ...]:
    """Facts in a fixed order, none twice; of a format that carries none, nothing."""
    office = dict.fromkeys(("word", "powerpoint", "excel"), _of_office)
    finder = (office | {"pdf": _of_pdf, "image": _of_image}).get(format_)
    if finder is None:
        return ()
    found = (Fact(fact.name, cleaned(" ".join(fact.value.split()))[:LONGEST]) for fact in finder(source))
    return tuple(dict.fromkeys(fact for fact in found if fact.value))


def _of_pdf(source: Path) -> Iterator[Fact]:
    document = pdfium.PdfDocument(source)
    told = document.get_metadata_dict(skip_empty=True)
    for key, name in OF_PDF.items():
        if key in told:
            yield Fact(name, told[key])
    document.close()


def _of_image(source: Path) -> Iterator[Fact]:
    with Image.open(source) as picture:
        exif = picture.getexif()
        for tag, name in OF_IMAGE.items():
            value = exif.get(tag)
            if isinstance(value, bytes):
                value = value.decode("utf-16-le", "ignore")
            if value:
                yield Fact(name, str(value))
        place = exif.get_ifd(IFD.GPSInfo)
    if GPS.GPSLatitude in place and GPS.GPSLongitude in place:
        north = _degrees(place[GPS.GPSLatitude], place.get(GPS.GPSLatitudeRef) == "S")
        east = _degrees(place[GPS.GPSLongitude], place.get(GPS.GPSLongitudeRef) == "W")
        yield Fact("place", f"{north:.5f}, {east:.5f}")


def _degrees(parts: tuple[float, float, float], is_negative: object) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    return -value if is_negative else value


def _of_office(source: Path) -> Iterator[Fact]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    with zipfile.ZipFile(source) as archive:
        names = set(archive.namelist())
        for part, wanted in OF_OFFICE.items():
            if part not in names:
                continue
            with archive.open(part) as file:
                root = etree.fromstring(file.read(MOST_XML), parser)
            for element in root:
                name = wanted.get(etree.QName(element).localname)
                if name and element.text:
                    yield Fact(name, element.text)
        if any("comments" in name.lower() for name in names):
            yield Fact("comments", "yes")
        if "word/document.xml" in names:
            with archive.open("word/document.xml") as file:
                text = file.read(MOST_XML)
            if any(mark in text for mark in CHANGES):
                yield Fact("changes", "yes")
