"""Who may use a route. Every view is closed unless it is marked public."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Flask

from portal.kernel.errors import NotAllowed
from portal.kernel.identity import Permission
from portal.web.context import identity

P = ParamSpec("P")
R = TypeVar("R")

_MARK = "makegood_access"
PUBLIC = "public"
ANY_ROLE = "any role"


class RouteWithoutAccess(RuntimeError):
    """A route says neither that it is public nor which permission it asks for."""


def public(reason: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Open to everyone, for the reason given."""

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        assert reason
        setattr(view, _MARK, PUBLIC)
        return view

    return mark


def requires(
    permission: Permission,
    who_may: Callable[[], str] | None = None,
    *,
    found_first: Callable[..., object] | None = None,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """For people whose role has the permission; what they see is filtered by the queries.

    `who_may` is the sentence that others read. `found_first` takes the parts of the address and raises
    NotFound: what is not there, or is another organisation's, is missing for every role alike.
    """

    def guard(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if not identity().may(permission):
                if found_first is not None:
                    found_first(*args, **kwargs)
                raise NotAllowed if who_may is None else NotAllowed(who_may())
            return view(*args, **kwargs)

        setattr(guarded, _MARK, str(permission))
        return guarded

    return guard


def requires_log_in(view: Callable[P, R]) -> Callable[P, R]:
    """For everyone who is logged in: their own home, devices and password."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        identity()
        return view(*args, **kwargs)

    setattr(guarded, _MARK, ANY_ROLE)
    return guarded


def access_of(app: Flask, endpoint: str) -> str | None:
    """What a route asks for: "public", "any role", the permission, or None when it says nothing."""
    return getattr(app.view_functions[endpoint], _MARK, None)


def check_every_route(app: Flask) -> None:
    """Raises RouteWithoutAccess; called once at the end of create_app."""
    silent = sorted(endpoint for endpoint in app.view_functions if access_of(app, endpoint) is None)
    if silent:
        raise RouteWithoutAccess(", ".join(silent))
