"""Who may log in: the admin for all, a partner's admin for their own organisation."""

from __future__ import annotations

import logging

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from partners.models import BRAND_REF, User
from partners.people import (
    NewPerson,
    add_person,
    change_role,
    disable,
    enable,
    manageable_person,
    organisations,
    people,
)
from partners.sign_in_models import TicketPurpose
from partners.tickets import issue_ticket
from portal.kernel.activity import record
from portal.kernel.db import transaction
from portal.kernel.errors import NotFound, Refusal
from portal.kernel.identity import Permission, Role
from portal.letters import invitation_letter
from portal.web.access import requires
from portal.web.admin.blueprint import blueprint
from portal.web.context import db, identity, now, services

log = logging.getLogger("makegood")


@blueprint.get("/people")
@requires(Permission.PEOPLE_WRITE)
def people_list() -> str:
    return _page()


@blueprint.post("/people")
@requires(Permission.PEOPLE_WRITE)
def invite() -> Response | tuple[str, int]:
    try:
        with transaction(services().sessions) as session:
            user = add_person(session, _typed(), at=now())
            token = issue_ticket(session, user, TicketPurpose.INVITATION, at=now())
            record(session, "invited", ("user", user.email), at=now(), by=identity(), role=user.role)
    except Refusal as refusal:
        return _page(sentence=refusal.sentence), refusal.status
    if _is_sent(user, token):
        flash(_("%(email)s is invited.", email=user.email), "good")
    return redirect(url_for("admin.people_list"), 303)


@blueprint.post("/people/<int:user_id>/invite-again")
@requires(Permission.PEOPLE_WRITE)
def invite_again(user_id: int) -> Response:
    with transaction(services().sessions) as session:
        user = manageable_person(session, identity(), user_id)
        token = issue_ticket(session, user, TicketPurpose.INVITATION, at=now())
        record(session, "invited again", ("user", user.email), at=now(), by=identity())
    if _is_sent(user, token):
        flash(_("A new invitation is on its way to %(email)s.", email=user.email), "good")
    return redirect(url_for("admin.people_list"), 303)


@blueprint.post("/people/<int:user_id>/role")
@requires(Permission.PEOPLE_WRITE)
def set_role(user_id: int) -> Response:
    with transaction(services().sessions) as session:
        user = manageable_person(session, identity(), user_id)
        change_role(identity(), user, _role(request.form.get("role", "")))
        record(session, "changed the role", ("user", user.email), at=now(), by=identity(), role=user.role)
    flash(_("The role of %(name)s is changed.", name=user.name), "good")
    return redirect(url_for("admin.people_list"), 303)


@blueprint.post("/people/<int:user_id>/disable")
@requires(Permission.PEOPLE_WRITE)
def close_door(user_id: int) -> Response:
    with transaction(services().sessions) as session:
        user = manageable_person(session, identity(), user_id)
        disable(session, identity(), user, at=now())
        record(session, "disabled", ("user", user.email), at=now(), by=identity())
    flash(_("%(name)s can no longer log in.", name=user.name), "good")
    return redirect(url_for("admin.people_list"), 303)


@blueprint.post("/people/<int:user_id>/enable")
@requires(Permission.PEOPLE_WRITE)
def open_door(user_id: int) -> Response:
    with transaction(services().sessions) as session:
        user = manageable_person(session, identity(), user_id)
        enable(user)
        record(session, "enabled", ("user", user.email), at=now(), by=identity())
    flash(_("%(name)s can log in again.", name=user.name), "good")
    return redirect(url_for("admin.people_list"), 303)


def _typed() -> NewPerson:
    """A partner's admin invites only into their own organisation, whatever the form says (R4)."""
    own_only = not identity().may(Permission.PEOPLE_ALL)
    organisation = request.form.get("organisation", BRAND_REF)
    if own_only and organisation != identity().organisation_ref:
        raise NotFound
    return NewPerson(
        email=request.form.get("email", ""),
        name=request.form.get("name", "").strip(),
        role=_role(request.form.get("role", "")),
        organisation_ref=organisation,
    )


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError:
        raise Refusal(_("Choose a role from the list.")) from None


def _is_sent(user: User, token: str) -> bool:
    """At once, and not by the outbox: its secret is kept as a hash alone. Tells the reader when it is not."""
    address = services().settings.base_url + url_for("auth.invitation", token=token)
    try:
        services().mailer.send(invitation_letter(user, address))
    except OSError as error:
        log.warning("an invitation was not sent: %s", type(error).__name__)
        said = _("%(email)s stands below, but the mail server did not take the invitation.", email=user.email)
        flash(f"{said} {_('Invite again once it does.')}", "warn")
        return False
    return True


def _page(*, sentence: str | None = None) -> str:
    everything = identity().may(Permission.PEOPLE_ALL)
    # the brand comes first in the list of organisations, and so do the roles that fit it
    roles = sorted((role for role in Role if everything or role.is_partner), key=lambda role: role.is_partner)
    return render_template(
        "admin/people.html",
        people=people(db(), identity()),
        organisations=organisations(db(), identity()),
        roles=roles,
        sentence=sentence,
        me=identity().user_id,
    )
