"""The composition root: everything a request, a command or a job works with, built from the settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from config import Settings
from content.finding.index_keeper import IndexKeeper
from portal.adapters.local_files import LocalFiles
from portal.adapters.mail import make_mailer
from portal.adapters.queue import TaskQueue, make_queue
from portal.adapters.s3 import S3Store
from portal.index_keeping import keep_index_after_commits
from portal.kernel.db import make_engine, make_sessions
from portal.kernel.ports import BlobStore, Mailer
from search.engine import SearchEngine
from search.engines import engine_of

# the name under which an application holds its services
EXTENSION = "makegood"


@dataclass(frozen=True, slots=True)
class Services:
    """One of each, shared by all threads of a process."""

    settings: Settings
    engine: Engine
    sessions: sessionmaker[Session]
    blobs: BlobStore
    search: SearchEngine
    queue: TaskQueue
    mailer: Mailer
    clock: Callable[[], datetime]
    # the worker's; a command keeps the index itself
    index_keeper: IndexKeeper | None = None


def build_services(settings: Settings) -> Services:
    return services_on(make_engine(settings.database_url), settings)


def services_on(engine: Engine, settings: Settings) -> Services:
    """On an engine that is there already; it keeps the statements that it has compiled."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    sessions = make_sessions(engine)
    queue = make_queue(settings)
    keep_index_after_commits(sessions, queue)
    return Services(
        settings=settings,
        engine=engine,
        sessions=sessions,
        blobs=_blobs(settings),
        search=engine_of(settings.search_url, sessions),
        queue=queue,
        mailer=make_mailer(settings.smtp_url, data_dir=settings.data_dir, host=settings.host),
        clock=_utc_now,
    )


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _blobs(settings: Settings) -> BlobStore:
    url = urlsplit(settings.storage_url)
    if url.scheme == "s3":
        return S3Store(url.netloc, prefix=url.path.strip("/"), endpoint_url=settings.s3_endpoint_url)
    return LocalFiles(Path(url.path))
