"""A person of the brand who looks through a partner's eyes: who they are then, and what they may ask for."""

from __future__ import annotations

from flask import g, redirect, request, session, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from partners.models import Organisation, User
from partners.partner_queries import partner_of
from partners.people import preview_identity
from portal.kernel.errors import Conflict
from portal.kernel.identity import Identity, Permission
from portal.web.context import db, enter, now

VIEWING_AS = "viewing_as"
# the way out, log-out, and what every page is made of
ALWAYS = frozenset({"content.end_view_as", "auth.log_out", "static"})


class OnlyLooking(Conflict):
    def __init__(self, name: str) -> None:
        super().__init__(f"You are looking at what {name} sees. End that first; nothing was changed.")


def look_through(user: User, own: Identity) -> Response | None:
    """Enter as the partner that is looked at, if any; what is no content is not answered then."""
    partner, language = _chosen(own)
    if partner is None:
        enter(user, own)
        return None
    g.own_identity, g.viewed_partner = own, partner
    enter(user, preview_identity(db(), partner, language, by=own, today=now().date()))
    endpoint = request.endpoint or ""
    if endpoint in ALWAYS:
        return None
    if request.method not in {"GET", "HEAD"}:
        raise OnlyLooking(partner.name)
    if not endpoint.startswith("content.") or request.path.startswith("/content"):
        return redirect(url_for("content.library"), 303)
    return None


def own_identity() -> Identity:
    """Who really asks."""
    found: Identity = g.own_identity if "own_identity" in g else g.identity
    return found


def viewed_partner() -> Organisation | None:
    """The partner who is looked at, for the banner."""
    found: Organisation | None = g.get("viewed_partner")
    return found


def held() -> Markup:
    """For a button that changes something: disabled, and why, while somebody only looks."""
    partner = viewed_partner()
    if partner is None:
        return Markup()
    return Markup(' disabled title="{}"').format(
        _("Only %(name)s can do this; you only look.", name=partner.name)
    )


def _chosen(own: Identity) -> tuple[Organisation | None, str]:
    kept = session.get(VIEWING_AS)
    if not kept or not own.may(Permission.CONTENT_WRITE):
        return None, ""
    ref, language = kept
    return partner_of(db(), ref), language
