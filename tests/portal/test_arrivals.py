"""A folder of files as drafts, published at once and taken back at once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from content.assets.models import Asset, AssetState, AssetVersion
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.factories import files
from tests.factories.people import a_user
from tests.factories.queue import work_off_queue
from tests.factories.uploads import Sender
from tests.fixtures.browsers import LogIn
from tests.fixtures.portal import Clock

BATCH = "a-folder-of-a-drive"


def a_draft(brand: FlaskClient, services: Services, data: bytes, name: str, **fields: str) -> Any:
    sender = Sender(brand, data, name)
    ref = sender.announce(batch=BATCH)["ref"]
    sender.send(ref, 1)
    sender.finish(ref)
    form = {"title": name, "kind": "document", "audience": "all", "language": "en", "upload": ref} | fields
    answer = brand.post("/library/arrivals", data=form)
    assert brand.post("/library/arrivals", data=form).get_json() == answer.get_json()
    return answer


def states(services: Services) -> list[AssetState]:
    with services.sessions() as session:
        return list(session.scalars(select(Asset.state).order_by(Asset.title)))


def test_all_that_are_ready_are_published_together_and_taken_back_together(
    services: Services, brand: FlaskClient, clock: Clock
) -> None:
    a_draft(brand, services, files.a_pdf("One"), "a.pdf")
    a_draft(brand, services, b"%PDF-1.4 broken", "b.pdf")
    a_draft(brand, services, files.a_pdf("Three"), "c.pdf", audience="")
    a_draft(brand, services, files.a_pdf("Four"), "d.pdf", product="Second Kettle")
    assert "4 files are still being read" in brand.get(f"/library/arrivals/{BATCH}").text
    work_off_queue(services)
    assert "Publish all 2 that are ready" in brand.get(f"/library/arrivals/{BATCH}").text
    draft, published = AssetState.DRAFT, AssetState.PUBLISHED
    done = brand.post(f"/library/arrivals/{BATCH}/publish", follow_redirects=True).text
    assert states(services) == [published, draft, draft, published]
    assert "2 assets are published." in done
    undo = f"/library/arrivals/{BATCH}/withdraw"
    assert undo in done
    at = clock().isoformat()
    brand.post(undo, query_string={"at": at})
    assert states(services) == [draft] * 4
    # what was published by another click stays
    brand.post(f"/library/arrivals/{BATCH}/publish")
    with services.sessions() as session:
        assert set(session.scalars(select(Asset.published_at))) == {clock(), None}


def test_r1_the_folder_of_somebody_else_is_not_there(
    services: Services, brand: FlaskClient, log_in: LogIn
) -> None:
    a_draft(brand, services, files.a_pdf("One"), "a.pdf")
    with transaction(services.sessions) as session:
        person = a_user(session, role=Role.BRAND)
    other = log_in(person)
    assert other.get(f"/library/arrivals/{BATCH}").status_code == 404
    assert other.post(f"/library/arrivals/{BATCH}/publish").status_code == 404
    assert other.post(f"/library/arrivals/{BATCH}/withdraw?at=2026-06-15T10:00:00Z").status_code == 404


def test_a_preview_shows_what_the_names_say_and_escapes_them(brand: FlaskClient) -> None:
    paths = ["x/<img src=x onerror=alert(1)>/a'\"b.pdf", "x/run.exe"]
    page = brand.post("/library/new/folder", data={"paths": json.dumps(paths)}).text
    assert "<img" not in page
    assert "1 file can be uploaded." in page
    assert "not a kind of file" in page
    assert brand.post("/library/new/folder", data={"paths": "nonsense"}).status_code == 200


def test_what_nobody_may_see_is_said_and_given_an_audience_for_the_whole_folder(
    services: Services, brand: FlaskClient
) -> None:
    folder = f"/library/arrivals/{BATCH}"
    a_draft(brand, services, files.a_pdf("One"), "a.pdf", audience="")
    a_draft(brand, services, b"%PDF-1.4 broken", "z.pdf", audience="")
    work_off_queue(services)
    page = brand.get(folder).text
    assert "No partner may see 2 of them yet." in page
    assert page.index("z.pdf") < page.index("a.pdf")
    ids = page.split('name="action" value="edit"><input type="hidden" name="id" value="')[1].split('"')[0]
    chosen = {"action": "edit", "id": ids, "form_page": folder}
    assert "Edit 2 assets" in brand.post("/content/bulk", data=chosen).text
    edit = {"action": "edit", "id": ids, "sent": "1", "audience": "all", "back": folder}
    assert brand.post("/content/bulk/apply", data=edit).location == folder
    assert "Publish the 1 that is ready" in brand.get(folder).text


COMMON = {"language": "en", "audience": "tier:gold", "stage": "evaluate"}


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("language", "Deutsch", "write de"),
        ("audience", "partner:GONE", "There is no partner GONE."),
        ("audience", "shoe:42", "is not an audience"),
        ("owner", "4711", "Whom you chose cannot own content now."),
        ("stage", "buying", "is no journey stage"),
    ],
)
def test_what_every_file_would_be_refused_for_is_said_before_the_first_goes_up(
    services: Services, brand: FlaskClient, field: str, value: str, sentence: str
) -> None:
    assert brand.post("/library/arrivals/check", data=COMMON).get_json() == {}
    answer = brand.post("/library/arrivals/check", data=COMMON | {field: value})
    assert answer.status_code == 422
    assert answer.get_json()["field"] == field
    assert sentence in answer.get_json()["sentence"]
    assert states(services) == []


def test_of_a_folder_nothing_is_published_that_the_store_has_lost(
    services: Services, brand: FlaskClient
) -> None:
    a_draft(brand, services, files.a_pdf("One"), "a.pdf")
    a_draft(brand, services, files.a_pdf("Two"), "b.pdf")
    work_off_queue(services)
    with services.sessions() as session:
        lost = session.scalars(select(AssetVersion).order_by(AssetVersion.id)).first()
    assert lost is not None
    services.blobs.delete(lost.blob_sha256 or "")
    page = brand.post(f"/library/arrivals/{BATCH}/publish", follow_redirects=True).text
    assert "1 asset is published." in page
    assert "The store has lost the file of “a.pdf”; upload it again." in page
    assert states(services) == [AssetState.DRAFT, AssetState.PUBLISHED]
