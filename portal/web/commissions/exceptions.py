"""The queue of what needs a decision or a look."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from commissions.quarantine import dismiss, open_count, open_rows
from portal.kernel.activity import record
from portal.kernel.db import transaction
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.commissions.blueprint import blueprint
from portal.web.context import db, identity, now, services

QUARANTINE_PAGE = 50


@blueprint.get("/exceptions")
@requires(Permission.MONTH_READ)
def exceptions() -> str:
    after = request.args.get("after", 0, type=int)
    rows = open_rows(db(), after_id=after, limit=QUARANTINE_PAGE + 1)
    return render_template(
        "commissions/exceptions.html",
        rows=rows[:QUARANTINE_PAGE],
        later=rows[QUARANTINE_PAGE - 1].id if len(rows) > QUARANTINE_PAGE else None,
        total=open_count(db()),
    )


@blueprint.post("/exceptions/<int:row_id>/dismiss")
@requires(Permission.ORDERS_WRITE)
def dismiss_row(row_id: int) -> BaseResponse:
    with transaction(services().sessions) as session:
        by = str(identity().user_id)
        row = dismiss(session, row_id, by=by, at=now(), note=request.form.get("note", ""))
        record(session, "dismissed", ("quarantined row", str(row.id)), at=now(), by=identity(), note=row.note)
    flash(_("The row does not count. It is kept, with your reason."), "good")
    return redirect(url_for("commissions.exceptions"), 303)
