"""Parts that a partner's pages fetch: where the money stands, when it is paid, and what waits for what."""

from __future__ import annotations

from flask_babel import gettext as _

from commissions.overviews.partner_money import partner_money
from commissions.payouts.not_payable import not_payable_yet
from commissions.payouts.pay_dates import last_pay_states, pay_state
from commissions.statements.statements import statement as statement_of
from portal.kernel.errors import NotAllowed
from portal.kernel.identity import Permission
from portal.pay_words import PayWords
from portal.web.access import requires
from portal.web.commissions.blueprint import blueprint
from portal.web.context import business_day, db, identity, now, services
from portal.web.house import horizon
from portal.web.language import locale
from portal.web.parts import part


@blueprint.get("/money/strips")
@requires(Permission.STATEMENTS_READ)
def money_strips() -> str:
    """Where the partner's commission stands: the list of statements fetches it once it stands itself."""
    if not identity().is_partner:
        raise NotAllowed
    strips = partner_money(db(), identity(), horizon=horizon())
    return part("commissions/_money_strips.html", _("Where your commission stands"), strips=strips)


@blueprint.get("/money/pays")
@requires(Permission.STATEMENTS_READ)
def money_pays() -> str:
    """When the partner is paid: its home and the list of statements fetch it once they stand."""
    if not identity().is_partner:
        raise NotAllowed
    pays = last_pay_states(db(), identity(), at=now(), payout_day=services().settings.payout_day)
    may_enter_payee = identity().may(Permission.PAYEE_WRITE)
    return part(
        "commissions/_pays.html",
        _("When you are paid"),
        pays=pays,
        words=_words(),
        may_enter_payee=may_enter_payee,
    )


@blueprint.get("/statements/<number>/pay")
@requires(Permission.STATEMENTS_READ)
def statement_pay(number: str) -> str:
    """When it is paid, and what waits for what: the statement's page fetches it once it stands itself."""
    found = statement_of(db(), identity(), number)
    return part(
        "commissions/_pay.html",
        _("When statement %(number)s is paid", number=number),
        asker=identity(),
        statement=found,
        words=_words(),
        pay=pay_state(db(), found, at=now(), payout_day=services().settings.payout_day),
        not_yet=not_payable_yet(db(), found, horizon()),
        may_enter_payee=identity().may(Permission.PAYEE_WRITE),
    )


def _words() -> PayWords:
    today = business_day()
    return PayWords(locale(), today, is_own=identity().is_partner)
