"""A file store whose disk is full says so; what arrived is kept, and goes on when there is room."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.adapters.local_files import LocalFiles
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.factories import files
from tests.factories.people import a_user
from tests.factories.uploads import VIDEO as FILM
from tests.factories.uploads import Sender, sweep_uploads


def test_a_full_store_says_so_keeps_no_half_file_and_goes_on_when_there_is_room(
    services: Services, log_in: Callable[..., FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(services.blobs, LocalFiles)
    with transaction(services.sessions) as session:
        person = a_user(session, role=Role.BRAND)
    brand = log_in(person)
    data = files.a_pdf("One")
    sender = Sender(brand, data, "a.pdf")
    ref = sender.announce()["ref"]

    def full(_descriptor: int) -> Any:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(os, "fsync", full)
        answer = brand.put(f"/uploads/{ref}/parts/1", data=data)
    assert answer.status_code == 507
    assert "The file store is full" in answer.get_json()["sentence"]
    assert answer.get_json()["again"] is True
    assert [path for path in Path(services.blobs._root).rglob("*") if path.is_file()] == []
    sender.send(ref, 1)
    assert sender.finish(ref)["state"] == "stored"


def test_a_large_file_that_is_put_together_in_the_background_says_that_the_store_is_full(
    services: Services, log_in: Callable[..., FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction(services.sessions) as session:
        person = a_user(session, role=Role.BRAND)
    sender = Sender(log_in(person), FILM)
    ref = sender.announce()["ref"]
    sender.send(ref, 1)
    sender.send(ref, 2)

    def full(*_arguments: object, **_options: object) -> Any:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    assert sender.finish(ref)["sentence"] is None
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(services.blobs, "join_parts", full)
        with pytest.raises(OSError, match="No space left"):
            sweep_uploads(services)
    waiting = sender.json("GET", f"/uploads/{ref}")
    assert waiting["state"] == "arrived"
    assert waiting["sentence"].startswith("All of it has arrived. The file store is full;")
    sweep_uploads(services)
    stored = sender.json("GET", f"/uploads/{ref}")
    assert (stored["state"], stored["sentence"]) == ("stored", None)
