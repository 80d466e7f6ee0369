"""/api/v1/openapi.json: what it points at is in it, and what it says of a form is what the form takes."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from content.uploads.manifest import COLUMNS
from partners.api_keys import Scope, create_key
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.factories.people import a_brand, a_user

Found = dict[str, Any]


@pytest.fixture
def described(client: FlaskClient) -> Found:
    found: Found = client.get("/api/v1/openapi.json").get_json()
    return found


def test_every_reference_leads_to_a_part_of_the_description(described: Found) -> None:
    named = set(references(described))
    assert "#/components/schemas/Signal" in named
    for reference in named:
        part: Any = described
        for step in reference.removeprefix("#/").split("/"):
            part = part[step]


def test_the_forms_of_assets_and_versions_are_told_field_by_field(described: Found) -> None:
    asset, version = (form(described, path) for path in ("/api/v1/assets", "/api/v1/assets/{ref}/versions"))
    assert set(asset["properties"]) == {column.name for column in COLUMNS}
    assert asset["required"] == ["file", "title", "kind"]
    assert (set(version["properties"]), version["required"]) == ({"file"}, ["file"])
    assert asset["additionalProperties"] is version["additionalProperties"] is False


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"state": "published"}, "There is no field “state”."),
        ({"file": "The next version."}, "Choose a file, or give a web address."),
    ],
)
def test_r4_a_version_takes_a_file_and_no_field_beside_it(
    app: Flask, services: Services, given: Found, sentence: str
) -> None:
    with transaction(services.sessions) as session:
        person = a_user(session, a_brand(session), Role.BRAND)
        key = create_key(session, person, Scope.WRITE, at=services.clock())
    refused = app.test_client().post(
        "/api/v1/assets/study/versions",
        headers={"Authorization": f"Bearer {key}"},
        data={"file": (io.BytesIO(b"The next version."), "next.txt"), **given},
    )
    assert (refused.status_code, refused.get_json()["title"]) == (422, sentence)


def form(described: Found, path: str) -> Found:
    body = described["paths"][path]["post"]["requestBody"]
    found: Found = body["content"]["multipart/form-data"]["schema"]
    return found


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"]
        for inner in part.values():
            yield from references(inner)
    if isinstance(part, list):
        for inner in part:
            yield from references(inner)
