"""The inbox of what needs a second person: see what would be done, then approve, reject or withdraw it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from commissions.approvals.approval_models import Proposal, ProposalKind
from commissions.approvals.approvals import (
    Setting,
    approve,
    decided,
    decided_count,
    proposal,
    reject,
    waiting,
    waiting_kinds,
    withdraw,
)
from commissions.imports.import_history import imports_without_second_person
from commissions.ledger.periods import periods_in_review
from commissions.proposals.approval_acts import ACTS
from commissions.proposals.file_proposals import file_of, first_rows
from partners.people import names_of
from portal.kernel.activity import record
from portal.kernel.db import transaction
from portal.kernel.errors import NotFound
from portal.kernel.identity import Permission
from portal.locale_words import sentence_words
from portal.web.access import requires
from portal.web.attachments import saved_file
from portal.web.commissions import plan_words
from portal.web.commissions.blueprint import blueprint
from portal.web.commissions.dispute_deciding import tell_outcome
from portal.web.commissions.plan_changes import proposed_plan
from portal.web.context import db, identity, now, services
from portal.web.house import house
from portal.web.language import locale
from portal.web.paging import pages_of
from portal.web.step_up import require_password

PAGE = 25
# what decides where money goes needs the password again (ASVS 7.5.1)
ASKED_AGAIN = frozenset({ProposalKind.PAYOUT, ProposalKind.PAYEE})
REVIEWED = 20


@blueprint.get("/approvals")
@requires(Permission.MONTH_READ)
def approvals() -> str:
    kind, past = _kind(), request.args.get("show") == "decided"
    offset = max(request.args.get("from", 0, type=int), 0)
    found = decided(db(), kind, limit=PAGE, offset=offset) if past else waiting(db(), kind)
    kinds = waiting_kinds(db())
    months = periods_in_review(db())
    total = decided_count(db(), kind) if past else len(found)
    taken = [] if past else imports_without_second_person(db(), house().sources, limit=REVIEWED)
    told = {str(month.review_by) for month in months} | _people(*found) | {one.imported_by for one in taken}
    return render_template(
        "commissions/approvals.html",
        proposals=found,
        past=past,
        kind=kind,
        kinds=kinds,
        months=[] if past or kind else months,
        waiting_count=sum(kinds.values()) + len(months),
        taken=[] if kind else taken,
        names=names_of(db(), told),
        pages=pages_of(total, len(found), offset, PAGE) if past else None,
        total=total,
        me=identity().user_id,
    )


@blueprint.get("/approvals/<int:proposal_id>")
@requires(Permission.MONTH_READ)
def approval(proposal_id: int) -> str:
    found = proposal(db(), identity(), proposal_id)
    file = file_of(found.payload)
    return render_template(
        "commissions/approval.html",
        proposal=found,
        file=file,
        rows=first_rows(services().blobs, file) if file else [],
        plan=proposed_plan(db(), services().blobs, found),
        words=plan_words,
        names=names_of(db(), _people(found)),
        is_author=found.author_id == identity().user_id,
        may_approve=identity().may(Permission.CLOSE_APPROVE),
        asks_again=found.kind in ASKED_AGAIN,
    )


@blueprint.get("/approvals/<int:proposal_id>/file")
@requires(Permission.MONTH_READ)
def approval_file(proposal_id: int) -> Response:
    """The file as it came, to be looked at before it counts."""
    file = file_of(proposal(db(), identity(), proposal_id).payload)
    if file is None:
        raise NotFound
    with transaction(services().sessions) as session:
        record(session, "downloaded", ("proposal", str(proposal_id)), at=now(), by=identity())
    return saved_file(services().blobs, file.sha256, file.file_name)


@blueprint.post("/approvals/<int:proposal_id>/approve")
@requires(Permission.CLOSE_APPROVE)
def approve_proposal(proposal_id: int) -> Response:
    if proposal(db(), identity(), proposal_id).kind in ASKED_AGAIN:
        require_password()
    setting = Setting(house(), services().blobs, ACTS)
    with transaction(services().sessions) as session:
        done = approve(session, proposal_id, by=identity(), at=now(), setting=setting)
        if done.kind is ProposalKind.DISPUTE_OUTCOME:
            tell_outcome(session, done)
    flash(_("Approved. %(outcome)s", outcome=sentence_words(done.outcome or "", locale())), "good")
    return _back()


@blueprint.post("/approvals/<int:proposal_id>/reject")
@requires(Permission.CLOSE_APPROVE)
def reject_proposal(proposal_id: int) -> Response:
    note = request.form.get("note", "")[:2000]
    with transaction(services().sessions) as session:
        reject(session, proposal_id, by=identity(), at=now(), note=note)
    flash(_("Rejected. The author sees your reason."), "good")
    return _back()


@blueprint.post("/approvals/<int:proposal_id>/withdraw")
@requires(Permission.MONTH_WRITE)
def withdraw_proposal(proposal_id: int) -> Response:
    with transaction(services().sessions) as session:
        withdraw(session, proposal_id, by=identity(), at=now())
    flash(_("Withdrawn. Nothing was done."), "good")
    return _back()


def _kind() -> ProposalKind | None:
    asked = request.args.get("kind", "")
    return ProposalKind(asked) if asked in {kind.value for kind in ProposalKind} else None


def _people(*found: Proposal) -> set[str]:
    return {str(who) for one in found for who in (one.author_id, one.decided_by) if who is not None}


def _back() -> Response:
    return redirect(url_for("commissions.approvals"), 303)
