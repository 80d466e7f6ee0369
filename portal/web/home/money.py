"""The money strip: four parts of one whole for each currency."""

from __future__ import annotations

from dataclasses import dataclass, field

from commissions.overviews.partner_money import (
    PartnerMoney,
    ShortLine,
    partner_lines,
    partner_money,
    short_lines,
)
from portal.kernel.identity import Permission
from portal.web.context import business_day, db, identity
from portal.web.house import horizon

MOST_SHORT = 4


@dataclass(frozen=True, slots=True)
class OwnMoney:
    """The money strips, and the lines that ended short; nothing for people who may not see statements."""

    strips: list[PartnerMoney] = field(default_factory=list)
    short: list[ShortLine] = field(default_factory=list)


def own_money() -> OwnMoney:
    if not identity().may(Permission.STATEMENTS_READ):
        return OwnMoney()
    lines = partner_lines(db(), identity(), horizon=horizon())
    return OwnMoney(
        strips=partner_money(db(), identity(), horizon=horizon(), lines=lines),
        short=short_lines(lines, today=business_day())[:MOST_SHORT],
    )
