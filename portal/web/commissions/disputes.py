"""Questions about statements: asked by a partner, followed by both sides in one thread."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from commissions.disputes.dispute_models import Dispute
from commissions.disputes.dispute_outcomes import outcome_adjustment, waiting_outcome
from commissions.disputes.disputes import (
    answer,
    dispute,
    dispute_page,
    expected_amount,
    finance_people,
    message_file,
    messages,
    stated_amount,
    withdraw_dispute,
)
from commissions.overviews.tracing import Trace, trace_of
from partners.people import names_of
from portal.kernel.db import transaction
from portal.kernel.identity import Permission
from portal.web import large_body
from portal.web.access import requires
from portal.web.attachments import saved_file
from portal.web.commissions.blueprint import blueprint
from portal.web.commissions.dispute_asking import LARGEST_FILE, said_in_form
from portal.web.commissions.dispute_mails import tell_other_side
from portal.web.commissions.looks import note_look
from portal.web.context import business_day, db, identity, now, services
from portal.web.house import house
from portal.web.paging import pages_of

PAGE = 25


@blueprint.get("/disputes")
@requires(Permission.STATEMENTS_READ)
def disputes() -> str:
    """A partner's own; for finance the queue, the first due first."""
    settled, mine = request.args.get("show") == "settled", request.args.get("owner") == "me"
    offset = max(request.args.get("from", 0, type=int), 0)
    owner = identity().user_id if mine and not identity().is_partner else None
    found = dispute_page(db(), identity(), settled=settled, owner_id=owner, window=(PAGE, offset))
    return render_template(
        "commissions/disputes.html",
        asker=identity(),
        rows=found.rows,
        total=found.total,
        settled=settled,
        mine=owner is not None,
        names=names_of(db(), {str(one.owner_id) for one in found.rows if one.owner_id}),
        today=business_day(),
        pages=pages_of(found.total, len(found.rows), offset, PAGE),
        stated=stated_amount,
        expected=expected_amount,
    )


@blueprint.get("/disputes/<ref>")
@requires(Permission.STATEMENTS_READ)
def dispute_thread(ref: str) -> str:
    found = dispute(db(), identity(), ref)
    note_look("dispute", found.dispute_ref)
    said = messages(db(), found)
    decides = identity().may(Permission.MONTH_WRITE) and not found.is_settled
    people = {str(one.author_id) for one in said} | {str(found.owner_id), str(found.opened_by)}
    return render_template(
        "commissions/dispute.html",
        asker=identity(),
        dispute=found,
        messages=said,
        names=names_of(db(), people),
        trace=_trace(found),
        stated=stated_amount(found),
        expected=expected_amount(found),
        today=business_day(),
        outcome=waiting_outcome(db(), ref) if decides else None,
        adjustment=outcome_adjustment(db(), found),
        owners=finance_people(db()) if decides else [],
        may_decide=decides,
    )


@blueprint.post("/disputes/<ref>/messages")
@requires(Permission.STATEMENTS_READ)
def say(ref: str) -> Response:
    dispute(db(), identity(), ref)
    large_body.accept(LARGEST_FILE)
    said = said_in_form()
    with transaction(services().sessions) as session:
        found = answer(session, identity(), ref, said, at=now())
        tell_other_side(session, found, said.text, by_partner=identity().is_partner)
    flash(_("Sent."), "good")
    return redirect(url_for("commissions.dispute_thread", ref=ref), 303)


@blueprint.get("/disputes/<ref>/files/<int:message_id>")
@requires(Permission.STATEMENTS_READ)
def dispute_file(ref: str, message_id: int) -> Response:
    """What somebody attached, only ever to be saved (R11)."""
    file = message_file(db(), identity(), ref, message_id)
    return saved_file(services().blobs, file.sha256, file.name)


@blueprint.post("/disputes/<ref>/withdraw")
@requires(Permission.STATEMENTS_QUESTION)
def withdraw(ref: str) -> Response:
    with transaction(services().sessions) as session:
        found = withdraw_dispute(session, identity(), ref, at=now())
        tell_other_side(session, found, _("The partner took the question back."), by_partner=True)
    flash(_("Taken back."), "good")
    return redirect(url_for("commissions.disputes"), 303)


def _trace(found: Dispute) -> Trace | None:
    if found.line is None or found.line.posting_id is None:
        return None
    return trace_of(db(), identity(), found.line, house=house())
