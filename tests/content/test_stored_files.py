"""Asking the store before anything is published: once a file, and not again after it did not answer."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content.assets.errors import FileLost, StoreSilent
from content.assets.models import AssetState, AssetVersion, Processing
from content.assets.proposal_models import ProposedChange
from content.editing.approving import approve_change
from content.editing.proposing import hold_version
from content.editing.stored_files import StoredFiles, files_to_publish
from portal.adapters.local_files import LocalFiles
from portal.kernel.identity import Role
from portal.kernel.ports import BlobStore
from tests.factories.library import PUBLISHED, a_found_asset, a_read_version
from tests.factories.people import an_identity

NAMES = [f"{number:064x}" for number in range(200)]


class _Counting(LocalFiles):
    asked = 0

    def exists(self, sha256: str) -> bool:
        self.asked += 1
        return True


class _Silent(_Counting):
    def exists(self, sha256: str) -> bool:
        super().exists(sha256)
        raise OSError


def test_of_many_files_each_is_asked_for_once(tmp_path: Path) -> None:
    store = _Counting(tmp_path)
    files = StoredFiles(store)
    files.ask(NAMES * 2)
    files.refuse_unserved(AssetVersion(blob_sha256=NAMES[7]))
    files.refuse_unserved(AssetVersion(blob_sha256=None, url="https://example.com"))
    assert store.asked == len(NAMES)


def test_a_store_that_does_not_answer_is_not_asked_for_all_the_others(tmp_path: Path) -> None:
    store = _Silent(tmp_path)
    files = StoredFiles(store)
    files.ask(NAMES)
    with pytest.raises(StoreSilent):
        files.refuse_unserved(AssetVersion(blob_sha256="f" * 64))
    assert store.asked < len(NAMES) / 2


def test_only_what_publishing_would_show_is_asked_for(session: Session) -> None:
    draft = a_found_asset(session, "Draft", "words", state=AssetState.DRAFT)
    a_read_version(session, draft, "words", number=2, blob_sha256=NAMES[2])
    out = a_found_asset(session, "Out", "words")
    a_read_version(session, out, "words", number=2, blob_sha256=NAMES[3])
    unread = a_found_asset(session, "Unread", "words", state=AssetState.DRAFT)
    a_read_version(session, unread, number=2, blob_sha256=NAMES[4], processing=Processing.PENDING)
    assert files_to_publish(session, [draft.id, out.id, unread.id]) == [NAMES[2]]


def test_a_version_whose_file_is_lost_is_not_approved(session: Session, blobs: BlobStore) -> None:
    kept = blobs.put(io.BytesIO(b"kept"))
    asset = a_found_asset(session, "Prices", "words")
    first = asset.current_version_id
    lost = a_read_version(session, asset, "words", number=2, blob_sha256=NAMES[1])
    asset.current_version_id = first
    author, second = (an_identity(session, role=Role.BRAND) for _ in range(2))
    hold_version(session, asset, lost, at=PUBLISHED, by=author)
    change = session.scalars(select(ProposedChange)).one()
    with pytest.raises(FileLost, match="Prices"):
        approve_change(session, change, at=PUBLISHED, by=second, files=StoredFiles(blobs))
    assert (asset.current_version_id, lost.is_held) == (first, True)
    StoredFiles(blobs).refuse_unserved(AssetVersion(blob_sha256=kept.sha256))
