"""What browsers keep for good, and what goes to them packed."""

from __future__ import annotations

import re
from gzip import decompress

import pytest
from flask.testing import FlaskClient

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PACKED = {"Accept-Encoding": "gzip"}
ADDRESS = re.compile(r'(?:href|src)="(/static/[^"]+)"')


def test_every_file_that_a_page_names_is_there_and_kept_for_good(client: FlaskClient) -> None:
    named = ADDRESS.findall(client.get("/login").text)
    assert len(named) >= 5
    for address in named:
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_a_page_of_another_release_gets_its_files_and_keeps_them_for_minutes(client: FlaskClient) -> None:
    answer = client.get("/static/another/js/shell.js")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "public, max-age=300")


def test_the_one_style_sheet_names_fonts_that_are_there(client: FlaskClient) -> None:
    sheet = client.get("/static/another/styles.css")
    fonts = set(re.findall(r"url\((vendor/files/[^)]+)\)", sheet.text))
    assert len(fonts) > 1
    for font in fonts:
        assert client.get(f"/static/another/{font}").status_code == 200


@pytest.mark.parametrize("path", ["/login", "/static/another/styles.css", "/static/another/js/shell.js"])
def test_pages_and_their_files_go_packed_to_a_browser_that_can_unpack_them(
    path: str, client: FlaskClient
) -> None:
    plain, packed = client.get(path), client.get(path, headers=PACKED)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert len(packed.data) < len(plain.data) * 0.6


def test_what_goes_packed_is_the_same_when_it_is_unpacked(client: FlaskClient) -> None:
    address = "/static/another/styles.css"
    assert decompress(client.get(address, headers=PACKED).data) == client.get(address).data


@pytest.mark.parametrize(
    "filename", ["../web/headers.py", "nothing.css", "%2e%2e/web/headers.py", "css/./tokens.css", "css"]
)
def test_nothing_is_served_but_each_file_under_its_one_name(filename: str, client: FlaskClient) -> None:
    assert client.get(f"/static/another/{filename}").status_code == 404


@pytest.mark.parametrize(("method", "filename"), [("GET", "nothing.css"), ("OPTIONS", "js/shell.js")])
def test_r31_no_cache_keeps_what_is_no_file_nor_the_form_token_in_it(
    method: str, filename: str, client: FlaskClient
) -> None:
    answer = client.open(f"/static/another/{filename}", method=method)
    assert answer.headers["Cache-Control"] == "no-store"
