"""F16: a folder of odd and hostile files goes through; each ends ready, or failed with a reason."""

from __future__ import annotations

import io
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from content.assets.errors import UnknownFileType
from content.assets.models import AssetKind, AssetVersion, Processing
from content.editing.describing import Description, add_asset
from content.processing.processing import process
from content.uploads.uploads import add_version, stored
from portal.adapters.local_files import LocalFiles
from portal.kernel.db import transaction
from tests.factories import files
from tests.factories.odd_files import ODD, OddFile, odd_files

AT = datetime(2026, 6, 15, 10, 0, tzinfo=UTC)
SEED = 20261127
Sessions = sessionmaker[Session]


@pytest.fixture
def store(tmp_path: Path) -> LocalFiles:
    return LocalFiles(tmp_path / "blobs")


def uploaded(sessions: Sessions, store: LocalFiles, odd: OddFile) -> int | None:
    """The version that a file became; None when its kind is refused at once."""
    name, data = odd
    try:
        upload = stored(store, io.BytesIO(data), name)
    except UnknownFileType:
        return None
    with transaction(sessions) as session:
        asset = add_asset(session, Description(upload.file_name, AssetKind.DOCUMENT), at=AT, by="operator")
        return add_version(session, asset, upload, at=AT, by="operator").id


def outcomes(sessions: Sessions, store: LocalFiles, count: int) -> list[tuple[str, str]]:
    """State and reason of each file, read as a worker reads them: two at once."""

    def read(odd: OddFile) -> int | None:
        version_id = uploaded(sessions, store, odd)
        if version_id is not None:
            process(sessions, store, version_id, clock=lambda: AT)
        return version_id

    with ThreadPoolExecutor(2) as pool:
        ids = list(pool.map(read, odd_files(SEED, count)))
    with sessions() as session:
        versions = {version.id: version for version in session.scalars(select(AssetVersion))}
    found = [versions.get(version_id) if version_id else None for version_id in ids]
    return [("refused", "") if one is None else (one.processing, one.reason or "") for one in found]


def all_are_over(found: list[tuple[str, str]]) -> None:
    assert {state for state, _ in found} <= {Processing.READY, Processing.FAILED, "refused"}
    assert [
        reason for state, reason in found if state == Processing.FAILED and not reason.endswith(".")
    ] == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_f16_odd_and_hostile_files_end_ready_or_failed_with_a_reason(
    sessions: Sessions, store: LocalFiles
) -> None:
    found = outcomes(sessions, store, len(ODD) + 9)
    all_are_over(found)
    states = Counter(state for state, _ in found)
    assert states[Processing.READY] > 5
    assert states[Processing.FAILED] > 10
    good = uploaded(sessions, store, ("good.pdf", files.a_pdf("Still here")))
    assert good is not None
    assert process(sessions, store, good, clock=lambda: AT) is Processing.READY


@pytest.mark.soak
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_f16_a_thousand_of_them_do(sessions: Sessions, store: LocalFiles) -> None:
    found = outcomes(sessions, store, 1000)
    print(*Counter(found).most_common(), sep="\n")  # noqa: T201  for who soaks
    all_are_over(found)
