"""A person at a portal that really runs, without a browser: logs in, and sends files in parts."""

from __future__ import annotations

import hashlib
import json
import re
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from typing import Any, BinaryIO, Protocol
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

from content.assets.file_types import OCTETS
from content.uploads.incoming_models import PART_BYTES

Headers = Mapping[str, str]
NONE: Headers = {}
TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')


class Parts(Protocol):
    """A file that is made part by part, so that nobody holds it whole."""

    @property
    def name(self) -> str: ...

    @property
    def size(self) -> int: ...

    def part(self, number: int) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Whole:
    """A file that fits into memory."""

    name: str
    data: bytes

    @property
    def size(self) -> int:
        return len(self.data)

    def part(self, number: int) -> bytes:
        return self.data[(number - 1) * PART_BYTES : number * PART_BYTES]


@dataclass(slots=True)
class Person:
    """Logged in at `url` by a cookie."""

    url: str
    jar: CookieJar = field(default_factory=CookieJar)
    _token: str = ""

    def log_in(self, email: str, password: str) -> None:
        self._look("/login")
        self.post("/login", {"email": email, "password": password})
        self._look("/library")

    def post(self, path: str, form: dict[str, str]) -> str:
        """Where the answer leads; of a refusal the sentence stands in the failure."""
        body = urlencode(form | {"csrf_token": self._token}).encode()
        with self._door().open(Request(f"{self.url}{path}", body)) as answer:  # noqa: S310  the test's portal
            return str(answer.url)

    def ask(self, method: str, path: str, body: bytes = b"", headers: Headers = NONE) -> dict[str, Any]:
        """A JSON answer, also that of a refusal."""
        request = Request(f"{self.url}{path}", body or None, self._headers() | dict(headers), method=method)  # noqa: S310  as above
        try:
            with self._door().open(request) as answer:
                return dict(json.load(answer))
        except HTTPError as refused:
            return dict(json.load(refused))

    def finds(self, path: str) -> bool:
        try:
            with self.opened(path):
                return True
        except HTTPError:
            return False

    @contextmanager
    def opened(self, path: str) -> Iterator[BinaryIO]:
        with self._door().open(f"{self.url}{path}") as answer:
            yield answer

    def announce(self, file: Parts) -> dict[str, Any]:
        boundary = "a-boundary-of-the-tests"
        fields = {"name": file.name, "size": str(file.size), "modified": "1"}
        lines = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        ]
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="head"; filename="head"\r\n\r\n'
        body = (
            "".join(lines).encode() + head.encode() + file.part(1)[:4096] + f"\r\n--{boundary}--\r\n".encode()
        )
        return self.ask(
            "POST", "/uploads", body, {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        )

    def send_part(self, ref: str, file: Parts, number: int) -> None:
        """To where the portal says: the store, or the portal itself."""
        data = file.part(number)
        place = f"/uploads/{ref}/parts/{number}"
        declared = {"X-Part-SHA256": hashlib.sha256(data).hexdigest()}
        link = self.ask("POST", place, headers=declared)["link"]
        if link is None:
            kept = self.ask("PUT", place, data, declared | {"Content-Type": OCTETS})
            assert kept["size"] == len(data), kept
            return
        with self._door().open(Request(link, data, {"Content-Type": ""}, method="PUT")):  # noqa: S310  the test's store
            pass

    @contextmanager
    def half_a_part(self, ref: str, file: Parts, number: int) -> Iterator[None]:
        """A line on which half of a part was sent, and the rest never comes."""
        data = file.part(number)
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.jar)
        headers = self._headers() | {
            "Host": urlsplit(self.url).netloc,
            "Content-Length": str(len(data)),
            "Cookie": cookies,
            "X-Part-SHA256": hashlib.sha256(data).hexdigest(),
        }
        lines = [f"PUT /uploads/{ref}/parts/{number} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items())]
        with socket.create_connection(("127.0.0.1", urlsplit(self.url).port or 80)) as line:
            line.sendall("\r\n".join([*lines, "", ""]).encode() + data[: len(data) // 2])
            yield

    def _headers(self) -> dict[str, str]:
        return {"X-CSRFToken": self._token, "X-Requested-With": "fetch", "Referer": self.url}

    def _look(self, path: str) -> None:
        with self.opened(path) as page:
            found = TOKEN.search(page.read().decode())
        assert found is not None
        self._token = found[1]

    def _door(self) -> OpenerDirector:
        return build_opener(HTTPCookieProcessor(self.jar))
