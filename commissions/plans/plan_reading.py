"""Plans read from JSON; what makes no sense is refused with the path of the field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction

from commissions.plans.plan_rules import (
    APPLIES_TO,
    RATE_KEYS,
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
from portal.kernel.json_fields import REF, FieldRefused, Fields
from portal.kernel.money import UnknownCurrency, exponent

RATE_DECIMALS = 9
PERCENT_DECIMALS = 6
MOST_UNITS = 10**12
# what a line's floor and cap are called on statements
OWN_NAMES = frozenset({"floor", "cap"})


def read_plan(document: object) -> Plan:
    """The plan of a JSON document. Raises FieldRefused."""
    fields = Fields.of(document, "plan")
    plan = Plan(
        name=fields.ref("plan"),
        currency=_currency(fields),
        valid_from=fields.day("valid_from"),
        valid_to=_end(fields),
        applies_to=_applies_to(fields),
        basis=Basis(fields.choice("basis", list(Basis), "net")),
        rate_as_of=RateAsOf(fields.choice("rate_as_of", list(RateAsOf), "order_signed")),
        payable_when=PayableWhen(fields.choice("payable_when", list(PayableWhen), "delivered")),
        finality_days=fields.whole("finality_days", 7),
        components=_components(fields),
        line_floor=_amount(fields, "line_floor") if fields.has("line_floor") else None,
        line_cap=_amount(fields, "line_cap") if fields.has("line_cap") else None,
        holdback_percent=_percent(fields, "holdback_percent", Fraction(0)),
        holdback_days=fields.whole("holdback_days", 0),
    )
    fields.leave()
    _refuse_contradictions(plan, fields)
    return plan


def _refuse_contradictions(plan: Plan, fields: Fields) -> None:
    if plan.valid_from and plan.valid_to and plan.valid_to <= plan.valid_from:
        raise fields.refuse("valid_to", "It lies before valid_from.")
    if plan.line_floor is not None and plan.line_cap is not None and plan.line_floor > plan.line_cap:
        raise fields.refuse("line_floor", "The floor is above the cap.")
    if plan.holdback_percent and not fields.has("holdback_days"):
        raise fields.refuse("holdback_days", "A holdback needs the days after which it is released.")


def _currency(fields: Fields) -> str | None:
    if not fields.has("currency"):
        return None
    code = fields.text("currency")
    try:
        exponent(code)
    except UnknownCurrency as refusal:
        raise fields.refuse("currency", refusal.sentence) from None
    return code


def _end(fields: Fields) -> date | None:
    last_day = fields.day("valid_to")
    if last_day is None or last_day == date.max:
        return None
    return last_day + timedelta(days=1)


def _applies_to(fields: Fields) -> Mapping[str, str]:
    if not fields.has("applies_to"):
        return {}
    inner = Fields.of(fields.get("applies_to"), fields.at("applies_to"))
    found = {key: inner.ref(key) for key in APPLIES_TO if inner.has(key)}
    inner.leave()
    return found


def _components(fields: Fields) -> tuple[Component, ...]:
    given = fields.objects("components")
    if not given:
        raise fields.refuse("components", "A plan needs at least one component.")
    found: list[Component] = []
    for inner in given:
        component = _component(inner)
        if component.name in {other.name for other in found}:
            raise inner.refuse("name", f"Two components are called “{component.name}”.")
        if (
            isinstance(component, BonusComponent)
            and component.percent_of_commission is not None
            and not found
        ):
            raise inner.refuse("percent_of_commission", "There is no component before it.")
        found.append(component)
    return tuple(found)


def _component(fields: Fields) -> Component:
    name = fields.text("name")
    if not REF.fullmatch(name) or name in OWN_NAMES:
        raise fields.refuse("name", f"“{name}” cannot be the name of a component.")
    kind = fields.choice("kind", list(_READERS))
    component = _READERS[kind](fields, name)
    fields.leave()
    return component


def _percent_component(fields: Fields, name: str) -> Component:
    rates = tuple(_rate(inner) for inner in fields.objects("rates")) if fields.has("rates") else ()
    targets = [(rate.station, rate.product, rate.category) for rate in rates]
    for index, target in enumerate(targets):
        if target in targets[:index]:
            raise FieldRefused(f"{fields.at('rates')}[{index}]", "An earlier rate is for the same lines.")
    percent = None if rates and not fields.has("percent") else _percent(fields, "percent")
    return PercentComponent(name, percent, rates)


def _rate(fields: Fields) -> Rate:
    named = {key: fields.text(key) for key in ("station", "product", "category") if fields.has(key)}
    if frozenset(named) not in RATE_KEYS:
        raise FieldRefused(fields.path, "A rate is for a station, a product, both of them, or a category.")
    rate = Rate(_percent(fields, "percent"), **named)
    fields.leave()
    return rate


def _per_unit_component(fields: Fields, name: str) -> Component:
    return PerUnitComponent(name, _amount(fields, "amount"), _per(fields))


def _tiers_component(fields: Fields, name: str) -> Component:
    component = TiersComponent(
        name=name,
        mode=TierMode(fields.choice("mode", list(TierMode), "marginal")),
        measure=Measure(fields.choice("measure", list(Measure))),
        window=Window(fields.choice("window", list(Window))),
        scope=Scope(fields.choice("scope", list(Scope), "line")),
        tiers=tuple(_tier(inner) for inner in fields.objects("tiers")),
    )
    if component.window is Window.LINE and component.scope is not Scope.LINE:
        raise fields.refuse("window", "The window “line” goes with the scope “line” only.")
    _refuse_gaps(component.tiers, fields)
    return component


def _tier(fields: Fields) -> Tier:
    tier = Tier(
        upto=_amount(fields, "upto") if fields.has("upto") else None,
        percent=_percent(fields, "percent") if fields.has("percent") else None,
        per_unit=_amount(fields, "per_unit") if fields.has("per_unit") else None,
        per=_per(fields),
        flat=_amount(fields, "flat") if fields.has("flat") else None,
    )
    if tier.per_unit is None and fields.has("per"):
        raise fields.refuse("per", "It goes with per_unit only.")
    if tier.percent is None and tier.per_unit is None and tier.flat is None:
        raise FieldRefused(fields.path, "A tier needs a percent, a per_unit or a flat.")
    fields.leave()
    return tier


def _refuse_gaps(tiers: tuple[Tier, ...], fields: Fields) -> None:
    if not tiers:
        raise fields.refuse("tiers", "It needs at least one tier.")
    lower = Fraction(0)
    for index, tier in enumerate(tiers[:-1]):
        path = f"{fields.at('tiers')}[{index}].upto"
        if tier.upto is None:
            raise FieldRefused(path, "Only the last tier is open.")
        if tier.upto <= 0:
            raise FieldRefused(path, "A bound has to be above 0.")
        if tier.upto <= lower:
            raise FieldRefused(path, "The tiers overlap: each bound has to be above the one before it.")
        lower = tier.upto
    if tiers[-1].upto is not None:
        raise FieldRefused(
            f"{fields.at('tiers')}[{len(tiers) - 1}].upto", "The last tier has to be open (null)."
        )


def _override_component(fields: Fields, name: str) -> Component:
    return OverrideComponent(name, fields.whole("level", least=1, most=20), _percent(fields, "percent"))


def _bonus_component(fields: Fields, name: str) -> Component:
    if fields.has("flat") == fields.has("percent_of_commission"):
        raise FieldRefused(fields.path, "A bonus has either percent_of_commission or flat.")
    if fields.has("flat"):
        return BonusComponent(name, None, _amount(fields, "flat"))
    return BonusComponent(name, _percent(fields, "percent_of_commission"), None)


_READERS = {
    "percent": _percent_component,
    "per_unit": _per_unit_component,
    "tiers": _tiers_component,
    "override": _override_component,
    "bonus": _bonus_component,
}


def _percent(fields: Fields, name: str, default: Fraction | None = None) -> Fraction:
    value = fields.decimal(name, decimals=PERCENT_DECIMALS, default=default)
    if not 0 <= value <= 100:
        raise fields.refuse(name, "A percent lies between 0 and 100.")
    return value


def _amount(fields: Fields, name: str) -> Fraction:
    value = fields.decimal(name, decimals=RATE_DECIMALS)
    if not 0 <= value <= MOST_UNITS:
        raise fields.refuse(name, "It cannot be negative." if value < 0 else "It is too large.")
    return value


def _per(fields: Fields) -> Fraction:
    value = fields.decimal("per", decimals=RATE_DECIMALS, default=Fraction(1))
    if not 0 < value <= MOST_UNITS:
        raise fields.refuse("per", "It has to be above 0." if value <= 0 else "It is too large.")
    return value
