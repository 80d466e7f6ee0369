"""A person's own account: password, browsers, keys, language and time zone."""

from __future__ import annotations

from babel import Locale
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from content.usage.visits import wants_digest
from partners.api_keys import Scope, create_key, keys_of, revoke_key
from partners.models import User
from partners.passwords import LEAST
from partners.sessions import end_session, end_sessions, open_sessions
from partners.tickets import change_password
from portal.kernel.activity import record
from portal.kernel.db import reading, transaction
from portal.kernel.errors import Refusal
from portal.kernel.money import Money
from portal.kernel.time_zones import time_zones
from portal.web import sign_in
from portal.web.access import requires_log_in
from portal.web.auth.blueprint import blueprint
from portal.web.auth.browsers import browser_name
from portal.web.context import identity, now, person, services
from portal.web.step_up import require_password
from portal.web.written import written_day, written_money

LOCALES = (
    *("en", "en_GB", "cs", "da", "de", "de_CH", "es", "fi", "fr", "it", "ja", "ko", "nb", "nl", "pl", "pt"),
    *("pt_BR", "sv", "tr", "zh"),
)
SAMPLE = Money(123450, "EUR")


@blueprint.get("/account")
@requires_log_in
def account() -> str:
    return _page()


@blueprint.post("/account/password")
@requires_log_in
def new_password() -> Response | tuple[str, int]:
    try:
        require_password("current")
        with transaction(services().sessions) as session:
            user = session.get_one(User, identity().user_id)
            change_password(
                session, user, request.form.get("password", ""), keep_session=sign_in.session_id(), at=now()
            )
            record(session, "changed the password", ("user", user.email), at=now(), by=identity())
    except Refusal as refusal:
        return _page(sentence=refusal.sentence), refusal.status
    flash(_("Your password is changed. Your other browsers are logged out."), "good")
    return redirect(url_for("auth.account"), 303)


@blueprint.post("/account/formats")
@requires_log_in
def formats() -> Response:
    locale, zone = request.form.get("locale", ""), request.form.get("timezone", "")
    if locale not in LOCALES or zone not in time_zones():
        raise Refusal(_("Choose a format and a time zone from the lists."))
    with transaction(services().sessions) as session:
        user = session.get_one(User, identity().user_id)
        user.locale, user.timezone = locale, zone
    flash(_("Numbers, dates and times follow your choice."), "good")
    return redirect(url_for("auth.account"), 303)


@blueprint.post("/account/browsers/<int:session_id>/end")
@requires_log_in
def end_browser(session_id: int) -> Response:
    with transaction(services().sessions) as session:
        end_session(session, session_id, user_id=identity().user_id, at=now())
    flash(_("That browser is logged out."), "good")
    return redirect(url_for("auth.account"), 303)


@blueprint.post("/account/browsers/end-others")
@requires_log_in
def end_other_browsers() -> Response:
    with transaction(services().sessions) as session:
        end_sessions(session, identity().user_id, at=now(), but=sign_in.session_id())
    flash(_("Your other browsers are logged out."), "good")
    return redirect(url_for("auth.account"), 303)


@blueprint.post("/account/keys")
@requires_log_in
def new_key() -> Response | tuple[str, int]:
    """The key is in this one answer and nowhere else."""
    try:
        with transaction(services().sessions) as session:
            user = session.get_one(User, identity().user_id)
            scope = request.form.get("scope", Scope.READ, type=Scope)
            key = create_key(session, user, scope, at=now())
            record(session, "key created", ("user", user.email), at=now(), by=identity())
    except Refusal as refusal:
        return _page(sentence=refusal.sentence), refusal.status
    return _page(key=key), 201


@blueprint.post("/account/keys/<int:key_id>/revoke")
@requires_log_in
def end_key(key_id: int) -> Response:
    with transaction(services().sessions) as session:
        if revoke_key(session, key_id, user_id=identity().user_id, at=now()):
            record(session, "key revoked", ("key", str(key_id)), at=now(), by=identity())
    flash(_("The key is revoked."), "good")
    return redirect(url_for("auth.account"), 303)


def _page(*, sentence: str | None = None, key: str | None = None) -> str:
    # a session of its own: the request's still reads what was there before a key was made
    with reading(services().sessions) as session:
        return render_template(
            "auth/account.html",
            user=person(),
            browsers=open_sessions(session, identity().user_id, at=now()),
            browser_name=browser_name,
            this_browser=sign_in.session_id(),
            keys=keys_of(session, identity().user_id),
            key=key,
            wants_digest=wants_digest(session, identity().user_id),
            sentence=sentence,
            least=LEAST,
            now=now(),
            formats={each: _format_words(each) for each in LOCALES},
            zones=sorted(time_zones()),
        )


def _format_words(locale: str) -> str:
    """What is chosen, as it will look: French: 1 234,50 €."""
    name = Locale.parse(locale).get_display_name("en")
    return f"{name}: {written_money(SAMPLE, locale)}, {written_day(now().date(), 'd MMM y', locale)}"
