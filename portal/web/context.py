"""What a view works with: the services, this request's session, and who is asking."""

from __future__ import annotations

from datetime import date, datetime
from typing import cast

from flask import current_app, g
from sqlalchemy.orm import Session

from partners.models import User
from portal.kernel.errors import NotAllowed
from portal.kernel.identity import Identity
from portal.services import EXTENSION, Services


def services() -> Services:
    return cast("Services", current_app.extensions[EXTENSION])


def db() -> Session:
    """The request's session for reading; closed when the request ends."""
    if "db" not in g:
        g.db = services().sessions()
    return cast("Session", g.db)


def close_db(_error: BaseException | None = None) -> None:
    session = g.pop("db", None)
    if session is not None:
        session.close()


def now() -> datetime:
    """One instant for the whole request, aware, in UTC."""
    if "now" not in g:
        g.now = services().clock()
    return cast("datetime", g.now)


def house_now() -> datetime:
    """The same instant on the clock of the house."""
    return now().astimezone(services().settings.zone)


def business_day() -> date:
    return house_now().date()


def enter(user: User, identity: Identity) -> None:
    """Say who is asking; only the two doors (log-in and API key) call it."""
    g.user, g.identity = user, identity


def is_known() -> bool:
    return "identity" in g


def identity() -> Identity:
    """Who is asking. Raises NotAllowed outside a route that asks for a log-in."""
    if "identity" not in g:
        raise NotAllowed("Log in first.")
    return cast("Identity", g.identity)


def person() -> User:
    """The person who is asking, with their organisation."""
    identity()
    return cast("User", g.user)
