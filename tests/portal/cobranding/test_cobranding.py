"""Documents with a partner's name on them: the zone, the copy, whose it is, and when it ends."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select

from content.assets.cobranding_models import (
    BrandingZone,
    CobrandedFile,
    WantedCopy,
    ZoneAlignment,
    ZoneBackground,
)
from content.assets.models import Asset, AssetVersion, Processing
from content.editing.branding_zones import Zone
from content.processing import wanted_copies
from content.processing.cobranding import BrandingJob, Signature, cobranded
from content.processing.leases import MOST_TRIES
from content.processing.wanted_copies import LEASE
from content.usage.usage_models import Download
from partners.models import Organisation
from portal import worker
from portal.kernel.db import reading, transaction
from portal.kernel.ports import BlobStore
from portal.services import Services
from tests.factories import files
from tests.factories.partners_copies import (
    LONG,
    PLACE,
    World,
    fetched,
    name_itself,
    our_copy,
    words_of,
)
from tests.factories.queue import work_off_queue
from tests.factories.usage import a_version
from tests.fixtures.browsers import LogIn
from tests.fixtures.portal import Clock


def test_a_partner_gets_the_document_with_its_own_name_and_no_other(
    services: Services, world: World, log_in: LogIn
) -> None:
    brand, gold, other = log_in(world.brand), log_in(world.gold), log_in(world.other)
    assert gold.get("/library/study/with-our-name").status_code == 404
    assert brand.post("/library/study/zone", data=PLACE).status_code == 303
    assert gold.get("/library/study/with-our-name").status_code == 409
    assert name_itself(gold) == 303
    # R19: Typst sets what people write, and never runs it
    assert name_itself(other, "Otto #lorem(2)") == 303
    got = our_copy(services, log_in(world.colleague))
    cover, second = words_of(got.data)
    assert got.headers["Content-Type"] == "application/pdf"
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert "Mara Okafor" not in cover
    assert "Words of page two" in second
    assert "株式会社ミナト音響" in second
    assert "mara@tidewell.example" in second
    theirs = words_of(our_copy(services, other).data)[1]
    assert "Otto #lorem(2)" in theirs
    assert "Mara" not in theirs
    assert fetched(gold, "/library/study/with-our-name/page").headers["Content-Type"] == "image/webp"
    assert brand.get("/library/study/with-our-name").status_code == 403
    assert log_in(world.silver).get("/library/study/with-our-name").status_code == 404
    with reading(services.sessions) as session:
        assert len(session.scalars(select(CobrandedFile)).all()) == 2
        kept = session.scalars(select(Download).order_by(Download.id)).all()
    assert [row.is_cobranded for row in kept] == [True, True]
    told = brand.get("/reports/usage/study/who.csv").text
    assert told.count("downloaded_with_name") == 2


def test_the_same_copy_has_the_same_bytes_and_is_made_once(
    services: Services, blobs: BlobStore, world: World
) -> None:
    with reading(services.sessions) as session:
        version = session.scalars(select(AssetVersion)).one()
        partner = session.scalars(select(Organisation).where(Organisation.ref == "GOLD")).one()
    source = blobs.put(io.BytesIO(files.a_pdf("Cover"))).sha256
    zone = Zone(1, 1000, 8000, 500, 200, ZoneBackground.DARK, ZoneAlignment.CENTER)
    job = BrandingJob(version.id, partner.id, source, zone, Signature(LONG * 3, "x" * 100, None))
    first = cobranded(services.sessions, blobs, job, at=services.clock())
    assert cobranded(services.sessions, blobs, job, at=services.clock()).id == first.id
    with transaction(services.sessions) as session:
        session.delete(session.get_one(CobrandedFile, first.id))
    assert cobranded(services.sessions, blobs, job, at=services.clock()).file_sha256 == first.file_sha256


@pytest.mark.parametrize(
    "wrong",
    [{"page": "3"}, {"x": "60"}, {"x": "-1"}, {"width": "1"}, {"height": "nan"}, {"background": "red"}],
)
def test_a_zone_stands_on_its_page(
    wrong: dict[str, str], services: Services, world: World, log_in: LogIn
) -> None:
    answer = log_in(world.brand).post("/library/study/zone", data=PLACE | wrong)
    assert answer.status_code == 422
    with reading(services.sessions) as session:
        assert session.scalars(select(BrandingZone)).all() == []


@pytest.mark.parametrize("drawing", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a", b""])
def test_r11_a_logo_is_a_picture_that_was_drawn_anew(drawing: bytes, world: World, log_in: LogIn) -> None:
    sent = {"contact": "Mara", "logo": (io.BytesIO(drawing), "logo.png")}
    assert log_in(world.gold).post("/our-name", data=sent).status_code == 422
    assert log_in(world.gold).post("/our-name", data={"contact": "a\nb\nc\nd\ne"}).status_code == 422
    assert log_in(world.brand).post("/our-name", data={"contact": "Mara"}).status_code == 403
    assert log_in(world.colleague).get("/our-name").status_code == 403


def test_a_new_version_proposes_the_place_and_does_not_take_it(
    services: Services, world: World, log_in: LogIn
) -> None:
    brand = log_in(world.brand)
    brand.post("/library/study/zone", data=PLACE)
    with transaction(services.sessions) as session:
        pdf = services.blobs.put(io.BytesIO(files.a_pdf("a", "b", "c", "d")))
        a_version(session, session.scalars(select(Asset)).one(), number=2, blob_sha256=pdf.sha256)
    page = brand.get("/library/study/zone").text
    assert 'value="12.5"' in page
    assert "Not kept yet" in page


def test_the_brand_looks_at_it_as_the_partner_does_and_nothing_is_counted(
    services: Services, world: World, log_in: LogIn
) -> None:
    brand = log_in(world.brand)
    brand.post("/library/study/zone", data=PLACE)
    gold = log_in(world.gold)
    name_itself(gold)
    assert brand.post("/content/view-as", data={"partner": "GOLD", "language": "en"}).status_code == 303
    for page in ("", "/view", "/our-copy"):
        # what it cannot do is shown, and why not
        shown = brand.get(f"/library/study{page}").text
        assert "can ask for its copy." in shown
        assert 'action="/library/study/with-our-name"' not in shown
    gold.post("/library/study/with-our-name")
    work_off_queue(services)
    assert "With our name" in brand.get("/library/study").text
    assert "Mara Okafor" in words_of(fetched(brand, "/library/study/with-our-name").data)[1]
    with reading(services.sessions) as session:
        assert session.scalars(select(Download)).all() == []


def test_a_copy_is_made_in_the_background_and_its_page_says_how_far_it_is(
    services: Services, world: World, log_in: LogIn
) -> None:
    brand, gold = log_in(world.brand), log_in(world.gold)
    brand.post("/library/study/zone", data=PLACE)
    name_itself(gold)
    assert "There is no copy" in gold.get("/library/study/our-copy").text
    assert gold.get("/library/study/with-our-name").location == "/library/study/our-copy"
    assert 'action="/library/study/with-our-name"' in gold.get("/library/study").text
    page = gold.post("/library/study/with-our-name", follow_redirects=True).text
    assert "Your copy is being made." in page
    assert 'hx-get="/library/study/our-copy/state"' in page
    assert 'action="/library/study/with-our-name"' in gold.get("/library/study/view?name=ours").text
    # the queue lost the task: the sweep finds it
    worker.sweep(services)
    assert services.queue.waiting() > 0
    work_off_queue(services)
    state = gold.get("/library/study/our-copy/state").text
    assert "is ready." in state
    assert "hx-get" not in state
    assert "with-our-name/page" in gold.get("/library/study/view?name=ours&page=2").text
    gold.post("/library/study/with-our-name")
    with reading(services.sessions) as session:
        assert session.scalars(select(WantedCopy)).all() == []
    name_itself(gold, "Mara Okafor\nanother@tidewell.example")
    assert "There is no copy" in gold.get("/library/study/our-copy").text
    assert "another@tidewell.example" in words_of(our_copy(services, gold).data)[1]
    worker.sweep(services)
    with reading(services.sessions) as session:
        assert len(session.scalars(select(CobrandedFile)).all()) == 1


def test_a_copy_that_cannot_be_made_says_why_and_is_tried_again_when_asked(
    services: Services, world: World, log_in: LogIn
) -> None:
    brand, gold = log_in(world.brand), log_in(world.gold)
    brand.post("/library/study/zone", data=PLACE)
    name_itself(gold)
    with reading(services.sessions) as session:
        sha256 = session.scalars(select(AssetVersion.blob_sha256)).one()
    assert sha256 is not None
    services.blobs.delete(sha256)
    our_copy(services, gold)
    page = gold.get("/library/study/our-copy").text
    assert "Your copy could not be made." in page
    assert "missing from the store" in page
    services.blobs.put(io.BytesIO(files.a_pdf("Cover", "Words of page two")))
    assert our_copy(services, gold).status_code == 200


def test_f_a_worker_that_was_killed_is_followed_by_another_three_times(
    services: Services, clock: Clock, world: World, log_in: LogIn
) -> None:
    log_in(world.brand).post("/library/study/zone", data=PLACE)
    gold = log_in(world.gold)
    name_itself(gold)
    gold.post("/library/study/with-our-name")
    for _time in range(MOST_TRIES):
        with transaction(services.sessions) as session:
            wanted = session.scalars(select(WantedCopy)).one()
            wanted.processing, wanted.tries = Processing.PROCESSING, wanted.tries + 1
            wanted.lease_until = clock() + LEASE
            assert wanted_copies.waiting(session, at=clock()) == []
        clock.move(LEASE)
    work_off_queue(services)
    assert "interrupted 3 times" in gold.get("/library/study/our-copy").text
