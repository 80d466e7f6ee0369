"""The money strip: four parts of one whole for each currency."""

from __future__ import annotations

from commissions.line_facts import Horizon
from commissions.partner_money import PartnerMoney, partner_money
from commissions.plan_book import plan_book
from portal.house import house_rules
from portal.kernel.identity import Permission
from portal.web.context import db, identity, now, services


def own_money() -> list[PartnerMoney]:
    """The largest first by what is booked or delivered; nothing for people who may not see statements."""
    if not identity().may(Permission.STATEMENTS_READ):
        return []
    house = house_rules(services().settings)
    horizon = Horizon(house=house, book=plan_book(db()), today=house.business_day(now()))
    return partner_money(db(), identity(), horizon=horizon)
