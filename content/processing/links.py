"""Links as assets: which addresses are taken, how they are shown, and opening one so that it counts."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session

from content.assets.models import AssetVersion
from content.usage.usage_models import View
from content.usage.usage_time import VIEW_ENDS_AFTER
from content.usage.usage_viewers import viewer_id_of
from content.usage.usage_views import Moment, open_view
from portal.kernel.identity import Identity

VALID_FOR = timedelta(hours=24)


def is_taken(url: str) -> bool:
    """Whether a browser may be sent there: http or https, a host, nobody's name before it, no blanks."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    odd = any(char <= " " or char in '\\"<>' or not char.isprintable() for char in url)
    return parts.scheme in {"http", "https"} and bool(host) and parts.username is None and not odd


def host_of(url: str) -> str:
    """The host as people know it; one with letters that look like others' is shown as it is looked up."""
    host = urlsplit(url).hostname or ""
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return host


def signed(secret_key: str, version: AssetVersion, identity: Identity, at: datetime) -> str:
    """What a page of ours puts on a link, so that nobody else's page makes it count."""
    return _serializer(secret_key).dumps([version.id, identity.user_id, at.isoformat()])


def is_signed(secret_key: str, token: str, version: AssetVersion, identity: Identity, at: datetime) -> bool:
    try:
        version_id, user_id, made_at = _serializer(secret_key).loads(token)
    except (BadData, ValueError, TypeError):
        return False
    is_fresh = timedelta(0) <= at - datetime.fromisoformat(made_at) <= VALID_FOR
    return (version_id, user_id) == (version.id, identity.user_id) and is_fresh


def count_opening(session: Session, identity: Identity, version: AssetVersion, moment: Moment) -> View:
    """A click is a sign of a person: their open view of the link counts, or a new one does."""
    viewer_id = viewer_id_of(session, identity.user_id)
    view = session.scalar(
        select(View)
        .where(View.version_id == version.id, View.viewer_id == viewer_id)
        .where(View.last_beat_at > moment.at - VIEW_ENDS_AFTER)
        .limit(1)
        .with_for_update()
    )
    view = view or open_view(session, identity, version, moment)
    view.is_human, view.last_beat_at = True, moment.at
    session.flush()
    return view


def _serializer(secret_key: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key, salt="makegood.link")
