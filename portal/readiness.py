"""What is reachable and done: the same answers for /readyz and `flask doctor`."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from content.finding.indexing import not_indexed
from content.reading import jail
from migrations.upgrade import is_current
from portal.adapters.s3 import S3Store
from portal.kernel import outbox
from portal.kernel.db import reading
from portal.kernel.errors import Refusal
from portal.services import Services

FAULTS = (OSError, SQLAlchemyError, BotoCoreError, ClientError, Refusal)


@dataclass(frozen=True, slots=True)
class Finding:
    """One part of the installation: whether it works, and a sentence."""

    part: str
    works: bool
    sentence: str


def findings(services: Services) -> list[Finding]:
    """Database, migrations, storage, queue and index, each tried for real."""
    return [
        _tried("database", lambda: _database(services), "answers"),
        _tried("migrations", lambda: _migrations(services), "are all applied"),
        _tried("storage", services.blobs.check, "can be reached"),
        _tried("queue", lambda: _queue(services), "answers"),
        _tried("index", services.search.check, "answers"),
    ]


def problems(services: Services) -> list[str]:
    """Sentences for what does not work; empty when the portal is ready."""
    return [f"{finding.part}: {finding.sentence}" for finding in findings(services) if not finding.works]


def unindexed_assets(services: Services) -> Finding:
    """Whether the index took every asset: what it did not take does not stop the portal."""
    part = "indexed assets"
    try:
        with reading(services.sessions) as session:
            refs = not_indexed(session)
    except SQLAlchemyError:
        return Finding(part, works=True, sentence="not known: the database does not answer")
    if not refs:
        return Finding(part, works=True, sentence="the index took all that changed")
    more = f" and {len(refs) - 3} more" if refs[3:] else ""
    sentence = f"search does not know all that is in {', '.join(refs[:3])}{more}; it is tried again by itself"
    return Finding(part, works=True, sentence=sentence)


def office_previews() -> Finding:
    """Whether slide pictures can be made; without LibreOffice decks show their text and a cover."""
    words = "Office files show their text and a cover"
    if not shutil.which("soffice"):
        return Finding("office previews", works=True, sentence=f"no LibreOffice: {words}")
    if not jail.is_there():
        said = f"LibreOffice is here, but neither bwrap nor unshare works to lock it in: {words}"
        return Finding("office previews", works=True, sentence=said)
    return Finding("office previews", works=True, sentence=f"LibreOffice makes pictures, in {jail.name()}")


def late_mails(services: Services) -> Finding:
    """Whether the mail server takes what people are to hear: mails that wait do not stop the portal."""
    try:
        with reading(services.sessions) as session:
            count = outbox.late_mails(session, at=services.clock())
    except SQLAlchemyError:
        return Finding("mails", works=True, sentence="not known: the database does not answer")
    if not count:
        return Finding("mails", works=True, sentence="none waits for the mail server")
    sentence = f"{count} waited for more than an hour: the server is away or does not take them"
    return Finding("mails", works=False, sentence=sentence)


def direct_uploads(services: Services) -> Finding:
    """Whether browsers may send parts of large files straight to S3."""
    if not isinstance(services.blobs, S3Store):
        return Finding("large uploads", works=True, sentence="go through the portal into the folder")
    if services.blobs.takes_parts_from(services.settings.base_url):
        return Finding("large uploads", works=True, sentence="go straight to S3")
    said = f"go through the portal: the bucket has no CORS rule for PUT from {services.settings.base_url}"
    return Finding("large uploads", works=True, sentence=said)


def _tried(part: str, act: Callable[[], None], works: str) -> Finding:
    try:
        act()
    except FAULTS as fault:
        return Finding(part, works=False, sentence=f"does not work ({type(fault).__name__})")
    return Finding(part, works=True, sentence=works)


def _database(services: Services) -> None:
    with services.engine.connect() as connection:
        connection.execute(text("SELECT 1"))


def _migrations(services: Services) -> None:
    if not is_current(services.engine):
        raise NotUpgraded


def _queue(services: Services) -> None:
    services.queue.waiting()


class NotUpgraded(Refusal):
    def __init__(self) -> None:
        super().__init__("The database has not been upgraded: run flask db upgrade.")
