"""The rules of a plan in sentences, in the reader's language and format."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from flask_babel import gettext as _
from flask_babel import ngettext

from commissions.plans.plan_rules import (
    Basis,
    BonusComponent,
    Component,
    Measure,
    OverrideComponent,
    PayableWhen,
    PercentComponent,
    PerUnitComponent,
    Plan,
    Rate,
    RateAsOf,
    Scope,
    Tier,
    TierMode,
    TiersComponent,
    Window,
)
from portal.web.formats import exact, longday


def whom(plan: Plan) -> str:
    """Who the plan applies to: "tier gold, region emea"."""
    names = {"partner_ref": _("partner"), "tier": _("tier"), "type": _("type"), "region": _("region")}
    told = ", ".join(f"{names[key]} {value}" for key, value in plan.applies_to.items())
    return told or str(_("every partner without a plan of their own"))


def which_plan() -> str:
    """How one of several plans that fit a partner is chosen."""
    return str(
        _(
            "Of the plans that fit, the one that names the partner comes first, then the one that names "
            "more; of as many, tier goes before type and type before region."
        )
    )


def validity(plan: Plan) -> str:
    last_day = None if plan.valid_to is None else plan.valid_to - timedelta(days=1)
    if plan.valid_from is None:
        return str(_("until %(last)s", last=longday(last_day)) if last_day else _("always"))
    if last_day is None:
        return str(_("from %(first)s", first=longday(plan.valid_from)))
    return str(_("%(first)s to %(last)s", first=longday(plan.valid_from), last=longday(last_day)))


def usual_terms(plan: Plan) -> list[str]:
    """What every plan says: its basis, the version that holds, when it is payable, and when final."""
    return [_basis(plan), _as_of(plan), _payable(plan), _final(plan)]


def terms(plan: Plan) -> list[str]:
    """What holds for the whole plan, a sentence each."""
    found = usual_terms(plan)
    money = plan.currency or _("in the line's currency")
    if plan.line_floor is not None:
        found.append(_("A line earns at least %(amount)s %(cur)s.", amount=exact(plan.line_floor), cur=money))
    if plan.line_cap is not None:
        found.append(_("A line earns at most %(amount)s %(cur)s.", amount=exact(plan.line_cap), cur=money))
    if plan.holdback_percent:
        found.append(
            _(
                "%(percent)s%% of what becomes payable is held back for %(days)s days.",
                percent=exact(plan.holdback_percent),
                days=plan.holdback_days,
            )
        )
    return [str(one) for one in found]


def _basis(plan: Plan) -> str:
    words = {
        Basis.NET: _("Percents are of net: gross less the buyer's agency commission."),
        Basis.GROSS: _("Percents are of gross, before the buyer's agency commission."),
        Basis.COLLECTED: _("Percents are of the net that was collected in cash."),
    }
    return str(words[plan.basis])


def _as_of(plan: Plan) -> str:
    if plan.rate_as_of is RateAsOf.ORDER_SIGNED:
        return str(_("The version that held when the order was signed stays for the whole order."))
    return str(_("Rates are those of the version that holds on the day of service."))


def _payable(plan: Plan) -> str:
    words = {
        PayableWhen.DELIVERED: _("Payable once delivered."),
        PayableWhen.INVOICED: _("Payable once delivered and invoiced."),
        PayableWhen.COLLECTED: _("Payable once delivered and paid by the advertiser."),
    }
    return str(words[plan.payable_when])


def _final(plan: Plan) -> str:
    if not plan.finality_days:
        return str(_("Counts are final at once."))
    return str(
        ngettext(
            "Counts are final %(num)d day after the month.",
            "Counts are final %(num)d days after the month.",
            plan.finality_days,
        )
    )


def rule(component: Component) -> str:
    """What a component pays, as one sentence; its rates and tiers stand in a table below."""
    if isinstance(component, PercentComponent):
        if component.percent is None:
            return str(_("A percent of the basis, for the lines below only."))
        return str(_("%(percent)s%% of the basis.", percent=exact(component.percent)))
    if isinstance(component, PerUnitComponent):
        return str(
            _(
                "%(amount)s for every %(per)s billable units.",
                amount=exact(component.amount),
                per=exact(component.per),
            )
            if component.per != 1
            else _("%(amount)s for each billable unit.", amount=exact(component.amount))
        )
    if isinstance(component, TiersComponent):
        return _tiers(component)
    if isinstance(component, OverrideComponent):
        return str(
            ngettext(
                "%(percent)s%% of the basis to the partner %(num)d level up, on top.",
                "%(percent)s%% of the basis to the partner %(num)d levels up, on top.",
                component.level,
                percent=exact(component.percent),
            )
        )
    return _bonus(component)


def _bonus(component: BonusComponent) -> str:
    if component.flat is not None:
        return str(_("%(amount)s once a line, when anything is billable.", amount=exact(component.flat)))
    percent = exact(component.percent_of_commission or Fraction(0))
    return str(_("%(percent)s%% of what the rules above it pay.", percent=percent))


def _tiers(component: TiersComponent) -> str:
    measures = {
        Measure.UNITS: _("billable units"),
        Measure.NET: _("net"),
        Measure.GROSS: _("gross"),
    }
    windows = {
        (Window.LINE, Scope.LINE): _("over the whole line"),
        (Window.MONTH, Scope.LINE): _("of the line in a month"),
        (Window.QUARTER, Scope.LINE): _("of the line in a quarter"),
        (Window.YEAR, Scope.LINE): _("of the line in a year"),
        (Window.MONTH, Scope.PARTNER): _("of all the partner's lines in a month"),
        (Window.QUARTER, Scope.PARTNER): _("of all the partner's lines in a quarter"),
        (Window.YEAR, Scope.PARTNER): _("of all the partner's lines in a year"),
    }
    how = {
        TierMode.MARGINAL: _("each band at its own rate"),
        TierMode.WHOLE: _("everything at the rate that is reached"),
    }
    told = _(
        "Tiers by %(measure)s %(window)s, %(how)s.",
        measure=measures[component.measure],
        window=windows[component.window, component.scope],
        how=how[component.mode],
    )
    return str(told)


def tier_pays(tier: Tier) -> str:
    """What a band pays: "2% + 0.50 a unit + 100 once"."""
    parts = []
    if tier.percent is not None:
        parts.append(_("%(percent)s%%", percent=exact(tier.percent)))
    if tier.per_unit is not None and tier.per == 1:
        parts.append(_("%(amount)s a unit", amount=exact(tier.per_unit)))
    elif tier.per_unit is not None:
        parts.append(_("%(amount)s for %(per)s units", amount=exact(tier.per_unit), per=exact(tier.per)))
    if tier.flat is not None:
        parts.append(_("%(amount)s once", amount=exact(tier.flat)))
    return " + ".join(str(part) for part in parts)


def rate_for(rate: Rate) -> str:
    """Which lines a rate is for."""
    return " · ".join(part for part in (rate.station, rate.product, rate.category) if part)
