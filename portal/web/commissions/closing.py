"""Closing a month by two people: one sends it to review, another closes it."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from commissions.facts.errors import FiguresHaveChanged, NotInReview
from commissions.ledger.accrual import accrue
from commissions.ledger.ledger_models import Period, PeriodState
from commissions.ledger.periods import period
from commissions.statements.closing import Approval, approve_review, send_to_review, take_back_review
from partners.models import User
from partners.people import identity_of
from portal.adapters.queue import AFTER_CLOSE
from portal.kernel.db import transaction
from portal.kernel.identity import Identity, Permission
from portal.web.access import requires
from portal.web.commissions.blueprint import blueprint
from portal.web.context import identity, now, services
from portal.web.house import house


@blueprint.post("/months/<ref>/accrue")
@requires(Permission.MONTH_WRITE)
def accrue_now(ref: str) -> Response:
    with transaction(services().sessions) as session:
        summary = accrue(session, at=now(), house=house())
    told = ngettext("Accrued: %(num)d posting.", "Accrued: %(num)d postings.", summary.postings)
    flash(told if summary.postings else _("Nothing has changed since the last accrual."), "good")
    return _back(ref)


@blueprint.post("/months/<ref>/review")
@requires(Permission.MONTH_WRITE)
def review(ref: str) -> Response:
    with transaction(services().sessions) as session:
        send_to_review(session, ref, by=identity(), at=now(), house=house())
    flash(_("The month is in review. A second person closes it."), "good")
    return _back(ref)


@blueprint.post("/months/<ref>/take-back")
@requires(Permission.MONTH_WRITE)
def take_back(ref: str) -> Response:
    with transaction(services().sessions) as session:
        take_back_review(session, ref, by=identity(), at=now())
    flash(_("The month is open for work again."), "good")
    return _back(ref)


@blueprint.post("/months/<ref>/close")
@requires(Permission.CLOSE_APPROVE)
def close(ref: str) -> Response:
    """The second person's half; the author is who sent the month to review (R4: never from the form).

    The form says which figures that person has seen: others are not issued, but accrued and shown.
    """
    seen = request.form.get("seen", "")
    try:
        with transaction(services().sessions) as session:
            approval = Approval(author=_author(session, ref), approver=identity(), seen=seen)
            closed = approve_review(session, ref, approval=approval, at=now(), house=house())
    except FiguresHaveChanged:
        with transaction(services().sessions) as session:
            accrue(session, at=now(), house=house())
        told = _(
            "Nothing was closed: the figures have changed since you looked at them. These are the new ones."
        )
        flash(told, "warn")
        return redirect(url_for("commissions.preview_statements", ref=ref), 303)
    services().queue.send(AFTER_CLOSE)
    flash(
        ngettext(
            "The month is closed: %(num)d statement is issued.",
            "The month is closed: %(num)d statements are issued.",
            closed.statements,
        ),
        "good",
    )
    return _back(ref)


def may_close(found: Period) -> bool:
    """Whether the reader is the second person whom a month in review waits for."""
    in_review = found.state is PeriodState.IN_REVIEW
    return in_review and identity().may(Permission.CLOSE_APPROVE) and found.review_by != identity().user_id


def _author(session: Session, ref: str) -> Identity:
    sent_by = period(session, ref).review_by
    if sent_by is None:
        raise NotInReview(ref)
    user = session.get_one(User, sent_by)
    return identity_of(session, user, today=now().date())


def _back(ref: str) -> Response:
    return redirect(url_for("commissions.month", ref=ref), 303)
