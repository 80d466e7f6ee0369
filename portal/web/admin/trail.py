"""The audit trail, latest first, paged in SQL."""

from __future__ import annotations

from flask import render_template, request

from partners.people import names_of
from portal.kernel.activity import latest
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.admin.blueprint import blueprint
from portal.web.context import db

PAGE = 50


@blueprint.get("/trail")
@requires(Permission.PEOPLE_ALL)
def trail() -> str:
    before = request.args.get("before", type=int)
    rows = latest(db(), limit=PAGE + 1, before=before)
    more = rows[PAGE - 1].id if len(rows) > PAGE else None
    names = names_of(db(), {row.actor for row in rows})
    return render_template("admin/trail.html", rows=rows[:PAGE], more=more, names=names)
