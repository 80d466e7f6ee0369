"""Content that nobody opened: never, or not in 90 days."""

from __future__ import annotations

from flask import render_template, request

from content.usage.usage_unused import IDLE_DAYS, Idleness, unused_assets, unused_counts
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content_words import kind_names
from portal.web.context import db, identity, now
from portal.web.reports.blueprint import blueprint
from portal.web.reports.filtering import today

AT_ONCE = 50


@blueprint.get("/reports/unused")
@requires(Permission.USAGE_REPORT)
def unused() -> str:
    counts = unused_counts(db(), identity(), today=today(), at=now())
    which = Idleness(today(), never=request.args.get("show", "never") != "idle")
    offset = max(request.args.get("offset", 0, type=int), 0)
    return render_template(
        "reports/unused.html",
        counts=counts,
        which=which,
        total=counts.never if which.never else counts.idle,
        rows=unused_assets(db(), identity(), which, at=now(), offset=offset),
        offset=offset,
        at_once=AT_ONCE,
        idle_days=IDLE_DAYS,
        kinds=kind_names(),
        today=today(),
    )
