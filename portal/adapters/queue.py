"""Background work by Huey: its SQLite store embedded, its PostgreSQL store where machines share the work."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import psycopg
from huey import Huey
from huey.api import TaskWrapper
from huey.consumer import Consumer
from huey.serializer import SignedSerializer
from huey.storage import PostgresStorage, SqliteStorage

from config import Settings

log = logging.getLogger("makegood.queue")

Run = Callable[[str, dict[str, Any]], None]
# tasks that a web process or a command sends; portal.worker knows what each does
READ_VERSION = "read_version"
PUT_TOGETHER = "put_together"
KEEP_INDEX = "keep_index"
LOG_SEARCH = "log_search"
LOG_OPENING = "log_opening"
REMEMBER_SEARCH = "remember_search"
AFTER_CLOSE = "after_close"
SEND_CONTENT_MAILS = "send_content_mails"
TELL_OF_VERSIONS = "tell_of_versions"
MAKE_COPY = "make_copy"
TRY_PLAN = "try_plan"

# somebody looks at a page that waits for it, so that it passes files that are only waiting to be read
BEFORE_OTHERS = {MAKE_COPY: 1, TRY_PLAN: 1}
# done in a moment: none of them waits for a file that is read for minutes
QUICK = {KEEP_INDEX, LOG_SEARCH, LOG_OPENING, REMEMBER_SEARCH}

BUSY_SECONDS = 15
POLL_SECONDS = 1.0
UNREACHABLE = (OSError, sqlite3.Error, psycopg.Error)


class QueueUnreachable(OSError):
    """The queue's store does not answer. What was to be sent is found again by the worker's sweep."""


class Lane(StrEnum):
    """What is worked on beside each other, by threads of its own; the value is the queue's name."""

    FILES = "makegood"
    QUICK = "makegood-quick"


@dataclass(frozen=True, slots=True)
class _Connection:
    huey: Huey
    task: TaskWrapper


class TaskQueue:
    """Tasks by name with plain arguments, sent after the commit of the row that they work on.

    Messages are signed: Huey unpickles what it reads, so that who could write the queue could run code.
    """

    def __init__(self, url: str, *, database_url: str, secret_key: str) -> None:
        self._url = url
        self._database_url = database_url
        self._serializer = SignedSerializer(secret=secret_key, salt="makegood.queue")
        self._lock = threading.Lock()
        self._connections: dict[Lane, _Connection] = {}
        self._run: Run | None = None

    def send(self, name: str, **arguments: int | str) -> None:
        """Hand a task to the worker. A queue that is down is logged, not raised: the sweep finds the row."""
        try:
            lane = Lane.QUICK if name in QUICK else Lane.FILES
            self._connected(lane).task(name, arguments, priority=BEFORE_OTHERS.get(name))
        except UNREACHABLE:
            # texts are what people searched for
            numbers = {key: value for key, value in arguments.items() if isinstance(value, int)}
            log.warning("the queue does not answer; the sweep will find %s %s", name, numbers)

    def consumer(self, run: Run, *, workers: int, lane: Lane = Lane.FILES) -> Consumer:
        """A consumer whose threads call `run(name, arguments)` for each task of a lane."""
        self._run = run
        return self._connected(lane).huey.create_consumer(
            workers=workers, periodic=False, initial_delay=0.1, max_delay=POLL_SECONDS
        )

    def waiting(self) -> int:
        """Tasks that nobody has taken yet. Raises QueueUnreachable."""
        try:
            return sum(int(self._connected(lane).huey.storage.queue_size()) for lane in Lane)
        except UNREACHABLE as error:
            raise QueueUnreachable(str(error)) from error

    def check(self) -> None:
        """Raise QueueUnreachable when the store does not answer."""
        self.waiting()

    def close(self) -> None:
        for connection in self._connections.values():
            connection.huey.storage.close()

    def _connected(self, lane: Lane) -> _Connection:
        # connected at first use, so that a web server starts while the queue is down, and may fork before
        with self._lock:
            if lane not in self._connections:
                self._connections[lane] = self._connect(lane)
            return self._connections[lane]

    def _connect(self, lane: Lane) -> _Connection:
        huey = self._storage_of(lane)
        _create_tables(huey)

        def work(name: str, arguments: dict[str, Any]) -> None:
            assert self._run is not None
            self._run(name, arguments)

        return _Connection(huey, huey.task(name="work")(work))

    def _storage_of(self, lane: Lane) -> Huey:
        options: dict[str, Any] = {"results": False, "serializer": self._serializer, "create_tables": False}
        if self._url.startswith("postgresql"):
            dsn = self._database_url.replace("postgresql+psycopg://", "postgresql://", 1)
            # asked every second: its way of listening keeps a connection a thread that nobody closes
            options["blocking"] = False
            return Huey(lane.value, storage_class=PostgresStorage, dsn=dsn, **options)
        path = Path(self._url.removeprefix("sqlite:///"))
        path.parent.mkdir(parents=True, exist_ok=True)
        return Huey(
            lane.value, storage_class=SqliteStorage, filename=str(path), timeout=BUSY_SECONDS, **options
        )


def _create_tables(huey: Huey) -> None:
    try:
        huey.storage.initialize_schema()
    except psycopg.errors.UniqueViolation:
        # another process made the same tables in the same moment
        log.debug("the queue's tables exist")


def make_queue(settings: Settings) -> TaskQueue:
    return TaskQueue(settings.queue_url, database_url=settings.database_url, secret_key=settings.secret_key)
