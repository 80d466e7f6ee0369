"""Files of facts come in by the browser: what was taken, what could not be read, what was not believed."""

from __future__ import annotations

import csv
import io
from typing import BinaryIO, cast

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from commissions.file_import import import_file
from commissions.import_history import latest_imports
from commissions.import_models import ImportKind
from commissions.importing import ImportReport, ImportRequest
from commissions.quarantine import dismiss, open_count, open_rows
from portal.house import house_rules
from portal.kernel.activity import record
from portal.kernel.db import transaction
from portal.kernel.errors import Refusal
from portal.kernel.formulas import defused
from portal.kernel.identity import Permission
from portal.web import large_body
from portal.web.access import requires
from portal.web.commissions.blueprint import blueprint
from portal.web.context import db, identity, now, services

KINDS = (
    ImportKind.PARTNERS,
    ImportKind.ORDERS,
    ImportKind.DELIVERIES,
    ImportKind.INVOICES,
    ImportKind.PAYMENTS,
    ImportKind.PLANS,
)
QUARANTINE_PAGE = 50


@blueprint.get("/imports")
@requires(Permission.ORDERS_WRITE)
def imports() -> str:
    return _page(None)


@blueprint.post("/imports")
@requires(Permission.ORDERS_WRITE)
def take_file() -> str | tuple[str, int]:
    """Import the file, or only check it; the answer lists every bad cell and every doubted row."""
    large_body.accept()
    file = request.files.get("file")
    if file is None or not file.filename:
        return _page(None, sentence=_("Choose a file first.")), 422
    wanted = ImportRequest(
        at=now(),
        by=str(identity().user_id),
        file_name=file.filename[:200],
        source=request.form.get("source", "").strip(),
        check="check" in request.form,
        partial="partial" in request.form,
        house=house_rules(services().settings),
    )
    try:
        report = import_file(services().sessions, _kind(), cast("BinaryIO", file.stream), wanted)
    except Refusal as refusal:
        return _page(None, sentence=refusal.sentence), refusal.status
    return _page(report), 422 if report.is_refused else 200


@blueprint.post("/imports/errors.csv")
@requires(Permission.ORDERS_WRITE)
def errors_file() -> Response:
    """The bad cells of the answer before, as a file to mend the original by."""
    sheet = io.StringIO()
    lines = csv.writer(sheet)
    lines.writerow(["line", "column", "value", "reason"])
    for row in request.form.getlist("bad"):
        lines.writerow(defused(cell) for cell in row.split("\x1f"))
    answer = Response(sheet.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = "attachment; filename=errors.csv"
    return answer


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


def _kind() -> ImportKind:
    try:
        return ImportKind(request.form.get("kind", ""))
    except ValueError:
        raise Refusal(_("Choose what the file holds.")) from None


def _page(report: ImportReport | None, *, sentence: str | None = None) -> str:
    return render_template(
        "commissions/imports.html",
        report=report,
        told=_told(report) if report else "",
        sentence=sentence,
        kinds=KINDS,
        kind=request.form.get("kind", ImportKind.DELIVERIES),
        latest=latest_imports(db(), limit=20),
        waiting=open_count(db()),
        separator="\x1f",
    )


def _told(report: ImportReport) -> str:
    """One sentence: what became of the file."""
    if report.already_imported:
        return str(_("Already imported: every row of this file stands as it says."))
    if report.is_refused and all(cell.line <= 1 for cell in report.bad.first):
        return str(_("The file cannot be read. Nothing was written."))
    if report.is_refused:
        return str(
            ngettext(
                "%(num)d row cannot be read. Nothing was written.",
                "%(num)d rows cannot be read. Nothing was written.",
                report.bad.rows,
            )
        )
    if report.written:
        return str(ngettext("%(num)d row was read.", "%(num)d rows were read.", report.rows))
    return str(_("Checked. Nothing was written."))
