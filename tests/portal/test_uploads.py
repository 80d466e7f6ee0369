"""Large files in parts: they resume, are checked, and become an asset only whole; on a folder and on S3."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from content.assets.models import Asset, AssetVersion
from content.uploads import incoming
from content.uploads.incoming import KEPT
from content.uploads.incoming_models import PART_BYTES, IncomingFile, UploadState
from portal.adapters.queue import PUT_TOGETHER
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.services import Services
from portal.worker import TASKS, sweep
from tests.factories import files
from tests.factories.people import a_user
from tests.factories.queue import work_off_queue
from tests.factories.uploads import VIDEO, Sender, sweep_uploads
from tests.fixtures.browsers import LogIn
from tests.fixtures.portal import Clock
from tests.fixtures.stores import as_houses_store

PDF = files.a_pdf("One", "Zebra")


@pytest.fixture
def services(services: Services, request: pytest.FixtureRequest) -> Services:
    return as_houses_store(services, request)


def a_brand_person(services: Services) -> Any:
    with transaction(services.sessions) as session:
        return a_user(session, role=Role.BRAND)


def count_of(services: Services, table: type) -> int:
    with services.sessions() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def create(brand: FlaskClient, upload: str, **fields: str) -> Any:
    form = {"title": "Orchard Row", "kind": "video", "audience": "all", "language": "en", "upload": upload}
    return brand.post("/library", data=form | fields)


def test_a_film_goes_up_in_parts_and_is_an_asset_when_the_form_comes(
    services: Services, brand: FlaskClient
) -> None:
    sender = Sender(brand, VIDEO)
    begun = sender.announce()
    assert (begun["state"], begun["parts"], begun["partSize"]) == ("open", {}, PART_BYTES)
    sender.send(begun["ref"], 1)
    assert create(brand, begun["ref"]).status_code == 409
    sender.send(begun["ref"], 2)
    assert sender.finish(begun["ref"])["state"] == "arrived"
    assert (count_of(services, Asset), list(services.blobs.keys())) == (0, [])
    sweep_uploads(services)
    state = sender.json("GET", f"/uploads/{begun['ref']}")
    assert (state["state"], state["same"]) == ("stored", [])
    made = create(brand, begun["ref"])
    assert (made.status_code, made.headers["Location"]) == (303, "/library/orchard-row")
    with services.sessions() as session:
        version = session.scalars(select(AssetVersion)).one()
        assert (version.blob_sha256, version.size) == (hashlib.sha256(VIDEO).hexdigest(), len(VIDEO))
    # the form that is sent twice
    assert create(brand, begun["ref"]).headers["Location"] == "/library/orchard-row"
    assert count_of(services, Asset) == 1


def test_f1_a_file_that_is_chosen_again_goes_on_where_it_stopped(
    services: Services, brand: FlaskClient
) -> None:
    sender = Sender(brand, VIDEO)
    begun = sender.announce()
    sender.send(begun["ref"], 1)
    again = sender.announce()
    assert (again["ref"], list(again["parts"])) == (begun["ref"], ["1"])
    assert again["parts"]["1"] == hashlib.sha256(VIDEO[:PART_BYTES]).hexdigest()
    assert sender.finish(begun["ref"])["missing"] == [2]
    assert "film.mp4" in brand.get("/library/new").text
    # with another size or date it is another file
    assert sender.announce(modified=2)["ref"] != begun["ref"]


def test_a_file_that_changes_while_it_goes_up_is_refused_in_words(
    services: Services, brand: FlaskClient
) -> None:
    sender = Sender(brand, VIDEO)
    ref = sender.announce()["ref"]
    sender.send(ref, 1)
    damaged = sender.send(ref, 2, b"x" * (len(VIDEO) - PART_BYTES))
    assert (damaged["again"], damaged["sentence"]) == (True, "Part 2 arrived damaged; it is sent again.")
    other = replace(sender, data=b"y" * len(VIDEO))
    assert (
        "changed while it went up"
        in other.json(
            "POST", f"/uploads/{ref}/parts/1", headers={"X-Part-SHA256": hashlib.sha256(b"y").hexdigest()}
        )["sentence"]
    )
    # what the store took without our knowing is found when it is read once
    with services.sessions() as session:
        parts = session.scalars(select(IncomingFile)).one().parts
    services.blobs.put_part(parts, 2, io.BytesIO(b"z" * (len(VIDEO) - PART_BYTES)))
    sender.finish(ref)
    sweep_uploads(services)
    refused = sender.json("GET", f"/uploads/{ref}")
    assert (refused["state"], "changed" in refused["sentence"]) == ("refused", True)
    assert create(brand, ref).status_code == 409
    assert count_of(services, Asset) == 0


def test_a_film_that_takes_long_to_put_together_is_put_together_once(
    services: Services, brand: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sweep finds it again and again meanwhile."""
    sender = Sender(brand, VIDEO)
    ref = sender.announce()["ref"]
    for number in (1, 2):
        sender.send(ref, number)
    sender.finish(ref)
    with services.sessions() as session:
        (upload_id,) = incoming.waiting(session)
    together, store = TASKS[PUT_TOGETHER], type(services.blobs)
    joined, join = [], store.join_parts

    def slowly(*found: Any, **more: Any) -> Any:
        joined.append(ref)
        together(services, upload_id)
        return join(*found, **more)

    monkeypatch.setattr(store, "join_parts", slowly)
    together(services, upload_id)
    assert joined == [ref]
    assert sender.json("GET", f"/uploads/{ref}")["state"] == "stored"


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.pdf", b"", "is empty"),
        ("logo.svg", b"<svg onload=alert(1)>", "PNG"),
        ("deck.pptm", b"PK\x03\x04", "macros"),
        ("run.exe", b"MZ", "not a kind of file"),
    ],
)
def test_r11_what_the_portal_does_not_take_is_said_before_it_is_sent(
    brand: FlaskClient, name: str, data: bytes, sentence: str
) -> None:
    assert sentence in Sender(brand, data, name).announce()["sentence"]


def test_the_same_file_is_offered_as_the_asset_that_it_is(services: Services, brand: FlaskClient) -> None:
    create(brand, Sender(brand, PDF, "one.pdf").whole(services))
    sha256 = hashlib.sha256(PDF).hexdigest()
    here = [{"ref": "orchard-row", "title": "Orchard Row", "version": 1}]
    assert brand.get(f"/uploads/same?sha256={sha256}").get_json() == {"same": here}
    assert brand.get(f"/uploads/same?sha256={'0' * 64}").get_json() == {"same": []}
    again = Sender(brand, PDF, "two.pdf")
    ref = again.whole(services)
    assert again.json("GET", f"/uploads/{ref}")["same"] == here
    # keep both, or the next version of the one that is there
    assert create(brand, ref).headers["Location"] == "/library/orchard-row-2"
    third = Sender(brand, PDF, "three.pdf").whole(services)
    assert third in brand.get(f"/library/orchard-row/versions/new?upload={third}").text
    brand.post("/library/orchard-row/versions", data={"upload": third, "what_changed": ""})
    work_off_queue(services)
    assert "Version 2" in brand.get("/library/orchard-row").text


def test_r2_nobody_reaches_the_upload_of_somebody_else(
    services: Services, brand: FlaskClient, log_in: LogIn
) -> None:
    ref = Sender(brand, PDF, "one.pdf").whole(services)
    other = log_in(a_brand_person(services))
    assert other.get(f"/uploads/{ref}").status_code == 404
    assert other.post(f"/uploads/{ref}/cancel").status_code == 404
    assert create(other, ref).status_code == 404
    assert Sender(other, PDF, "one.pdf").announce()["ref"] != ref


def test_what_nobody_comes_back_for_is_swept_and_what_is_cancelled_goes_at_once(
    services: Services, brand: FlaskClient, clock: Clock
) -> None:
    sender = Sender(brand, VIDEO)
    first = sender.announce()["ref"]
    sender.send(first, 1)
    brand.post(f"/uploads/{first}/cancel")
    assert count_of(services, IncomingFile) == 0
    sender.send(sender.announce()["ref"], 1)
    with services.sessions() as session:
        parts = session.scalars(select(IncomingFile.parts)).one()
    clock.move(KEPT - timedelta(hours=1))
    sweep(services)
    assert services.blobs.part_sizes(parts)
    clock.move(timedelta(hours=2))
    sweep(services)
    assert count_of(services, IncomingFile) == 0
    with pytest.raises(LookupError):
        services.blobs.part_sizes(parts)


def test_f8_a_store_that_is_away_is_said_and_the_upload_goes_on_when_it_is_back(
    services: Services, brand: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = Sender(brand, PDF, "one.pdf")
    ref = sender.announce()["ref"]

    def away(*_: object, **__: object) -> None:
        raise ConnectionError("the store is away")

    store = type(services.blobs)
    for name in ("put_part", "part_sizes", "join_parts"):
        monkeypatch.setattr(store, name, away)
    answer = sender.send(ref, 1, PDF)
    assert (answer["again"], "file store does not answer" in answer["sentence"]) == (True, True)
    monkeypatch.undo()
    sender.send(ref, 1)
    monkeypatch.setattr(store, "join_parts", away)
    assert sender.finish(ref)["state"] == UploadState.ARRIVED
    assert create(brand, ref).status_code == 409
    monkeypatch.undo()
    sweep_uploads(services)
    assert create(brand, ref).status_code == 303
