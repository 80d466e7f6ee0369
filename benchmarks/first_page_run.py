"""One run of ours: from an uploaded PDF to its first page in the viewer. Argument: database url."""

from __future__ import annotations

import sys
import tempfile
import time
from io import BytesIO
from pathlib import Path
from statistics import median
from threading import Thread

import typst
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from benchmarks.harness import Measured
from benchmarks.statement_run import NOW
from content.assets.models import AssetKind, AssetVersion, Page
from content.editing.describing import Description, add_asset
from content.processing.processing import process
from content.uploads.uploads import Upload, add_version, stored
from migrations.upgrade import upgrade
from portal.adapters.local_files import LocalFiles
from portal.kernel.db import make_engine, make_sessions, reading, transaction
from portal.kernel.ports import BlobStore

SHORT, LONG, TIMES = 3, 300, 5
GLANCE_SECONDS = 0.005

Sessions = sessionmaker[Session]


def run(url: str) -> Measured:
    engine = make_engine(url)
    upgrade(engine)
    sessions = make_sessions(engine)
    with tempfile.TemporaryDirectory(prefix="makegood-first-page-") as folder:
        blobs = LocalFiles(Path(folder))
        decks = {pages: _uploaded(blobs, pages) for pages in (SHORT, LONG)}
        # they take turns, so that what else the machine does meets both
        waits = [{pages: _wait(sessions, blobs, deck) for pages, deck in decks.items()} for _ in range(TIMES)]
    return Measured(
        {name: median(wait[pages] for wait in waits) for name, pages in (("short", SHORT), ("long", LONG))},
        {"short": SHORT, "long": LONG},
    )


def _uploaded(blobs: BlobStore, pages: int) -> Upload:
    text = "\n#pagebreak()\n".join(f"= Page {number}\n#lorem(150)" for number in range(1, pages + 1))
    return stored(blobs, BytesIO(typst.compile(text.encode())), f"{pages} pages.pdf")


def _wait(sessions: Sessions, blobs: BlobStore, upload: Upload) -> float:
    """Seconds until the first page is there for the viewer."""
    with transaction(sessions) as session:
        asset = add_asset(session, Description("Deck", AssetKind.DECK), at=NOW, by="operator")
        version_id = add_version(session, asset, upload, at=NOW, by="operator").id
    worker = Thread(target=process, args=(sessions, blobs, version_id), kwargs={"clock": lambda: NOW})
    start = time.perf_counter()
    worker.start()
    while not _has(sessions, version_id):
        time.sleep(GLANCE_SECONDS)
    seconds = time.perf_counter() - start
    # the rest is not waited for: another worker's claim makes this one's void
    with transaction(sessions) as session:
        theirs = update(AssetVersion).where(AssetVersion.id == version_id)
        session.execute(theirs.values(tries=AssetVersion.tries + 1))
    worker.join()
    return seconds


def _has(sessions: Sessions, version_id: int) -> bool:
    with reading(sessions) as session:
        return session.scalar(select(Page.id).where(Page.version_id == version_id)) is not None


if __name__ == "__main__":
    run(sys.argv[1]).tell()
