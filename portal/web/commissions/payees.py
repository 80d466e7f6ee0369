"""Bank and tax data: a partner's admin enters the own, finance sees last four, or all of it on the record."""

from __future__ import annotations

from babel import Locale
from flask import flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from commissions.proposals.payout_proposals import propose_payee, withdraw_proposed_payee
from partners.payee_details import FIELDS, PayeeDetails, PayeeRefused
from partners.payees import (
    all_payees,
    contacts_of,
    enter_payee,
    latest_declined,
    own_payees,
    payee_and_name,
    reveal,
    withdraw_payee,
)
from portal.house import payee_rules, sealer
from portal.kernel.db import transaction
from portal.kernel.errors import Refusal
from portal.kernel.identity import Permission
from portal.kernel.outbox import post
from portal.letters import payee_letter
from portal.web.access import requires
from portal.web.commissions.blueprint import blueprint
from portal.web.context import db, identity, now, person, services
from portal.web.staying import stays
from portal.web.step_up import require_password


def _who_may() -> str:
    return str(_("Bank and tax data are entered by an administrator of the partner's own organisation."))


@blueprint.get("/money/payee")
@requires(Permission.PAYEE_WRITE, _who_may)
def payee() -> str:
    return _own_page(PayeeDetails())


@blueprint.post("/money/payee")
@requires(Permission.PAYEE_WRITE, _who_may)
def enter_bank_data() -> Response | tuple[str, int]:
    """What is typed waits; the one who hears of it first is the contact that was there before."""
    typed = PayeeDetails(**{name: request.form.get(name, "")[:200] for name in FIELDS})
    try:
        require_password()
        with transaction(services().sessions) as session:
            rules = payee_rules(services().settings)
            tell = contacts_of(session, identity().organisation_ref)
            withdraw_proposed_payee(session, by=identity(), at=now())
            made = enter_payee(session, identity(), typed, at=now(), rules=rules)
            propose_payee(session, made, person().organisation.name, by=identity(), at=now())
            for address in tell:
                post(session, payee_letter(address, person(), made, services().settings.base_url), at=now())
    except PayeeRefused as refusal:
        return _own_page(typed, problems=refusal.problems), refusal.status
    except Refusal as refusal:
        return _own_page(typed, sentence=refusal.sentence), refusal.status
    flash(_("Your bank data is with finance. A notice goes to your organisation's contacts."), "good")
    return redirect(url_for("commissions.payee"), 303)


@blueprint.post("/money/payee/withdraw")
@requires(Permission.PAYEE_WRITE, _who_may)
def take_back_payee() -> Response:
    with transaction(services().sessions) as session:
        withdraw_proposed_payee(session, by=identity(), at=now())
        withdraw_payee(session, identity(), at=now())
    flash(_("Withdrawn. What was there before still holds."), "good")
    return redirect(url_for("commissions.payee"), 303)


@blueprint.get("/payees")
@requires(Permission.MONTH_READ)
def payees() -> str:
    return render_template("commissions/payees.html", payees=all_payees(db(), identity()), now=now())


@blueprint.get("/payees/<int:payee_id>")
@requires(Permission.MONTH_READ)
def payee_entry(payee_id: int) -> str:
    return _entry_page(payee_id, None)


@blueprint.post("/payees/<int:payee_id>/reveal")
@requires(Permission.MONTH_WRITE)
def reveal_payee(payee_id: int) -> str:
    """The whole data in this one answer; the look stands in the audit trail."""
    require_password()
    with transaction(services().sessions) as session:
        details = reveal(session, payee_id, by=identity(), at=now(), sealer=sealer(services().settings))
    if stays():
        return render_template(
            "commissions/_payee_details.html", details=details, countries=dict(_countries())
        )
    return _entry_page(payee_id, details)


def _entry_page(payee_id: int, details: PayeeDetails | None) -> str:
    found, name = payee_and_name(db(), identity(), payee_id)
    return render_template(
        "commissions/payee_entry.html",
        payee=found,
        name=name,
        details=details,
        countries=dict(_countries()),
        may_reveal=identity().may(Permission.MONTH_WRITE),
        now=now(),
    )


def _own_page(
    typed: PayeeDetails, *, problems: dict[str, str] | None = None, sentence: str | None = None
) -> str:
    in_force, coming = own_payees(db(), identity(), at=now())
    return render_template(
        "commissions/payee.html",
        typed=typed,
        problems=problems or {},
        sentence=sentence,
        in_force=in_force,
        coming=coming,
        declined=None if coming else latest_declined(db(), identity()),
        countries=_countries(),
        cool_off=services().settings.payee_cool_off_days,
        has_key=services().settings.payee_key is not None,
    )


def _countries() -> list[tuple[str, str]]:
    """Codes of ISO 3166 and names, by name in the reader's language."""
    names = Locale.parse(str(get_locale() or "en")).territories
    known = [(code, str(name)) for code, name in names.items() if len(code) == 2 and code.isalpha()]
    return sorted((one for one in known if one[0] not in _NO_COUNTRIES), key=lambda one: one[1].casefold())


# of CLDR, and no countries: the Union, the euro area, the world's organisations, tests
_NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
