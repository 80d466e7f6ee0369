"""Reading a version in the background: claimed with a lease, read outside any transaction, written in one.

Who starts again after a worker that was killed finds nothing half done.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Update, delete, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from content.assets.errors import NothingToRetry
from content.assets.models import AssetKind, AssetVersion, FileFormat, Page, Processing
from content.editing.proposing import follow
from content.processing.leases import MOST_TRIES, WAIT_FOR_STORE, is_free, take
from content.processing.links import host_of
from content.reading import reader
from content.reading.result import Reading, Unreadable
from content.usage.demo_models import DemoFile
from portal.kernel import activity
from portal.kernel.db import transaction
from portal.kernel.identity import Identity
from portal.kernel.ports import BlobNotStored, BlobStore

log = logging.getLogger("makegood.processing")

# renewed while the worker lives, so that a lease that has ended is a worker that is gone; twice as long with
# each try, since what took workers down before may do it again
LEASE = timedelta(seconds=40)
RENEW_SECONDS = 10
# the wait for a store is doubled each time, up to 16 minutes
LONGEST_WAIT = 5
WORKER = "worker"


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to read one version; `tries` makes an older claim of the same version void."""

    version_id: int
    tries: int
    asset_ref: str
    title: str
    kind: AssetKind
    format: FileFormat
    sha256: str | None
    url: str | None = None
    waits: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is to be written: pages (their pictures are stored), or the reason why there are none.

    Of a long file these are the next few; `count` is then how many it has in all.
    """

    pages: tuple[Page, ...] = ()
    count: int | None = None
    cover_sha256: str | None = None
    duration_ms: int | None = None
    reason: str | None = None
    # what is not there although it is ready
    note: str | None = None
    demo_files: tuple[DemoFile, ...] = ()
    # (name, value) pairs
    facts: tuple[tuple[str, str], ...] = ()


class ClaimLost(Exception):
    """Another worker has taken the version over."""


def process(
    sessions: sessionmaker[Session],
    blobs: BlobStore,
    version_id: int,
    *,
    clock: Callable[[], datetime],
    needs_approval: bool = False,
) -> Processing | None:
    """Read a version from claim to result. None when it is done, or another worker is at it.

    A store that does not answer leaves it pending, to be tried again later.
    """
    with transaction(sessions) as session:
        claimed = claim(session, version_id, at=clock())
    if claimed is None:
        return None
    try:
        with _held(sessions, claimed, clock):
            outcome = _outcome(blobs, claimed, lambda some: _show(sessions, claimed, some))
    except ClaimLost:
        return None
    except OSError as error:
        log.warning("%s waits for the store: %s", claimed.asset_ref, error)
        with transaction(sessions) as session:
            _put_back(session, claimed, at=clock())
        return Processing.PENDING
    with transaction(sessions) as session:
        return finish(session, claimed, outcome, at=clock(), needs_approval=needs_approval)


def waiting(session: Session, *, at: datetime) -> list[int]:
    """Versions that nobody is reading: new ones, and those whose worker was killed; oldest first."""
    return list(
        session.scalars(select(AssetVersion.id).where(is_free(AssetVersion, at)).order_by(AssetVersion.id))
    )


def unread(session: Session, version_ids: Sequence[int]) -> list[int]:
    """Those of the versions that are neither ready nor failed yet."""
    over = (Processing.READY, Processing.FAILED)
    found = select(AssetVersion.id).where(
        AssetVersion.id.in_(version_ids), AssetVersion.processing.not_in(over)
    )
    return list(session.scalars(found.order_by(AssetVersion.id)))


def retry(session: Session, version: AssetVersion, *, at: datetime, by: Identity | str) -> None:
    """Have a failed version read again. Raises NothingToRetry."""
    if version.processing is not Processing.FAILED or (version.blob_sha256 is None and version.url is None):
        raise NothingToRetry
    version.processing, version.reason, version.tries, version.lease_until = Processing.PENDING, None, 0, None
    activity.record(
        session, "version.retried", ("asset", version.asset.ref), at=at, by=by, version=version.number
    )


def claim(session: Session, version_id: int, *, at: datetime) -> Claim | None:
    """Take a free version for the length of a lease; after MOST_TRIES interrupted ones it fails for good."""
    taken = take(session, AssetVersion, version_id, at=at, until=at + LEASE)
    if taken is None:
        return None
    version = session.get_one(AssetVersion, version_id, populate_existing=True)
    version.lease_until = at + _lease(taken)
    asset = version.asset
    claimed = Claim(
        version_id,
        taken,
        asset.ref,
        asset.title,
        asset.kind,
        version.format,
        version.blob_sha256,
        version.url,
        version.waits,
    )
    if taken <= MOST_TRIES:
        return claimed
    reason = f"Reading it was interrupted {MOST_TRIES} times, so it was given up."
    finish(session, claimed, Outcome(reason=reason), at=at)
    return None


def finish(
    session: Session, claimed: Claim, outcome: Outcome, *, at: datetime, needs_approval: bool = False
) -> Processing | None:
    """Write pages and state at once. None, and nothing written, when the claim was lost meanwhile."""
    version = _claimed_version(session, claimed)
    if version is None:
        return None
    version.lease_until, version.reason = None, outcome.reason or outcome.note
    version.processing = Processing.FAILED if outcome.reason else Processing.READY
    _write(session, version, outcome)
    _keep_demo(session, version.id, outcome.demo_files)
    if version.is_ready:
        follow(session, version, at=at, needs_approval=needs_approval)
    verb = f"version.{version.processing}"
    activity.record(session, verb, ("asset", claimed.asset_ref), at=at, by=WORKER, version=version.number)
    return version.processing


def _show(sessions: sessionmaker[Session], claimed: Claim, some: Outcome) -> None:
    """Write the pages that are ready while the others are still being read. Raises ClaimLost."""
    with transaction(sessions) as session:
        version = _claimed_version(session, claimed)
        if version is None:
            raise ClaimLost
        _write(session, version, some)


def _claimed_version(session: Session, claimed: Claim) -> AssetVersion | None:
    return session.scalar(
        select(AssetVersion)
        .where(AssetVersion.id == claimed.version_id, AssetVersion.tries == claimed.tries)
        .where(AssetVersion.processing == Processing.PROCESSING)
        .with_for_update()
    )


def _write(session: Session, version: AssetVersion, outcome: Outcome) -> None:
    """These pages in place of those of the same numbers; none beyond the last."""
    count = len(outcome.pages) if outcome.count is None else outcome.count
    numbers = [page.number for page in outcome.pages]
    stale = or_(Page.number.in_(numbers), Page.number > count)
    session.execute(delete(Page).where(Page.version_id == version.id, stale))
    for page in outcome.pages:
        page.version_id = version.id
    session.add_all(outcome.pages)
    version.page_count, version.cover_sha256 = count, outcome.cover_sha256
    version.duration_ms = outcome.duration_ms
    version.file_facts = [list(fact) for fact in outcome.facts]


def _keep_demo(session: Session, version_id: int, files: Sequence[DemoFile]) -> None:
    session.execute(delete(DemoFile).where(DemoFile.version_id == version_id))
    for file in files:
        file.version_id = version_id
    session.add_all(files)


@contextmanager
def _held(sessions: sessionmaker[Session], claimed: Claim, clock: Callable[[], datetime]) -> Iterator[None]:
    """Renew the lease for as long as the block runs."""
    over = threading.Event()

    def renew() -> None:
        while not over.wait(RENEW_SECONDS):
            try:
                with transaction(sessions) as session:
                    session.execute(_of(claimed).values(lease_until=clock() + _lease(claimed.tries)))
            except SQLAlchemyError:
                # the next round tries again; the lease bears three misses
                log.warning("the lease on %s could not be renewed", claimed.asset_ref)

    thread = threading.Thread(target=renew, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _lease(tries: int) -> timedelta:
    return LEASE * (1 << (tries - 1))


def _of(claimed: Claim) -> Update:
    return update(AssetVersion).where(
        AssetVersion.id == claimed.version_id,
        AssetVersion.tries == claimed.tries,
        AssetVersion.processing == Processing.PROCESSING,
    )


def _put_back(session: Session, claimed: Claim, *, at: datetime) -> None:
    session.execute(
        _of(claimed).values(
            processing=Processing.PENDING,
            tries=claimed.tries - 1,
            waits=AssetVersion.waits + 1,
            lease_until=at + WAIT_FOR_STORE * 2 ** min(claimed.waits, LONGEST_WAIT),
        )
    )


def _outcome(blobs: BlobStore, claimed: Claim, show: Callable[[Outcome], None]) -> Outcome:
    """The last of what was read; all before it is shown as it comes."""
    with TemporaryDirectory(prefix="makegood-") as name:
        folder = Path(name)
        try:
            source = _source(blobs, claimed, folder)
            for found in reader.read(source, folder):
                outcome = _stored(blobs, found, folder)
                if not found.more:
                    return outcome
                show(outcome)
            raise AssertionError("a reader ends with a reading that says so")
        except Unreadable as unreadable:
            return Outcome(reason=str(unreadable))
        except BlobNotStored:
            return Outcome(reason="The uploaded file is missing from the store.")


def _source(blobs: BlobStore, claimed: Claim, folder: Path) -> reader.Source:
    path = None
    if claimed.sha256:
        path = folder / "source"
        blobs.local_copy(claimed.sha256, path)
    host = host_of(claimed.url) if claimed.url else ""
    return reader.Source(path, claimed.format, claimed.title, claimed.kind, host)


def _stored(blobs: BlobStore, reading: Reading, folder: Path) -> Outcome:
    # a reading names the same picture twice where the cover is a page's thumbnail
    stored: dict[str, str] = {}

    def put(name: str | None) -> str | None:
        if name is None:
            return None
        if name not in stored:
            with (folder / Path(name).name).open("rb") as file:
                stored[name] = blobs.put(file).sha256
        return stored[name]

    pages = tuple(
        Page(
            number=page.number,
            title=page.title,
            text=page.text,
            image_sha256=put(page.image),
            small_sha256=put(page.small),
            thumbnail_sha256=put(page.thumbnail),
            width=page.width,
            height=page.height,
            layer=page.layer,
        )
        for page in reading.pages
    )
    demo_files = tuple(
        DemoFile(
            path=file.path,
            sha256=put(file.file),
            media_type=file.media_type,
            size=file.size,
            is_start=file.is_start,
            storage_word=file.storage_word,
        )
        for file in reading.files
    )
    facts = tuple((fact.name, fact.value) for fact in reading.facts)
    return Outcome(
        pages,
        reading.page_count,
        put(reading.cover),
        reading.duration_ms,
        note=reading.note,
        demo_files=demo_files,
        facts=facts,
    )
