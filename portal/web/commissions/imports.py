"""Files of facts come in by the browser: what was taken, what could not be read, what was not believed."""

from __future__ import annotations

from dataclasses import replace
from typing import BinaryIO, cast

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from commissions.approvals.approval_models import Proposal, ProposalKind
from commissions.facts.import_models import ImportKind
from commissions.imports.file_import import import_file
from commissions.imports.import_history import latest_imports
from commissions.imports.importing import IMPORTERS, ImportReport, ImportRequest
from commissions.imports.plan_import import plan_document
from commissions.imports.second_person import second_person_for
from commissions.ledger.quarantine import open_count
from commissions.proposals.file_proposals import WaitingFile, figures_of_check, propose_file
from commissions.proposals.plan_proposals import propose_plan
from content.assets.file_types import safe_file_name
from portal.kernel.db import reading, transaction
from portal.kernel.errors import Refusal
from portal.kernel.identity import Permission
from portal.web import large_body
from portal.web.access import requires
from portal.web.commissions.blueprint import blueprint
from portal.web.commissions.exception_actions import todo_sentence
from portal.web.context import identity, now, services
from portal.web.csv_answers import csv_answer
from portal.web.house import house

KINDS = tuple(
    kind
    for kind in (
        ImportKind.PARTNERS,
        ImportKind.ORDERS,
        ImportKind.DELIVERIES,
        ImportKind.INVOICES,
        ImportKind.PAYMENTS,
        ImportKind.PLANS,
        ImportKind.ADJUSTMENTS,
        ImportKind.DISALLOWED,
        ImportKind.PAYOUT_STATUS,
    )
    if kind in {ImportKind.DELIVERIES, ImportKind.PLANS, *IMPORTERS}
)


@blueprint.get("/imports")
@requires(Permission.ORDERS_WRITE)
def imports() -> str:
    return _page(None)


@blueprint.post("/imports")
@requires(Permission.ORDERS_WRITE)
def take_file() -> str | tuple[str, int] | BaseResponse:
    """Import the file, check it, or ask a second person; the answer lists every bad cell and doubted row."""
    large_body.accept()
    file = request.files.get("file")
    if file is None or not file.filename:
        return _page(None, sentence=_("Choose a file first.")), 422
    stream, wanted = cast("BinaryIO", file.stream), _wanted(file.filename)
    try:
        kind = _kind()
        needed = second_person_for(kind, stream, source=wanted.source, house=wanted.house)
        stream.seek(0)
        if needed is not None and not wanted.check:
            return _ask(needed, kind, stream, wanted)
        report = import_file(services().sessions, kind, stream, wanted)
    except Refusal as refusal:
        return _page(None, sentence=refusal.sentence), refusal.status
    return _page(report), 422 if report.is_refused else 200


def _wanted(file_name: str) -> ImportRequest:
    return ImportRequest(
        at=now(),
        by=str(identity().user_id),
        file_name=safe_file_name(file_name),
        source=request.form.get("source", "").strip(),
        check="check" in request.form,
        partial="partial" in request.form,
        house=house(),
    )


def _ask(
    needed: ProposalKind, kind: ImportKind, stream: BinaryIO, wanted: ImportRequest
) -> str | tuple[str, int] | BaseResponse:
    """Check the file; where it can be read and says something new, keep it and propose it."""
    report = import_file(services().sessions, kind, stream, replace(wanted, check=True))
    if report.already_imported or (report.bad.rows and not wanted.partial):
        return _page(report), 422 if report.bad.rows else 200
    stream.seek(0)
    made = _proposed(needed, kind, stream, (wanted, report))
    flash(_("The file is kept. It counts as soon as a second person approves it."), "good")
    return redirect(url_for("commissions.approval", proposal_id=made.id), 303)


def _proposed(
    needed: ProposalKind, kind: ImportKind, stream: BinaryIO, checked: tuple[ImportRequest, ImportReport]
) -> Proposal:
    wanted, report = checked
    reason = request.form.get("reason", "").strip()[:2000]
    if kind is ImportKind.PLANS:
        document = plan_document(stream)
        with transaction(services().sessions) as session:
            return propose_plan(session, document, reason=reason, by=identity(), at=now())
    kept = services().blobs.put(stream)
    waiting = WaitingFile(kind, kept.sha256, wanted.file_name, wanted.source, wanted.partial)
    shown = {"figures": figures_of_check(report), "reason": reason}
    with transaction(services().sessions) as session:
        return propose_file(session, needed, waiting, shown=shown, by=(identity(), now()))


@blueprint.post("/imports/errors.csv")
@requires(Permission.ORDERS_WRITE)
def errors_file() -> Response:
    """The bad cells of the answer before, as a file to mend the original by."""
    rows = (row.split("\x1f") for row in request.form.getlist("bad"))
    return csv_answer("errors", ["line", "column", "value", "reason"], rows)


def _kind() -> ImportKind:
    try:
        return ImportKind(request.form.get("kind", ""))
    except ValueError:
        raise Refusal(_("Choose what the file holds.")) from None


def _page(report: ImportReport | None, *, sentence: str | None = None) -> str:
    # as of now: the request's own session may have begun before the file was taken
    with reading(services().sessions) as session:
        latest, waiting = latest_imports(session, limit=20), open_count(session)
    return render_template(
        "commissions/imports.html",
        report=report,
        told=_told(report) if report else "",
        sentence=sentence,
        kinds=KINDS,
        kind=request.values.get("kind", ImportKind.DELIVERIES),
        # what was typed stays until the file is in
        given={} if report and report.written else request.form,
        latest=latest,
        waiting=waiting,
        separator="\x1f",
        todo=todo_sentence(request.args.get("todo", ""), request.args.get("line", "")[:64]),
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
