"""A partner's side of a must-read: how they stand to it, and "I have read it"."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from content.assets.guard import readable_asset
from content.assets.models import Asset
from content.readers.must_read_queries import own_state, progress
from content.readers.must_reads import acknowledge
from portal.kernel.db import transaction
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content.blueprint import blueprint
from portal.web.context import business_day, db, identity, now, services
from portal.web.paths import safe_next


@blueprint.post("/library/<ref>/acknowledge")
@requires(Permission.CONTENT_ACKNOWLEDGE)
def acknowledge_asset(ref: str) -> Response:
    with transaction(services().sessions) as session:
        asset = readable_asset(session, identity(), ref, at=now())
        acknowledge(session, identity(), asset, at=now())
    flash(_("Noted: you have read it."), "good")
    otherwise = url_for("content.asset", ref=ref)
    return redirect(safe_next(request.form.get("came_from"), otherwise=otherwise), 303)


def duty_of(asset: Asset, *, is_open: bool = False) -> dict[str, Any]:
    """A partner's own standing, or the brand's progress; `is_open`: its current version is being opened."""
    today = business_day()
    found: dict[str, Any] = {"to_read": own_state(db(), identity(), asset, at=now()), "today_here": today}
    if is_open and found["to_read"] is not None:
        found["to_read"] = replace(found["to_read"], has_opened=True)
    return found


def progress_of(asset: Asset, today: date) -> dict[str, Any]:
    """For the brand: how many have read it, when it is a must-read."""
    if not identity().may(Permission.CONTENT_WRITE):
        return {}
    return {"must_read": next(iter(progress(db(), today=today, asset=asset)), None)}
