"""Nothing is published that cannot be served: the store is asked first; on a folder and on S3."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from content.assets.bulk_models import BulkChange
from content.assets.models import Asset, AssetState, AssetVersion
from portal.adapters.local_files import LocalFiles
from portal.adapters.s3 import S3Store
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.services import EXTENSION, Services
from portal.worker import sweep
from tests.factories import files
from tests.factories.people import a_user
from tests.factories.queue import work_off_queue
from tests.fixtures.browsers import LogIn
from tests.fixtures.portal import Clock
from tests.fixtures.stores import as_houses_store

STUDY = "/library/orchard-row"
SILENT = "The file store does not answer; nothing was published."
LOST = "The store has lost the file of “Orchard Row”; upload it again."
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def services(services: Services, request: pytest.FixtureRequest) -> Services:
    return as_houses_store(services, request)


@pytest.fixture
def brand(services: Services, log_in: LogIn) -> FlaskClient:
    """With a draft that is read: Orchard Row."""
    with transaction(services.sessions) as session:
        user = a_user(session, role=Role.BRAND)
    browser = log_in(user)
    form = {"title": "Orchard Row", "kind": "case_study", "audience": "all", "language": "en"}
    browser.post("/library", data={**form, "file": (io.BytesIO(files.a_pdf("One")), "study.pdf")})
    work_off_queue(services)
    return browser


def without_store(services: Services) -> Services:
    """The same house, its store taken away."""
    if isinstance(services.blobs, LocalFiles):
        return replace(services, blobs=LocalFiles(services.settings.data_dir / "taken-away"))
    return replace(services, blobs=S3Store("gone", endpoint_url=NOWHERE))


def lose_file(services: Services) -> None:
    with services.sessions() as session:
        for sha256 in session.scalars(select(AssetVersion.blob_sha256)):
            services.blobs.delete(sha256 or "")


def the_study(services: Services) -> Asset:
    with services.sessions() as session:
        return session.scalars(select(Asset).where(Asset.ref == "orchard-row")).one()


def bulk_of(services: Services) -> dict[str, str]:
    return {"action": "publish", "id": str(the_study(services).id)}


def test_with_the_store_gone_nothing_is_published_and_it_is_said(
    app: Flask, services: Services, brand: FlaskClient
) -> None:
    app.extensions[EXTENSION] = without_store(services)
    refused = brand.post(f"{STUDY}/publish")
    assert (refused.status_code, SILENT in refused.text) == (503, True)
    assert SILENT in brand.post("/content/bulk", data=bulk_of(services)).text
    brand.post("/content/bulk/apply", data=bulk_of(services))
    assert the_study(services).state is AssetState.DRAFT
    app.extensions[EXTENSION] = services
    assert "It is published." in brand.post(f"{STUDY}/publish", follow_redirects=True).text


def test_a_file_that_the_store_has_lost_is_named(services: Services, brand: FlaskClient) -> None:
    lose_file(services)
    refused = brand.post(f"{STUDY}/publish")
    assert (refused.status_code, LOST in refused.text) == (409, True)
    assert LOST in brand.post("/content/bulk", data=bulk_of(services)).text
    brand.post("/content/bulk/apply", data=bulk_of(services))
    assert the_study(services).state is AssetState.DRAFT


def scheduled(services: Services, brand: FlaskClient, clock: Clock) -> None:
    brand.post(f"{STUDY}/schedule", data={"publish_at": "2026-06-15T12:00"})
    publish_at = the_study(services).publish_at
    assert publish_at is not None
    clock.at = publish_at


def test_a_set_time_waits_for_a_store_that_is_gone_and_is_kept_when_it_is_back(
    services: Services, brand: FlaskClient, clock: Clock
) -> None:
    scheduled(services, brand, clock)
    sweep(without_store(services))
    study = the_study(services)
    assert (study.state, study.publish_problem) == (AssetState.DRAFT, SILENT)
    page = brand.get(STUDY).text
    assert SILENT in page
    assert "tried again" in page
    sweep(services)
    study = the_study(services)
    assert (study.state, study.publish_problem) == (AssetState.PUBLISHED, None)


def test_a_set_time_with_a_lost_file_says_so_and_ends(
    services: Services, brand: FlaskClient, clock: Clock
) -> None:
    scheduled(services, brand, clock)
    lose_file(services)
    sweep(services)
    study = the_study(services)
    assert (study.state, study.publish_at, study.publish_problem) == (AssetState.DRAFT, None, LOST)


def test_an_older_version_whose_file_is_lost_does_not_come_back(
    services: Services, brand: FlaskClient
) -> None:
    brand.post(f"{STUDY}/publish")
    lose_file(services)
    second = {"what_changed": "", "file": (io.BytesIO(files.a_pdf("Two")), "study.pdf")}
    brand.post(f"{STUDY}/versions", data=second)
    work_off_queue(services)
    assert LOST in brand.post(f"{STUDY}/versions/1/restore").text
    assert len(the_versions(services)) == 2


def the_versions(services: Services) -> list[int]:
    with services.sessions() as session:
        return list(session.scalars(select(AssetVersion.number)))


def test_an_undo_brings_nothing_back_that_cannot_be_served(
    app: Flask, services: Services, brand: FlaskClient
) -> None:
    brand.post("/content/bulk/apply", data=bulk_of(services))
    brand.post("/content/bulk/apply", data=bulk_of(services) | {"action": "retire"})
    with services.sessions() as session:
        undo = f"/content/changes/{session.scalar(select(func.max(BulkChange.id)))}/undo"
    app.extensions[EXTENSION] = without_store(services)
    assert brand.post(undo).status_code == 503
    app.extensions[EXTENSION] = services
    lose_file(services)
    assert LOST in brand.post(undo, follow_redirects=True).text
    assert the_study(services).state is AssetState.RETIRED
