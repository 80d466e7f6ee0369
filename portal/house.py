"""How this house counts and pays, from the settings."""

from __future__ import annotations

from datetime import timedelta

from commissions.facts.house_rules import HouseRules
from commissions.facts.service_calendar import Calendar
from commissions.payouts.payouts import Debtor
from config import Settings
from partners.payees import PayeeRules
from portal.kernel.sealing import Sealer


def house_rules(settings: Settings) -> HouseRules:
    return HouseRules(Calendar(settings.calendar), settings.sources, settings.timezone)


def debtor(settings: Settings) -> Debtor | None:
    """Whose account commission is paid from; none until it is set."""
    payer = settings.payer
    return None if payer is None else Debtor(payer.name, payer.account, payer.bic)


def sealer(settings: Settings) -> Sealer:
    return Sealer(settings.payee_key)


def payee_rules(settings: Settings) -> PayeeRules:
    return PayeeRules(sealer(settings), timedelta(days=settings.payee_cool_off_days))
