"""Payouts for finance: what is payable now, batches by two people, the bank's files and answers."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from commissions.approvals.approval_models import ProposalKind
from commissions.approvals.approvals import waiting
from commissions.ledger.periods import last_closed
from commissions.payouts.pay_dates import expected_pay_day
from commissions.payouts.payable import PayableNow, payable_now
from commissions.payouts.payout_files import CSV_NAME, batch_files
from commissions.payouts.payouts import BatchOrder, batch_by_ref, batches, check_order
from commissions.proposals.payout_proposals import propose_batch
from partners.people import names_of
from portal.house import debtor, sealer
from portal.kernel.activity import record
from portal.kernel.db import transaction
from portal.kernel.errors import NotFound, Refusal
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.commissions.blueprint import blueprint
from portal.web.commissions.looks import note_look
from portal.web.context import business_day, db, identity, now, services
from portal.web.downloads import CSV, download
from portal.web.house import house
from portal.web.step_up import require_password

SHOWN = 24


@blueprint.get("/payouts")
@requires(Permission.MONTH_READ)
def payouts() -> str:
    return _page()


@blueprint.post("/payouts")
@requires(Permission.MONTH_WRITE)
def propose_payouts() -> BaseResponse | tuple[str, int]:
    """The author's half; a second person approves in the inbox, and only then anything is sent."""
    try:
        require_password()
        with transaction(services().sessions) as session:
            order = _order()
            check_order(session, order, today=business_day())
            found = payable_now(session, order.period, at=now(), by_hand=order.by_hand)
            propose_batch(session, order, found, by=identity(), at=now())
    except Refusal as refusal:
        return _page(sentence=refusal.sentence), refusal.status
    flash(_("The batch waits for a second person. Nothing is sent before."), "good")
    return redirect(url_for("commissions.payouts"), 303)


@blueprint.get("/payouts/<ref>")
@requires(Permission.MONTH_READ)
def payout_batch(ref: str) -> str:
    found = batch_by_ref(db(), ref)
    note_look("payout batch", ref)
    people = {found.created_by, found.approved_by or ""}
    currencies = sorted({payout.currency for payout in found.payouts if payout.payee_id is not None})
    return render_template(
        "commissions/payout_batch.html",
        batch=found,
        today=business_day(),
        names=names_of(db(), people),
        files=[*(f"pain.001-{currency}.xml" for currency in currencies), CSV_NAME],
        may_download=identity().may(Permission.MONTH_WRITE),
    )


@blueprint.get("/payouts/<ref>/<name>")
@requires(Permission.MONTH_WRITE)
def payout_file(ref: str, name: str) -> Response:
    """The bank's file holds bank data, so that each download stands in the audit trail."""
    found = batch_by_ref(db(), ref)
    files = {file.name: file for file in batch_files(db(), found, sealer(services().settings))}
    if name not in files:
        raise NotFound
    with transaction(services().sessions) as session:
        record(session, "payout file downloaded", ("payout batch", ref), at=now(), by=identity(), file=name)
    media_type = CSV if name == CSV_NAME else "application/xml"
    return download(f"{ref}-{name}", files[name].content, media_type)


def _page(sentence: str | None = None) -> str:
    last = last_closed(db())
    by_hand = bool(request.values.get("by_hand"))
    found = payable_now(db(), last.ref, at=now(), by_hand=by_hand) if last else PayableNow("", (), ())
    expected = (
        max(
            expected_pay_day(house().business_day(last.closed_at), services().settings.payout_day),
            business_day(),
        )
        if last and last.closed_at
        else business_day()
    )
    return render_template(
        "commissions/payouts.html",
        sentence=sentence,
        period=last.ref if last else None,
        found=found,
        today=business_day(),
        by_hand=by_hand,
        pay_on=request.form.get("pay_on") or expected.isoformat(),
        batches=batches(db(), limit=SHOWN),
        proposals=waiting(db(), ProposalKind.PAYOUT),
        has_debtor=services().settings.payer is not None,
        may_write=identity().may(Permission.MONTH_WRITE),
        first_day=last.end_day if last else business_day(),
        last_day=business_day() + timedelta(days=366),
    )


def _order() -> BatchOrder:
    try:
        day = date.fromisoformat(request.form.get("pay_on", ""))
    except ValueError:
        raise Refusal(_("Choose the day on which the bank is to pay.")) from None
    by_hand = bool(request.form.get("by_hand"))
    return BatchOrder(request.form.get("period", ""), day, debtor(services().settings), by_hand)
