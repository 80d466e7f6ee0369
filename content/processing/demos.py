"""HTML demos that can be played: their files, the address of a sitting, and who may still open it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session

from content.assets.guard import readable_version
from content.assets.models import AssetVersion, FileFormat
from content.usage.demo_models import DemoFile
from partners.people import identity_of
from partners.sessions import live_session_of
from portal.kernel.errors import NotFound

# long enough for a meeting; every file is asked for anew, so revocation does not wait for it
VALID_FOR = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class DemoGrant:
    """What the path of a demo's files says: one version, played by one person in one log-in."""

    ref: str
    number: int
    user_id: int
    session_id: int
    issued_at: str


def signed(secret_key: str, grant: DemoGrant) -> str:
    """The grant as a part of a path."""
    return _serializer(secret_key).dumps(asdict(grant))


def granted_file(session: Session, secret_key: str, token: str, path: str, *, at: datetime) -> DemoFile:
    """The file, as long as its log-in lives and the guard lets its person see the version. Raises NotFound.

    Log-out, expiry, retirement and a change of audience end it at the next file that is asked for.
    """
    grant = _grant_of(secret_key, token, at)
    log_in = live_session_of(session, grant.session_id, at=at)
    if log_in is None or log_in.user_id != grant.user_id:
        raise NotFound
    identity = identity_of(session, log_in.user, today=at.date())
    version = readable_version(session, identity, grant.ref, grant.number, at=at)
    found = session.get(DemoFile, (version.id, path)) if version.is_ready else None
    if found is None:
        raise NotFound
    return found


def start_of(session: Session, version: AssetVersion) -> DemoFile | None:
    """The page that a demo begins with; None for what is no demo, or not unpacked."""
    if version.format is not FileFormat.DEMO:
        return None
    return session.scalar(select(DemoFile).where(DemoFile.version_id == version.id, DemoFile.is_start))


def storing_files(session: Session, version_id: int) -> list[DemoFile]:
    """Files of a demo that keep data in the browser, which needs a second address."""
    wanted = select(DemoFile).where(DemoFile.version_id == version_id, DemoFile.storage_word.is_not(None))
    return list(session.scalars(wanted.order_by(DemoFile.path)))


def _grant_of(secret_key: str, token: str, at: datetime) -> DemoGrant:
    try:
        grant = DemoGrant(**_serializer(secret_key).loads(token))
    except BadData:
        raise NotFound from None
    if not timedelta(0) <= at - datetime.fromisoformat(grant.issued_at) <= VALID_FOR:
        raise NotFound
    return grant


def _serializer(secret_key: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key, salt="makegood.demo")
