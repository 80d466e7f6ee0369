"""Forgotten passwords, and one-time links: GET shows a form, POST uses it (R10)."""

from __future__ import annotations

import logging
from functools import partial

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from partners.models import User
from partners.passwords import LEAST
from partners.sign_in_models import TicketPurpose
from partners.throttle import count_try
from partners.tickets import issue_ticket, use_ticket, valid_ticket
from portal.kernel.activity import record
from portal.kernel.db import transaction
from portal.kernel.errors import Refusal
from portal.kernel.ports import Mail, Mailer
from portal.letters import reset_letter
from portal.web.access import public
from portal.web.auth.blueprint import blueprint
from portal.web.context import db, now, services

log = logging.getLogger("makegood")
MAILS_AN_ACCOUNT, MAILS_AN_ADDRESS = 3, 20


@blueprint.get("/forgotten")
@public("who has no password cannot log in")
def forgotten() -> str:
    return render_template("auth/forgotten.html")


@blueprint.post("/forgotten")
@public("who has no password cannot log in")
def send_reset() -> Response:
    """The same answer for an unknown address (R24)."""
    email = request.form.get("email", "").strip().lower()[:254]
    limits = {f"reset:{email}": MAILS_AN_ACCOUNT, f"reset-address:{request.remote_addr}": MAILS_AN_ADDRESS}
    with transaction(services().sessions) as session:
        count_try(session, limits, at=now())
        user = session.scalar(
            select(User)
            .where(User.email == email, User.disabled_at.is_(None))
            .options(joinedload(User.organisation))
        )
        token = issue_ticket(session, user, TicketPurpose.RESET, at=now()) if user else None
    flash(_("If there is a person with this address, a mail is on its way."), "good")
    answer = redirect(url_for("auth.log_in"), 303)
    if user and token:
        address = services().settings.base_url + url_for("auth.reset", token=token)
        # once the answer is out: neither its time nor a mail server that is away tells who is known here
        answer.call_on_close(partial(_send, services().mailer, reset_letter(user, address)))
    return answer


def _send(mailer: Mailer, letter: Mail) -> None:
    try:
        mailer.send(letter)
    except OSError as error:
        log.warning("a mail of a new password: %s", type(error).__name__)


@blueprint.get("/invitations/<token>", endpoint="invitation")
@blueprint.get("/reset/<token>", endpoint="reset")
@public("the link from the mail is the proof")
def ticket_form(token: str) -> str:
    ticket = valid_ticket(db(), token, at=now())
    return render_template("auth/choose_password.html", user=ticket.user, least=LEAST, sentence=None)


@blueprint.post("/invitations/<token>", endpoint="accept_invitation")
@blueprint.post("/reset/<token>", endpoint="accept_reset")
@public("the link from the mail is the proof")
def choose_password(token: str) -> Response | tuple[str, int]:
    ticket = valid_ticket(db(), token, at=now())
    try:
        with transaction(services().sessions) as session:
            user = use_ticket(session, token, request.form.get("password", ""), at=now())
            record(session, "chose a password", ("user", user.email), at=now(), by=str(user.id))
    except Refusal as refusal:
        page = render_template(
            "auth/choose_password.html", user=ticket.user, least=LEAST, sentence=refusal.sentence
        )
        return page, refusal.status
    flash(_("Your password is set. Log in with it."), "good")
    return redirect(url_for("auth.log_in"), 303)
