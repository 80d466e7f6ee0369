"""A queue whose store does not answer: nobody waits, and the log names the work, not what was typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.adapters.queue import READ_VERSION, REMEMBER_SEARCH, TaskQueue


@pytest.fixture
def queue(tmp_path: Path) -> TaskQueue:
    (tmp_path / "file").touch()
    return TaskQueue(f"sqlite:///{tmp_path}/file/queue.db", database_url="", secret_key="of the tests alone")


def test_r36_the_log_of_a_queue_that_is_away_holds_no_words_that_a_person_searched_for(
    queue: TaskQueue, caplog: pytest.LogCaptureFixture
) -> None:
    queue.send(REMEMBER_SEARCH, user_id=7, text="rates for Cobbler & Daughters", at="2026-06-15")
    queue.send(READ_VERSION, version_id=12)
    assert "Cobbler" not in caplog.text
    assert "remember_search {'user_id': 7}" in caplog.text
    assert "read_version {'version_id': 12}" in caplog.text
