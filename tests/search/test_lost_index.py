"""What happens when an index is lost, truncated, locked or of an earlier release (F14)."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import update

from portal.kernel.db import transaction
from search.documents import Document
from search.engine import Asked
from search.errors import IndexBeingRebuilt, IndexLocked
from search.models import SearchState
from search.postgresql_engine import PostgresqlEngine
from search.queries import parse
from search.whoosh_engine import WhooshEngine
from tests.search.conftest import an_asset

EVERYONE = frozenset({1, 2, 3})
LIBRARY: list[tuple[int, list[Document]]] = [
    (group, an_asset(group, f"Asset {group}", "radio recall")) for group in (1, 2, 3)
]


def _truncate(folder: Path, pattern: str) -> None:
    for file in folder.rglob(pattern):
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _empty(folder: Path, pattern: str) -> None:
    for file in folder.rglob(pattern):
        file.write_bytes(b"")


def _remove(folder: Path, pattern: str) -> None:
    for file in folder.rglob(pattern):
        file.unlink()


def _garble(folder: Path, pattern: str) -> None:
    for file in folder.rglob(pattern):
        file.write_bytes(b"garbage" * 20)


LOSSES: dict[str, Callable[[Path], None]] = {
    "segment truncated": lambda folder: _truncate(folder, "*.seg"),
    "segment emptied": lambda folder: _empty(folder, "*.seg"),
    "segment removed": lambda folder: _remove(folder, "*.seg"),
    "segment garbled": lambda folder: _garble(folder, "*.seg"),
    "table of contents truncated": lambda folder: _truncate(folder, "*.toc"),
    "table of contents garbled": lambda folder: _garble(folder, "*.toc"),
    "table of contents removed": lambda folder: _remove(folder, "*.toc"),
    "generation removed": lambda folder: shutil.rmtree(next(folder.glob("generation-*"))),
    "folder removed": shutil.rmtree,
}


# Whoosh leaves a file that it cannot read to the garbage collector
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("loss", LOSSES)
def test_a_damaged_index_says_so_and_is_the_same_after_a_rebuild(tmp_path: Path, loss: str) -> None:
    folder = tmp_path / "index"
    engine = WhooshEngine(folder)
    engine.rebuild(LIBRARY)
    before = engine.search(Asked(parse("radio recall"), EVERYONE))
    LOSSES[loss](folder)

    with pytest.raises(IndexBeingRebuilt, match="being rebuilt"):
        engine.search(Asked(parse("radio recall"), EVERYONE))
    another_process = WhooshEngine(folder)
    with pytest.raises(IndexBeingRebuilt):
        another_process.search(Asked(parse("radio recall"), EVERYONE))
    with pytest.raises(IndexBeingRebuilt):
        another_process.check()
    another_process.rebuild(LIBRARY)
    for mended in (another_process, engine):
        assert mended.search(Asked(parse("radio recall"), EVERYONE)) == before


def test_a_second_writer_is_told_to_try_again(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path / "index", lock_seconds=0.1)
    engine.rebuild(LIBRARY)
    with engine._writing():
        with pytest.raises(IndexLocked):
            WhooshEngine(tmp_path / "index", lock_seconds=0.1).index({1: []})
        assert len(engine.search(Asked(parse("radio"), EVERYONE)).groups) == 3
    WhooshEngine(tmp_path / "index", lock_seconds=0.1).index({1: []})
    assert set(engine.search(Asked(parse("radio"), EVERYONE)).groups) == {2, 3}


def test_a_rebuild_that_fails_leaves_the_old_index(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path / "index")
    engine.rebuild(LIBRARY)

    def failing() -> list[tuple[int, list[Document]]]:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        engine.rebuild(pair for part in [failing] for pair in part())
    assert len(engine.search(Asked(parse("radio"), EVERYONE)).groups) == 3
    engine.index({1: []})
    assert [old.name for old in (tmp_path / "index").glob("unfinished-*")] == []


def test_a_rebuild_removes_what_killed_ones_and_earlier_releases_left(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    (folder / "unfinished-1").mkdir(parents=True)
    (folder / "_pages1_7.toc").write_bytes(b"old")
    engine = WhooshEngine(folder)
    for _time in range(2):
        engine.rebuild(LIBRARY)
    assert sorted(path.name for path in folder.iterdir()) == ["WRITELOCK", "generation-00000002"]
    assert len(engine.search(Asked(parse("radio"), EVERYONE)).groups) == 3


@pytest.mark.parametrize("unbuilt", ["postgresql"], indirect=True)
def test_an_index_of_an_earlier_release_counts_as_lost(unbuilt: PostgresqlEngine) -> None:
    """Of one in files the folder says so."""
    unbuilt.rebuild(LIBRARY)
    before = unbuilt.search(Asked(parse("radio recall"), EVERYONE))
    with transaction(unbuilt._sessions) as session:
        session.execute(update(SearchState).values(form=SearchState.form - 1))
    for refused in (
        unbuilt.check,
        lambda: unbuilt.index({1: []}),
        lambda: unbuilt.complete("ra", within=EVERYONE),
    ):
        with pytest.raises(IndexBeingRebuilt):
            refused()
    unbuilt.rebuild(LIBRARY)
    assert unbuilt.search(Asked(parse("radio recall"), EVERYONE)) == before
