"""Uploading, publishing and handing out files, as people meet them; on a folder and on S3."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select
from werkzeug.test import TestResponse

from content.assets.models import Asset, AssetState
from content.finding.indexing import keep_index
from content.finding.search_models import IndexedAsset
from content.usage.usage_models import Download
from portal.adapters.local_files import LocalFiles
from portal.adapters.s3 import S3Store
from portal.app import create_app
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.services import EXTENSION, Services
from tests.factories import files
from tests.factories.choking import choking_on
from tests.factories.library import a_found_asset
from tests.factories.people import a_partner, a_user
from tests.factories.queue import work_off_queue
from tests.fixtures.browsers import LogIn
from tests.fixtures.portal import Clock
from tests.fixtures.stores import as_houses_store

STUDY = "/library/orchard-row"
DOORS = (
    "",
    "/thumbnail",
    "/versions/1/pages/1/image",
    "/versions/1/pages/1/thumbnail",
    "/versions/1/pages/1/text",
    "/download",
    "/versions/1/download",
)
NOBODY = "http://127.0.0.1:9"
PICTURES = [door for door in DOORS if door.endswith(("thumbnail", "image"))]


@pytest.fixture
def services(services: Services, request: pytest.FixtureRequest) -> Services:
    return as_houses_store(services, request)


def upload(brand: FlaskClient, data: bytes, name: str = "study.pdf", **fields: str) -> TestResponse:
    form = {"title": "Orchard Row", "kind": "case_study", "audience": "tier:gold", "language": "en"} | fields
    return brand.post("/library", data={**form, "file": (io.BytesIO(data), name)})


def published(brand: FlaskClient, services: Services, data: bytes, **fields: str) -> None:
    assert upload(brand, data, **fields).status_code == 303
    work_off_queue(services)
    assert brand.post(f"{STUDY}/publish").status_code == 303


def test_a_study_is_uploaded_read_published_and_opened_by_its_audience_alone(
    services: Services, brand: FlaskClient, gold: FlaskClient, silver: FlaskClient
) -> None:
    assert upload(brand, files.a_pdf("One", "Zebra")).headers["Location"] == STUDY
    waiting = brand.get(f"{STUDY}/processing")
    assert "hx-trigger" in waiting.text
    assert "HX-Refresh" not in waiting.headers
    work_off_queue(services)
    assert brand.get(f"{STUDY}/processing").headers["HX-Refresh"] == "true"
    assert {gold.get(STUDY + door).status_code for door in DOORS} == {404}
    brand.post(f"{STUDY}/publish")
    for door in DOORS:
        assert gold.get(STUDY + door).status_code in {200, 302}, door
        assert silver.get(STUDY + door).status_code == 404, door
    assert gold.get(f"{STUDY}/versions/1/pages/2/text").text == "Zebra"


@pytest.mark.parametrize("step", ["retire", "withdraw"])
def test_what_is_taken_back_is_gone_at_once_and_the_undo_brings_it_back(
    services: Services, brand: FlaskClient, gold: FlaskClient, step: str
) -> None:
    published(brand, services, files.a_pdf("One"))
    assert brand.post(f"{STUDY}/{step}").status_code == 303
    assert {gold.get(STUDY + door).status_code for door in DOORS} == {404}
    brand.post(f"{STUDY}/publish")
    assert gold.get(STUDY).status_code == 200


def test_a_new_version_replaces_the_one_before_as_soon_as_it_is_ready(
    services: Services, brand: FlaskClient, gold: FlaskClient
) -> None:
    published(brand, services, files.a_pdf("Old words"))
    data = {"what_changed": "New figures", "file": (io.BytesIO(files.a_pdf("New words")), "b.pdf")}
    assert brand.post(f"{STUDY}/versions", data=data).status_code == 303
    assert gold.get(f"{STUDY}/versions/2/download").status_code == 404
    assert "Version 1" in gold.get(STUDY).text
    work_off_queue(services)
    assert "New figures" in gold.get(STUDY).text
    assert gold.get(f"{STUDY}/versions/2/pages/1/text").text == "New words"


def test_a_broken_file_is_kept_said_and_never_shown_to_partners(
    services: Services, brand: FlaskClient, gold: FlaskClient
) -> None:
    upload(brand, files.an_encrypted_pdf(), audience="all")
    work_off_queue(services)
    assert "encrypted" in brand.get(STUDY).text
    assert "encrypted" in brand.post(f"{STUDY}/publish").text
    assert {gold.get(STUDY + door).status_code for door in DOORS} == {404}
    assert brand.get(f"{STUDY}/versions/1/download").status_code in {200, 302}
    assert brand.post(f"{STUDY}/versions/1/retry").status_code == 303


def test_what_the_portal_does_not_take_is_refused_in_words_and_nothing_is_kept(
    services: Services, brand: FlaskClient
) -> None:
    answers = [
        upload(brand, b"MZ", "virus.exe"),
        upload(brand, files.a_pdf("x"), title=" "),
        upload(brand, files.a_pdf("x"), kind="novel"),
        upload(brand, files.a_pdf("x"), audience="shoe:42"),
        upload(brand, files.a_pdf("x"), review_on="soon"),
        brand.post("/library", data={"title": "No file", "kind": "deck"}),
        brand.post("/library", data={"title": "x", "kind": "link", "url": "javascript:alert(1)"}),
    ]
    assert {answer.status_code for answer in answers} == {422}
    assert "not a kind of file" in answers[0].text
    with services.sessions() as session:
        assert session.scalar(select(func.count(Asset.id))) == 0


def test_only_the_brand_uploads(gold: FlaskClient, brand: FlaskClient, services: Services) -> None:
    published(brand, services, files.a_pdf("One"))
    for path in ("/library/new", "/content", f"{STUDY}/edit", f"{STUDY}/processing"):
        assert gold.get(path).status_code == 403
    for path in ("/library", f"{STUDY}/publish", f"{STUDY}/retire", f"{STUDY}/versions", f"{STUDY}/edit"):
        assert gold.post(path).status_code == 403
    with services.sessions() as session:
        assert session.scalars(select(Asset.state)).all() == [AssetState.PUBLISHED]


def test_a_download_is_counted_once_and_a_look_at_its_head_is_not(
    services: Services, brand: FlaskClient, gold: FlaskClient
) -> None:
    data = files.a_pdf("One")
    published(brand, services, data)
    gold.head(f"{STUDY}/download")
    gold.get(f"{STUDY}/download", headers={"Range": "bytes=100-"})
    answer = gold.get(f"{STUDY}/download")
    with services.sessions() as session:
        assert session.scalar(select(func.count(Download.id))) == 1
    if answer.status_code == 302:
        assert "X-Amz-Expires=60" in answer.headers["Location"]
        assert answer.headers["Cache-Control"] == "no-store"
        return
    assert answer.data == data
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="study.pdf"')
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")


def test_a_sound_is_played_by_ranges(services: Services, brand: FlaskClient, gold: FlaskClient) -> None:
    sound = files.a_sound()
    published(brand, services, sound, name="spot.wav", kind="audio")
    whole = gold.get(f"{STUDY}/versions/1/media")
    assert (whole.data, whole.content_type) == (sound, "audio/wav")
    part = gold.get(f"{STUDY}/versions/1/media", headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.data) == (206, sound[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(sound)}"
    for all_of_it in ("bytes=0-0,5-9", "seconds=0-1"):
        whole = gold.get(f"{STUDY}/versions/1/media", headers={"Range": all_of_it})
        assert (whole.status_code, whole.data) == (200, sound)
    beyond = gold.get(f"{STUDY}/versions/1/media", headers={"Range": f"bytes={len(sound) + 5}-"})
    assert beyond.status_code == 416


@pytest.mark.parametrize("end", ["expiry", "withdrawal"])
def test_a_picture_is_not_sent_twice_and_a_kept_copy_ends_at_once_with_the_asset(
    services: Services, brand: FlaskClient, gold: FlaskClient, clock: Clock, end: str
) -> None:
    published(brand, services, files.a_pdf("One"))
    kept = {door: gold.get(STUDY + door) for door in PICTURES}

    def asked_again() -> list[TestResponse]:
        tags = {door: {"If-None-Match": answer.headers.get("ETag", "")} for door, answer in kept.items()}
        return [gold.get(STUDY + door, headers=headers) for door, headers in tags.items()]

    # S3 keeps nothing: a link of a minute, and the same word on what it leads to
    status, word = (304, "private, no-cache") if may_keep(services) else (302, "no-store")
    assert {answer.headers["Cache-Control"] for answer in kept.values()} == {word}
    assert {(a.status_code, a.headers["Cache-Control"]) for a in asked_again()} == {(status, word)}
    if end == "withdrawal":
        brand.post(f"{STUDY}/withdraw")
    else:
        # set when the copy was there already
        with transaction(services.sessions) as session:
            session.scalars(select(Asset)).one().expires_at = clock.at + timedelta(minutes=5)
        clock.move(timedelta(minutes=5, seconds=-1))
        assert {answer.status_code for answer in asked_again()} == {status}
        clock.move(timedelta(seconds=1))
    assert {answer.status_code for answer in asked_again()} == {404}


def may_keep(services: Services) -> bool:
    """A folder's pictures come from the portal itself."""
    return services.engine.dialect.name == "sqlite"


def test_f8_a_store_that_is_away_is_said_where_a_file_is_asked_for_and_all_else_goes_on(
    app: Flask, services: Services, brand: FlaskClient, gold: FlaskClient, tmp_path: Path
) -> None:
    published(brand, services, files.a_picture(), name="a.png")
    (tmp_path / "no folder").touch()
    away = LocalFiles(tmp_path / "no folder") if may_keep(services) else S3Store("b", endpoint_url=NOBODY)
    app.extensions[EXTENSION] = replace(services, blobs=away)
    # what S3 hands out by a link the portal does not read
    for door in ("/versions/1/media", *(("/download", "/thumbnail") if may_keep(services) else ())):
        refused = gold.get(STUDY + door)
        assert refused.status_code == 503, door
        assert "The file store does not answer just now." in refused.text, door
    assert upload(brand, files.a_pdf("Two"), title="Two").status_code == 503
    pages = ("/", "/library", "/library?q=orchard", STUDY, f"{STUDY}/versions/1/pages/1/words")
    assert {page: gold.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)
    with services.sessions() as session:
        assert session.scalar(select(func.count(Download.id))) == 0
        assert session.scalar(select(func.count(Asset.id))) == 1
    app.extensions[EXTENSION] = services
    assert gold.get(f"{STUDY}/versions/1/media").status_code == 200


def test_an_edit_is_saved_and_the_form_comes_back_as_it_was(
    services: Services, brand: FlaskClient, gold: FlaskClient
) -> None:
    published(brand, services, files.a_pdf("One"), persona="Owner; Media buyer", stage="evaluate")
    page = brand.get(f"{STUDY}/edit").text
    assert 'value="Media buyer" checked' in page
    assert 'value="tier:gold" checked' in page
    form = {"title": "Orchard Row 2", "kind": "deck", "audience": "tier:silver", "language": "en"}
    assert brand.post(f"{STUDY}/edit", data=form).status_code == 303
    assert gold.get(STUDY).status_code == 404
    assert "Orchard Row 2" in brand.get(STUDY).text
    refused = brand.post(f"{STUDY}/edit", data=form | {"title": "", "summary": "kept words"})
    assert refused.status_code == 422
    assert "kept words" in refused.text


def test_a_deck_has_slides_wherever_it_is_shown(
    services: Services, brand: FlaskClient, gold: FlaskClient
) -> None:
    published(brand, services, files.a_deck(("a", "b"), ("c", "d")), name="deck.pptx", kind="deck")
    for address in (STUDY, f"{STUDY}/view", "/library", "/library/changes"):
        assert "2 slides" in gold.get(address).text, address


def test_the_list_of_content_is_filtered(services: Services, brand: FlaskClient) -> None:
    published(brand, services, files.a_pdf("One"))
    upload(brand, files.a_deck(("a", "b")), "deck.pptx", title="Why radio", kind="deck")
    assert "Orchard Row" in brand.get("/content").text
    for query in ("state=draft", "kind=deck", "q=why", "processing=pending"):
        page = brand.get(f"/content?{query}").text
        assert "Why radio" in page
        assert "Orchard Row" not in page


def test_an_upload_needs_the_token_of_its_form(services: Services, app: Flask, brand: FlaskClient) -> None:
    guarded = create_app(services.settings, services)
    browser = guarded.test_client()
    cookie = brand.get_cookie("session")
    assert cookie is not None
    browser.set_cookie("session", cookie.value)
    assert upload(browser, files.a_pdf("x")).status_code == 400
    with services.sessions() as session:
        assert session.scalar(select(func.count(Asset.id))) == 0


def test_who_saves_second_is_told_before_they_write_over_the_first(
    services: Services, brand: FlaskClient, log_in: LogIn
) -> None:
    published(brand, services, files.a_pdf("One"))
    with transaction(services.sessions) as session:
        colleague = a_user(session, role=Role.BRAND)
    other = log_in(colleague)

    def opened(browser: FlaskClient) -> str:
        return browser.get(f"{STUDY}/edit").text.split('name="seen" value="')[1].split('"')[0]

    form = {"title": "Orchard Row", "kind": "case_study", "audience": "tier:gold", "language": "en"}
    mine, theirs = opened(brand), opened(other)
    assert mine == theirs
    other.post(f"{STUDY}/edit", data=form | {"seen": theirs, "summary": "their words"})
    refused = brand.post(f"{STUDY}/edit", data=form | {"seen": mine, "summary": "my words"})
    assert refused.status_code == 409
    assert f"{colleague.name} changed it since you opened this form" in refused.text
    assert "my words" in refused.text
    assert "their words" in brand.get(STUDY).text
    again = refused.text.split('name="seen" value="')[1].split('"')[0]
    assert brand.post(f"{STUDY}/edit", data=form | {"seen": again, "summary": "my words"}).status_code == 303
    assert "my words" in brand.get(STUDY).text


def test_who_writes_and_the_doctor_are_told_what_search_does_not_know(
    app: Flask, services: Services, brand: FlaskClient, log_in: LogIn
) -> None:
    with transaction(services.sessions) as session:
        a_found_asset(session, "Quirky", "radio poison", ref="quirky")
        reader = a_user(session, a_partner(session))
    choking = choking_on("poison", services.search)
    for _ in range(2):
        keep_index(services.sessions, choking, clock=services.clock)
        with transaction(services.sessions) as session:
            session.execute(delete(IndexedAsset).where(IndexedAsset.reason.is_(None)))
    said = "The index did not take it (RecursionError); its title and tags are found."
    assert said in brand.get("/library/quirky").text
    assert "RecursionError" not in log_in(reader).get("/library/quirky").text
    with app.app_context():
        told = app.test_cli_runner().invoke(args=["doctor"]).stdout
    assert "ok  indexed assets: search does not know all that is in quirky; it is tried again" in told
