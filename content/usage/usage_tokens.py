"""The signed token of a view: what a beat carries, and all that is believed of it (rule 1)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from itsdangerous import BadData, URLSafeTimedSerializer

from content.usage.usage_errors import ViewTokenRefused
from content.usage.usage_models import View

VALID_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class ViewClaims:
    """What the server says of a view it opened; `issued_at` is an ISO instant."""

    view: str
    version: int
    viewer: str
    pages: int
    issued_at: str


def signed(secret_key: str, view: View) -> str:
    """The token of an open view, safe in an address."""
    claims = ViewClaims(view.id, view.version_id, view.viewer_id, view.page_count, view.opened_at.isoformat())
    return _serializer(secret_key).dumps(asdict(claims))


def claims_of(secret_key: str, token: str, at: datetime) -> ViewClaims:
    """What the token says. Raises ViewTokenRefused when we did not sign it or it is older than a day."""
    try:
        claims = ViewClaims(**_serializer(secret_key).loads(token))
    except BadData:
        raise ViewTokenRefused from None
    if at - datetime.fromisoformat(claims.issued_at) > VALID_FOR:
        raise ViewTokenRefused
    return claims


def _serializer(secret_key: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret_key, salt="makegood.view")
