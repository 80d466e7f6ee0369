"""Partners who put their own name on a document, and what their browsers get."""

from __future__ import annotations

import io
from dataclasses import dataclass
from urllib.request import urlopen

import pypdfium2 as pdfium
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers

from partners.models import User
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.factories import files
from tests.factories.people import a_partner, a_user
from tests.factories.queue import work_off_queue
from tests.factories.usage import a_published_version

PLACE = {
    "page": "2",
    "x": "10",
    "y": "80",
    "width": "60",
    "height": "12.5",
    "background": "white",
    "alignment": "left",
}
LONG = "株式会社ミナト音響 Rheinblick Audiovermarktung und Vertriebsgesellschaft"


@dataclass
class World:
    gold: User
    colleague: User
    other: User
    silver: User
    brand: User


def a_world(services: Services) -> World:
    with transaction(services.sessions) as session:
        pdf = services.blobs.put(io.BytesIO(files.a_pdf("Cover", "Words of page two")))
        version = a_published_version(session, pages=2, tier="gold", blob_sha256=pdf.sha256)
        version.asset.ref = "study"
        gold, other = a_partner(session, "GOLD"), a_partner(session, "OTHER")
        gold.name = LONG
        return World(
            a_user(session, gold, Role.PARTNER_ADMIN),
            a_user(session, gold),
            a_user(session, other, Role.PARTNER_ADMIN),
            a_user(session, a_partner(session, tier="silver")),
            a_user(session, role=Role.BRAND),
        )


def name_itself(browser: FlaskClient, contact: str = "Mara Okafor\nmara@tidewell.example") -> int:
    logo = (io.BytesIO(files.a_picture(300, 100)), "logo.png")
    return browser.post("/our-name", data={"contact": contact, "logo": logo}).status_code


@dataclass
class Fetched:
    """What a browser has in the end: from us, or from the store to which we sent it."""

    status_code: int
    headers: Headers
    data: bytes


def our_copy(services: Services, browser: FlaskClient) -> Fetched:
    """Ask for the copy, let the worker make it, and fetch it."""
    browser.post("/library/study/with-our-name")
    work_off_queue(services)
    return fetched(browser, "/library/study/with-our-name")


def fetched(browser: FlaskClient, path: str) -> Fetched:
    answer = browser.get(path)
    if not (answer.location or "").startswith("http"):
        return Fetched(answer.status_code, answer.headers, answer.data)
    assert answer.headers["Cache-Control"] == "no-store"
    with urlopen(answer.location, timeout=10) as stored:  # noqa: S310  our own S3
        return Fetched(stored.status, Headers(list(stored.headers.items())), stored.read())


def words_of(answer: bytes) -> list[str]:
    document = pdfium.PdfDocument(answer)
    return [page.get_textpage().get_text_range() for page in document]
