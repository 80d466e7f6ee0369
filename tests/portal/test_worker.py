"""The worker: what was sent is done once, what was lost is found, a killed one is followed by the next."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from config import Settings
from content.assets.models import Asset, AssetKind, AssetVersion, Page, Processing
from content.editing.describing import Description, add_asset
from content.uploads.uploads import add_version, stored
from portal import worker
from portal.adapters.queue import READ_VERSION, Lane, Run, TaskQueue
from portal.kernel.db import transaction
from portal.services import Services
from search.engine import Asked
from search.queries import parse
from tests.factories import files
from tests.factories.library import a_found_asset
from tests.factories.queue import forget_queue

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60


def uploaded(services: Services, data: bytes, ref: str = "A1") -> int:
    upload = stored(services.blobs, io.BytesIO(data), "a.pdf")
    at = services.clock()
    with transaction(services.sessions) as session:
        asset = add_asset(session, Description("Title", AssetKind.DECK), ref=ref, at=at, by="operator")
        return add_version(session, asset, upload, at=at, by="operator").id


def state_of(services: Services, version_id: int) -> Processing:
    with services.sessions() as session:
        return session.get_one(AssetVersion, version_id).processing


def is_found(services: Services, text: str) -> bool:
    everyone = frozenset(range(1, 1000))
    return bool(services.search.search(Asked(parse(text), everyone)).groups)


def wait_for(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.1)


@contextmanager
def a_consumer(services: Services, run: Run | None = None) -> Iterator[None]:
    """The worker's threads in this process, without its signal handlers."""
    with ExitStack() as running:
        for lane in Lane:
            consumer = services.queue.consumer(run or worker._runner(services), workers=2, lane=lane)
            started = threading.Event()
            # what it calls once all its threads run: those that were not started cannot be waited for
            consumer._set_signal_handlers = started.set
            thread = threading.Thread(target=consumer.run)
            thread.start()
            started.wait(PATIENCE)
            running.callback(thread.join)
            running.callback(consumer.stop, graceful=True)
        yield


def test_what_is_sent_is_read_and_found(services: Services) -> None:
    version_id = uploaded(services, files.a_pdf("Zebra"))
    services.queue.send(READ_VERSION, version_id=version_id)
    services.queue.send(READ_VERSION, version_id=version_id)
    assert services.queue.waiting() >= 2
    with a_consumer(services):
        wait_for(lambda: services.queue.waiting() == 0)
        wait_for(lambda: state_of(services, version_id) is Processing.READY)
    with services.sessions() as session:
        assert session.scalar(select(func.count(Page.id))) == 1


def test_a_sweep_finds_what_a_lost_queue_forgot(services: Services) -> None:
    version_id = uploaded(services, files.a_pdf("Zebra"))
    forget_queue(services)
    worker.sweep(services)
    assert services.queue.waiting() == 1
    with a_consumer(services):
        wait_for(lambda: state_of(services, version_id) is Processing.READY)


def test_a_task_that_fails_or_is_unknown_does_not_stop_the_next(services: Services) -> None:
    version_id = uploaded(services, files.a_pdf("Zebra"))
    services.queue.send("nobody_knows_it")
    services.queue.send(READ_VERSION, version="wrong")
    services.queue.send(READ_VERSION, version_id=version_id)
    with a_consumer(services):
        wait_for(lambda: state_of(services, version_id) is Processing.READY)


def test_a_queue_that_is_down_does_not_break_the_upload(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way of the folder")
    queue = TaskQueue(f"sqlite:///{tmp_path}/file/queue.db", database_url="", secret_key="s" * 40)
    queue.send(READ_VERSION, version_id=1)
    with pytest.raises(OSError, match="file"):
        queue.check()


def test_a_message_that_we_did_not_sign_is_not_run(services: Services, settings: Settings) -> None:
    stranger = TaskQueue(
        settings.queue_url, database_url=settings.database_url, secret_key="somebody else's secret of length"
    )
    ran: list[str] = []
    stranger.send("anything", n=1)
    stranger.close()
    with a_consumer(services, lambda name, _arguments: ran.append(name)):
        wait_for(lambda: services.queue.waiting() == 0)
    assert ran == []


def environment_of(settings: Settings) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": settings.database_url,
        "DATA_DIR": str(settings.data_dir),
        "SECRET_KEY": settings.secret_key,
        "QUEUE_URL": settings.queue_url,
        "SEARCH_URL": settings.search_url,
        "BASE_URL": settings.base_url,
    }


@contextmanager
def a_worker(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment_of(settings), start_new_session=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(PATIENCE)


def test_a_worker_killed_in_the_middle_leaves_nothing_half_done_and_the_next_one_finishes(
    services: Services, settings: Settings
) -> None:
    version_id = uploaded(services, files.a_pdf(*(f"Page {n}" for n in range(40))))
    services.queue.send(READ_VERSION, version_id=version_id)
    with a_worker(settings) as killed:
        wait_for(lambda: state_of(services, version_id) is Processing.PROCESSING)
        os.killpg(killed.pid, signal.SIGKILL)
        killed.wait()
    assert state_of(services, version_id) is Processing.PROCESSING
    with services.sessions() as session:
        assert session.scalar(select(func.count(Page.id))) == 0
    # the test's clock stands still; the lease is laid into the past instead of waiting for its end
    with transaction(services.sessions) as session:
        session.get_one(AssetVersion, version_id).lease_until = services.clock()
    with a_worker(settings):
        wait_for(lambda: state_of(services, version_id) is Processing.READY)
    with services.sessions() as session:
        assert session.scalar(select(func.count(Page.id))) == 40


def test_what_changes_is_found_without_waiting_for_a_sweep(services: Services) -> None:
    with transaction(services.sessions) as session:
        asset = a_found_asset(session, "First", "Nothing of it.")
    worker._keep_index(services)
    with a_consumer(services):
        for title in ("Zeppelin", "Umbrella"):
            with transaction(services.sessions) as session:
                changed = session.get_one(Asset, asset.id)
                changed.title, changed.updated_at = title, changed.updated_at + timedelta(minutes=1)
            wait_for(partial(is_found, services, title.lower()))


def test_the_index_does_not_wait_for_files_that_are_being_read(services: Services) -> None:
    with transaction(services.sessions) as session:
        asset = a_found_asset(session, "First", "Nothing of it.")
    worker._keep_index(services)
    forget_queue(services)
    read, reading_files = threading.Event(), threading.Semaphore(0)

    def run(name: str, arguments: dict[str, Any]) -> None:
        if name == READ_VERSION:
            reading_files.release()
            read.wait(PATIENCE)
        else:
            worker._runner(services)(name, arguments)

    for version_id in range(4):
        services.queue.send(READ_VERSION, version_id=version_id)
    with a_consumer(services, run):
        for _ in range(worker.THREADS):
            assert reading_files.acquire(timeout=PATIENCE)
        with transaction(services.sessions) as session:
            changed = session.get_one(Asset, asset.id)
            changed.title, changed.updated_at = "Zeppelin", changed.updated_at + timedelta(minutes=1)
        wait_for(partial(is_found, services, "zeppelin"))
        assert not read.is_set()
        read.set()
