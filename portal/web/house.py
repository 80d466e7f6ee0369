"""How this house counts, and what the engine needs to know of now."""

from __future__ import annotations

from typing import cast

from flask import g

from commissions.facts.house_rules import HouseRules
from commissions.reckoning.line_facts import Horizon
from commissions.reckoning.plan_book import plan_book
from portal.house import house_rules
from portal.web.context import business_day, db, services


def house() -> HouseRules:
    return house_rules(services().settings)


def horizon() -> Horizon:
    """Everything that is known now; read once a request."""
    if "horizon" not in g:
        g.horizon = Horizon(house(), plan_book(db()), business_day())
    return cast("Horizon", g.horizon)
