"""What a signed link of S3 opens, and for how long (R28): asked of a store that checks every signature."""

from __future__ import annotations

import hashlib
import io
import time
from http.client import HTTPConnection
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import pytest

from portal.adapters import s3
from portal.adapters.s3 import S3Store
from tests.fixtures.stores import Bucket

DATA, OTHER = b"what is meant" * 100, b"what is not" * 100
SHA, OTHER_SHA = (hashlib.sha256(data).hexdigest() for data in (DATA, OTHER))
FILE = 'attachment; filename="rate card.pdf"'
NO = 403


@pytest.fixture
def store(bucket: Bucket) -> S3Store:
    made = S3Store(bucket.name, prefix="blobs", endpoint_url=bucket.endpoint_url)
    made.put(io.BytesIO(DATA))
    made.put(io.BytesIO(OTHER))
    return made


def link_of(store: S3Store) -> str:
    link = store.link(SHA, media_type="application/pdf", disposition=FILE)
    assert link
    return link


def asked(link: str, method: str = "GET", data: bytes | None = None) -> tuple[int, dict[str, str], bytes]:
    parts = urlsplit(link)
    asking = HTTPConnection(parts.netloc, timeout=20)
    asking.request(method, f"{parts.path}?{parts.query}", body=data)
    answer = asking.getresponse()
    found = answer.status, dict(answer.getheaders()), answer.read()
    asking.close()
    return found


def changed(link: str, **query: str) -> str:
    parts = urlsplit(link)
    return urlunsplit(parts._replace(query=urlencode(dict(parse_qsl(parts.query)) | query)))


def test_r28_a_link_opens_its_blob_under_the_type_and_name_that_were_signed(store: S3Store) -> None:
    status, headers, data = asked(link_of(store))
    assert (status, data) == (200, DATA)
    assert headers["Content-Type"] == "application/pdf"
    assert headers["Content-Disposition"] == FILE


@pytest.mark.parametrize(
    "query",
    [
        {"X-Amz-Expires": "3600"},
        {"X-Amz-Signature": "0" * 64},
        {"response-content-type": "text/html"},
        {"response-content-disposition": "inline"},
    ],
)
def test_r28_a_link_that_somebody_changed_opens_nothing(store: S3Store, query: dict[str, str]) -> None:
    assert asked(changed(link_of(store), **query))[0] == NO


def test_r28_a_link_opens_no_other_blob_and_writes_nothing(store: S3Store) -> None:
    link = link_of(store)
    other = link.replace(SHA, OTHER_SHA).replace(f"/{SHA[:2]}/", f"/{OTHER_SHA[:2]}/")
    assert other != link
    assert asked(other)[0] == NO
    for method in ("PUT", "DELETE"):
        assert asked(link, method, b"x")[0] == NO
    assert asked(link)[2] == DATA


def test_r28_without_a_signature_nothing_is_open(store: S3Store) -> None:
    parts = urlsplit(link_of(store))
    _, bucket, *_ = parts.path.split("/")
    for path in (parts.path, f"/{bucket}"):
        assert asked(urlunsplit(parts._replace(path=path, query="")))[0] == NO


def test_r28_f15_a_link_ends_and_the_next_one_opens(store: S3Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3, "LINK_SECONDS", 1)
    link = link_of(store)
    time.sleep(2.1)
    assert asked(link)[0] == NO
    assert asked(link_of(store))[0] == 200


def test_r28_a_link_for_a_part_takes_that_part_and_nothing_larger(store: S3Store) -> None:
    parts = store.begin_parts()
    link = store.part_link(parts, 1, size=len(DATA))
    assert link
    assert asked(link, "PUT", DATA + b"and more")[0] == NO
    assert asked(changed(link, partNumber="2"), "PUT", DATA)[0] == NO
    assert store.part_sizes(parts) == {}
    assert asked(link, "PUT", DATA)[0] == 200
    assert store.part_sizes(parts) == {1: len(DATA)}
    assert asked(link)[0] == NO
