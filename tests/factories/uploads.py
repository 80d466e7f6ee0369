"""Files that come in parts, as the script of the upload page sends them."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from typing import Any
from urllib.request import Request, urlopen

from flask.testing import FlaskClient

from content.uploads import incoming
from content.uploads.incoming_models import PART_BYTES
from portal.services import Services

# a file that browsers play, of one whole part and a little
VIDEO = b"\0\0\0\x18ftypmp42" + bytes(PART_BYTES)


@dataclass
class Sender:
    """What the script of the page does."""

    browser: FlaskClient
    data: bytes
    name: str = "film.mp4"

    def announce(self, **changes: Any) -> dict[str, Any]:
        head = (io.BytesIO(self.data[:4096]), "head")
        form = {"name": self.name, "size": len(self.data), "modified": 1, "head": head} | changes
        return self.json("POST", "/uploads", data=form)

    def send(self, ref: str, number: int, data: bytes | None = None) -> dict[str, Any]:
        part = self.data[(number - 1) * PART_BYTES : number * PART_BYTES]
        place = f"/uploads/{ref}/parts/{number}"
        headers = {"X-Part-SHA256": hashlib.sha256(part).hexdigest()}
        link = self.json("POST", place, headers=headers)["link"]
        sent = part if data is None else data
        if link is None or data is not None:
            return self.json("PUT", place, data=sent, headers=headers)
        request = Request(link, data=sent, method="PUT", headers={"Content-Type": ""})  # noqa: S310  the test's store
        with urlopen(request):  # noqa: S310  the test's store
            return {}

    def finish(self, ref: str) -> dict[str, Any]:
        return self.json("POST", f"/uploads/{ref}/finish")

    def json(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        answer = self.browser.open(path, method=method, **options).get_json()
        assert isinstance(answer, dict)
        return answer

    def whole(self, services: Services) -> str:
        """Sent and put together; its ref."""
        ref = str(self.announce()["ref"])
        for number in range(1, -(-len(self.data) // PART_BYTES) + 1):
            self.send(ref, number)
        self.finish(ref)
        sweep_uploads(services)
        return ref


def sweep_uploads(services: Services) -> None:
    """What a worker does that finds the queue empty."""
    with services.sessions() as session:
        waiting = incoming.waiting(session)
    for upload_id in waiting:
        incoming.put_together(services.sessions, services.blobs, upload_id)
