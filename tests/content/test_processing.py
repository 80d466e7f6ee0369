"""Reading in the background: once, whole or not at all, whatever becomes of the worker or the store."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from content.assets.errors import NothingToRetry
from content.assets.models import Asset, AssetKind, AssetVersion, Page, Processing
from content.editing.describing import Description, add_asset
from content.processing import processing
from content.processing.leases import MOST_TRIES
from content.processing.processing import LEASE, Claim, Outcome
from content.uploads.uploads import add_version, linked, stored
from portal.adapters.local_files import LocalFiles
from portal.kernel.db import reading, transaction
from portal.kernel.ports import BlobStore, StoredBlob
from tests.factories import files

AT = datetime(2026, 6, 15, 10, 0, tzinfo=UTC)
Sessions = sessionmaker[Session]


@pytest.fixture
def folder(tmp_path: Path) -> LocalFiles:
    return LocalFiles(tmp_path / "blobs")


def clock() -> datetime:
    return AT


def uploaded(sessions: Sessions, blobs: BlobStore, data: bytes, name: str = "a.pdf", ref: str = "A1") -> int:
    """A new version of the asset, which is made when it is not there."""
    upload = stored(blobs, io.BytesIO(data), name)
    with transaction(sessions) as session:
        asset = session.scalar(select(Asset).where(Asset.ref == ref))
        if asset is None:
            asset = add_asset(session, Description("Title", AssetKind.DECK), ref=ref, at=AT, by="operator")
        return add_version(session, asset, upload, at=AT, by="operator").id


def version_of(sessions: Sessions, version_id: int) -> AssetVersion:
    with sessions() as session:
        return session.get_one(AssetVersion, version_id)


def current_number(sessions: Sessions, ref: str = "A1") -> int | None:
    with sessions() as session:
        asset = session.scalars(select(Asset).where(Asset.ref == ref)).one()
        return asset.current_version.number if asset.current_version else None


def pages_in_all(sessions: Sessions) -> int:
    with sessions() as session:
        return session.scalar(select(func.count(Page.id))) or 0


def test_a_version_is_read_and_its_pictures_are_stored(sessions: Sessions, blobs: BlobStore) -> None:
    version_id = uploaded(sessions, blobs, files.a_pdf("One", "Two"))
    assert processing.process(sessions, blobs, version_id, clock=clock) is Processing.READY
    with sessions() as session:
        version = session.get_one(AssetVersion, version_id)
        assert [page.text for page in version.pages] == ["One", "Two"]
        named = [sha for page in version.pages for sha in (page.image_sha256, page.thumbnail_sha256)]
        assert all(sha and blobs.exists(sha) for sha in [*named, version.cover_sha256])
    assert current_number(sessions) == 1


def test_reading_it_again_has_no_effect(sessions: Sessions, folder: LocalFiles) -> None:
    version_id = uploaded(sessions, folder, files.a_pdf("One"))
    processing.process(sessions, folder, version_id, clock=clock)
    assert processing.process(sessions, folder, version_id, clock=clock) is None
    assert pages_in_all(sessions) == 1


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "a.pdf"),
        (files.an_encrypted_pdf(), "a.pdf"),
        (files.a_pdf("x")[:50], "a.pdf"),
        (files.a_zip({"a": b""}), "a.pptx"),
    ],
    ids=["empty", "encrypted", "cut off", "lying"],
)
def test_a_bad_file_fails_with_its_reason_and_is_kept(
    sessions: Sessions, folder: LocalFiles, data: bytes, name: str
) -> None:
    version_id = uploaded(sessions, folder, data, name)
    good = uploaded(sessions, folder, files.a_pdf("fine"), ref="A2")
    assert processing.process(sessions, folder, version_id, clock=clock) is Processing.FAILED
    failed = version_of(sessions, version_id)
    assert failed.reason
    assert failed.blob_sha256
    assert folder.exists(failed.blob_sha256)
    assert current_number(sessions) is None
    assert processing.process(sessions, folder, good, clock=clock) is Processing.READY


def test_a_failed_new_version_leaves_the_one_before_in_its_place(
    sessions: Sessions, folder: LocalFiles
) -> None:
    first = uploaded(sessions, folder, files.a_pdf("One"))
    processing.process(sessions, folder, first, clock=clock)
    processing.process(sessions, folder, uploaded(sessions, folder, b""), clock=clock)
    assert current_number(sessions) == 1
    processing.process(sessions, folder, uploaded(sessions, folder, files.a_pdf("Three")), clock=clock)
    assert current_number(sessions) == 3


def test_an_older_version_that_is_read_later_does_not_come_back(
    sessions: Sessions, folder: LocalFiles
) -> None:
    first = uploaded(sessions, folder, files.a_pdf("One"))
    second = uploaded(sessions, folder, files.a_pdf("Two"))
    for version_id in (second, first):
        processing.process(sessions, folder, version_id, clock=clock)
    assert current_number(sessions) == 2


def test_two_workers_take_a_version_once(sessions: Sessions, folder: LocalFiles) -> None:
    version_id = uploaded(sessions, folder, files.a_pdf("One"))
    with transaction(sessions) as session:
        assert processing.claim(session, version_id, at=AT) is not None
    with transaction(sessions) as session:
        assert processing.claim(session, version_id, at=AT + LEASE / 2) is None
    with sessions() as session:
        assert processing.waiting(session, at=AT + LEASE / 2) == []
        assert processing.unread(session, [version_id]) == [version_id]


def test_a_killed_worker_is_followed_by_another_and_its_result_is_void(
    sessions: Sessions, folder: LocalFiles
) -> None:
    version_id = uploaded(sessions, folder, files.a_pdf("One"))
    killed = claimed(sessions, version_id, AT)
    later = AT + LEASE
    with sessions() as session:
        assert processing.waiting(session, at=later) == [version_id]
    again = claimed(sessions, version_id, later)
    with transaction(sessions) as session:
        assert processing.finish(session, killed, Outcome(pages=(Page(number=1),)), at=later) is None
    assert pages_in_all(sessions) == 0
    with transaction(sessions) as session:
        outcome = Outcome(pages=(Page(number=1, text="One"),))
        assert processing.finish(session, again, outcome, at=later) is Processing.READY
    assert pages_in_all(sessions) == 1


def test_a_file_that_kills_every_worker_waits_longer_each_time_and_is_given_up(
    sessions: Sessions, folder: LocalFiles
) -> None:
    version_id = uploaded(sessions, folder, files.a_pdf("One"))
    at = AT
    for tried in range(MOST_TRIES):
        claimed(sessions, version_id, at)
        at += LEASE * 2**tried
        with reading(sessions) as session:
            assert processing.waiting(session, at=at - timedelta(seconds=1)) == []
    with transaction(sessions) as session:
        assert processing.claim(session, version_id, at=at) is None
    given_up = version_of(sessions, version_id)
    assert given_up.processing is Processing.FAILED
    assert "interrupted" in (given_up.reason or "")


def claimed(sessions: Sessions, version_id: int, at: datetime) -> Claim:
    with transaction(sessions) as session:
        found = processing.claim(session, version_id, at=at)
    assert found is not None
    return found


class Unreachable:
    """A store that does not answer."""

    def local_copy(self, sha256: str, target: object) -> None:
        raise ConnectionError(sha256, target)


def test_a_store_that_is_down_costs_no_try(sessions: Sessions, folder: LocalFiles) -> None:
    version_id = uploaded(sessions, folder, files.a_pdf("One"))
    state = processing.process(sessions, Unreachable(), version_id, clock=clock)  # type: ignore[arg-type]
    assert state is Processing.PENDING
    assert version_of(sessions, version_id).tries == 0
    with sessions() as session:
        assert processing.waiting(session, at=AT) == []
        assert processing.waiting(session, at=AT + timedelta(minutes=1)) == [version_id]


def test_a_failed_version_is_read_again_when_asked(sessions: Sessions, folder: LocalFiles) -> None:
    version_id = uploaded(sessions, folder, b"")
    processing.process(sessions, folder, version_id, clock=clock)
    with transaction(sessions) as session:
        processing.retry(session, session.get_one(AssetVersion, version_id), at=AT, by="operator")
    with sessions() as session:
        assert processing.waiting(session, at=AT) == [version_id]
        with pytest.raises(NothingToRetry):
            processing.retry(session, session.get_one(AssetVersion, version_id), at=AT, by="operator")


def test_a_link_is_ready_with_a_cover(sessions: Sessions, folder: LocalFiles) -> None:
    with transaction(sessions) as session:
        asset = add_asset(session, Description("Title", AssetKind.LINK), ref="L1", at=AT, by="operator")
        version_id = add_version(session, asset, linked("https://example.org/x"), at=AT, by="operator").id
    assert processing.process(sessions, folder, version_id, clock=clock) is Processing.READY
    assert version_of(sessions, version_id).cover_sha256


class Watched(LocalFiles):
    """A folder that notes how many pages could be looked at whenever a picture is stored."""

    def __init__(self, root: Path, sessions: Sessions) -> None:
        super().__init__(root)
        self.sessions = sessions
        self.seen: set[int] = set()

    def put(self, stream: BinaryIO) -> StoredBlob:
        self.seen.add(pages_in_all(self.sessions))
        return super().put(stream)


def test_the_first_page_of_a_long_file_can_be_read_while_the_others_are_not_there_yet(
    sessions: Sessions, tmp_path: Path
) -> None:
    store = Watched(tmp_path / "blobs", sessions)
    version_id = uploaded(sessions, store, files.a_pdf(*(f"Page {n}" for n in range(1, 11))))
    assert processing.process(sessions, store, version_id, clock=clock) is Processing.READY
    assert store.seen == {0, 1, 8}
    with sessions() as session:
        version = session.get_one(AssetVersion, version_id)
        assert [page.text for page in version.pages] == [f"Page {n}" for n in range(1, 11)]
        assert version.page_count == 10
        assert all(page.image_sha256 for page in version.pages)


def test_pages_of_a_try_that_was_broken_off_do_not_stay(sessions: Sessions, folder: LocalFiles) -> None:
    """F3: the worker is killed after the first pages; the next one reads a file that fails."""
    version_id = uploaded(sessions, folder, files.a_pdf("One", "Two"))
    claimed(sessions, version_id, AT)
    with transaction(sessions) as session:
        session.add_all(Page(version_id=version_id, number=number) for number in (1, 2, 3))
    assert processing.process(sessions, folder, version_id, clock=lambda: AT + LEASE) is Processing.READY
    assert pages_in_all(sessions) == 2


class Clock:
    def __init__(self, at: datetime) -> None:
        self._at = at

    def __call__(self) -> datetime:
        return self._at


def test_a_store_that_stays_away_is_asked_less_and_less_often(
    sessions: Sessions, folder: LocalFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    version_id = uploaded(sessions, folder, files.a_pdf("One"))

    def away(*_: object) -> None:
        raise ConnectionError("the store is away")

    monkeypatch.setattr(LocalFiles, "local_copy", away)
    at, waited = AT, []
    for _ in range(7):
        now = Clock(at)
        assert processing.process(sessions, folder, version_id, clock=now) is Processing.PENDING
        until = version_of(sessions, version_id).lease_until
        assert until is not None
        waited.append((until - at).total_seconds() / 60)
        at = until
    assert waited == [0.5, 1, 2, 4, 8, 16, 16]
    monkeypatch.undo()
    assert processing.process(sessions, folder, version_id, clock=Clock(at)) is Processing.READY
