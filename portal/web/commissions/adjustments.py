"""Adjustments, holds and what partners owe: the lists, and proposals that a second person approves."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from commissions.adjustments.adjusting import Signed
from commissions.adjustments.adjustment_models import HoldEnding
from commissions.adjustments.adjustment_pages import (
    adjustment_rows,
    hold_rows,
    owing,
    waiting_openings,
)
from commissions.adjustments.holds import Ending
from commissions.approvals.approval_models import Proposal, ProposalKind
from commissions.approvals.approvals import waiting
from commissions.proposals.adjustment_proposals import (
    propose_adjustment,
    propose_hold,
    propose_hold_end,
)
from partners.partner_queries import partner_names
from partners.people import names_of
from portal.kernel.db import transaction
from portal.kernel.errors import Refusal
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.commissions.adjustment_forms import HOLD, WHAT, field_of, typed_adjusting, typed_holding
from portal.web.commissions.blueprint import blueprint
from portal.web.context import business_day, db, identity, now, services
from portal.web.house import house
from portal.web.paging import pages_of
from portal.web.typed_amounts import amount_example

PAGE = 25
MOST_HOLDS = 200
VIEWS = ("adjustments", "holds", "owed", "taken_over")


@blueprint.get("/adjustments")
@requires(Permission.MONTH_READ)
def adjustments() -> str:
    view = request.args.get("view", "")
    offset, text = max(request.args.get("from", 0, type=int), 0), request.args.get("q", "").strip()[:80]
    found = adjustment_rows(db(), text=text, limit=PAGE, offset=offset)
    holds = hold_rows(db(), text=text, limit=MOST_HOLDS)
    people = {who for one in (*found.rows, *(row.hold for row in holds)) for who in _signatures(one)}
    return render_template(
        "commissions/adjustments.html",
        view=view if view in VIEWS else VIEWS[0],
        rows=found.rows,
        total=found.total,
        holds=holds,
        standing=sum(1 for row in holds if row.end is None),
        owed=owing(db(), text=text),
        taken_over=waiting_openings(db(), text=text),
        partners=partner_names(db()),
        names=names_of(db(), people),
        query=text,
        pages=pages_of(found.total, len(found.rows), offset, PAGE),
        proposals=_waiting(),
        may_write=identity().may(Permission.MONTH_WRITE),
    )


@blueprint.get("/adjustments/new")
@requires(Permission.MONTH_WRITE)
def new_adjustment() -> str:
    return _form()


@blueprint.post("/adjustments")
@requires(Permission.MONTH_WRITE)
def propose_new_adjustment() -> Response | tuple[str, int]:
    """The author's half: nothing is posted before a second person approves it."""
    try:
        with transaction(services().sessions) as session:
            signed = _signed()
            if request.form.get("what") == HOLD:
                made = propose_hold(session, typed_holding(), signed, by=identity())
            else:
                made = propose_adjustment(session, typed_adjusting(), signed, by=identity())
    except Refusal as refusal:
        return _form(refusal), refusal.status
    return _to_second_person(made)


@blueprint.post("/adjustments/holds/<ref>")
@requires(Permission.MONTH_WRITE)
def propose_end_of_hold(ref: str) -> Response:
    """Lift or uphold a hold, once a second person approves it."""
    how = HoldEnding.UPHELD if request.form.get("ending") == HoldEnding.UPHELD.value else HoldEnding.LIFTED
    ending = Ending(ref, request.form.get("reason", "").strip()[:1000], business_day())
    with transaction(services().sessions) as session:
        made = propose_hold_end(session, ending, how, _signed(), by=identity())
    return _to_second_person(made)


def _to_second_person(made: Proposal) -> Response:
    flash(_("It waits for a second person. Nothing is posted before."), "good")
    return redirect(url_for("commissions.approval", proposal_id=made.id), 303)


def _form(refusal: Refusal | None = None) -> str:
    what = request.values.get("what", "")
    return render_template(
        "commissions/new_adjustment.html",
        sentence=None if refusal is None else refusal.sentence,
        wrong=field_of(refusal),
        what=what if what in WHAT else WHAT[0],
        given=request.values,
        partners=partner_names(db()),
        today=business_day(),
        amount_example=amount_example(),
    )


def _signed() -> Signed:
    return Signed(by=str(identity().user_id), at=now(), house=house())


def _signatures(one: object) -> set[str]:
    """Who recorded and who approved it."""
    return {who for name in ("recorded_by", "approved_by") if (who := getattr(one, name))}


def _waiting() -> list[Proposal]:
    kinds = (ProposalKind.ADJUSTMENT, ProposalKind.WRITE_OFF, ProposalKind.HOLD)
    return [one for kind in kinds for one in waiting(db(), kind)]
