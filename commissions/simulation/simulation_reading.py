"""Simulated cases read from JSON: a plan, lines and their facts; a refusal names the path of the field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from commissions.facts.billing_models import CommissionEffect
from commissions.facts.fact_models import BillingSource, Cap, LineStatus, Pricing
from commissions.facts.lines import Line, Split, Stretch
from commissions.plans.plan_amounts import refuse_finer_amounts
from commissions.plans.plan_reading import MOST_UNITS, PERCENT_DECIMALS, RATE_DECIMALS, read_plan
from commissions.plans.plan_rules import Plan
from commissions.simulation.simulation_fields import (
    MOST_RATE,
    amount_of,
    day_of,
    listed,
    number_of,
    required_day,
    text_of,
    units_of,
)
from portal.kernel.json_fields import REF, FieldRefused, Fields
from portal.kernel.money import UnknownCurrency, exponent

# who has a line that names neither a partner nor a split
SOMEONE = "partner"
MOST_LEVELS = 20
_MONTH = re.compile(r"[12][0-9]{3}-(0[1-9]|1[0-2])")
# columns of a file that change no figure here
_UNUSED = ("order_ref", "advertiser", "daypart", "time_zone")


@dataclass(frozen=True, slots=True)
class GivenFact:
    """A snapshot of a source for a service day; without a revision the order of arrival is its meaning."""

    source: str
    service_date: date
    units: int
    revision: int | None


@dataclass(frozen=True, slots=True)
class GivenCredit:
    """A credit note. `net` is in the major unit; `service_month` such as "2026-03"."""

    on: date
    units: int
    net: Fraction
    effect: CommissionEffect
    service_month: str | None


@dataclass(frozen=True, slots=True)
class GivenLine:
    """A line item and all that happened to it. `overrides` maps a payee to its level above the partner.

    `disallowed` are units by service day that finance does not count.
    `collected` (major unit) is the net cash allocated to the line, and what goodwill forgave of it.
    """

    line: Line
    overrides: Mapping[str, int]
    facts: tuple[GivenFact, ...]
    disallowed: Mapping[date, int]
    credits: tuple[GivenCredit, ...]
    collected: Fraction


@dataclass(frozen=True, slots=True)
class GivenCase:
    """A plan and the lines that it is tried on, all in one currency."""

    plan: Plan
    currency: str
    lines: tuple[GivenLine, ...]


def read_case(value: object) -> GivenCase:
    """A case as docs/interfaces.md describes it. Raises FieldRefused with the path within the case."""
    fields = Fields.of(value, "")
    plan = read_plan(fields.get("plan"))
    currency = _currency(fields, plan)
    refuse_finer_amounts(plan, currency)
    given = fields.objects("lines")
    partner_ref = _one_partner(given)
    lines: list[GivenLine] = []
    for number, inner in enumerate(given, start=1):
        line = _line(inner, plan, (currency, partner_ref, number))
        if line.line.line_ref in {other.line.line_ref for other in lines}:
            raise inner.refuse("line_ref", f"Two lines are called “{line.line.line_ref}”.")
        lines.append(line)
    fields.leave()
    _refuse_odd_make_goods(lines)
    return GivenCase(plan, currency, tuple(lines))


def _currency(fields: Fields, plan: Plan) -> str:
    code = fields.text("currency", plan.currency)
    try:
        exponent(code)
    except UnknownCurrency as refusal:
        raise fields.refuse("currency", refusal.sentence) from None
    if plan.currency not in {None, code}:
        raise fields.refuse("currency", f"The plan pays in {plan.currency}, the lines are in {code}.")
    return code


def _one_partner(given: list[Fields]) -> str:
    """Lines that name no partner are those of the first partner that is named."""
    named = (inner.ref("partner_ref") for inner in given if inner.has("partner_ref"))
    return next(named, SOMEONE)


def _refuse_odd_make_goods(lines: list[GivenLine]) -> None:
    refs = {one.line.line_ref: one.line for one in lines}
    for index, one in enumerate(lines):
        wanted = one.line.makegood_for
        if wanted is None:
            continue
        path = f"lines[{index}].makegood_for"
        if wanted not in refs or wanted == one.line.line_ref:
            raise FieldRefused(path, f"There is no other line “{wanted}” in this case.")
        if refs[wanted].makegood_for is not None:
            raise FieldRefused(path, f"“{wanted}” makes good for another line itself.")
        _refuse_credited(one, f"lines[{index}]")


def _refuse_credited(maker: GivenLine, path: str) -> None:
    """As an import does: the line that is made good pays the units, so it is the one to credit."""
    for number, credit in enumerate(maker.credits):
        if credit.effect is not CommissionEffect.NONE:
            raise FieldRefused(
                f"{path}.credits[{number}].commission_effect",
                f"The line makes good “{maker.line.makegood_for}”: credit that line, which pays its units.",
            )


def _line(fields: Fields, plan: Plan, place: tuple[str, str, int]) -> GivenLine:
    currency, someone, number = place
    partner_ref = fields.ref("partner_ref") if fields.has("partner_ref") else someone
    first_day, last_day = _flight(fields)
    cancelled_on = _cancelled_on(fields)
    line = Line(
        line_id=number,
        line_ref=fields.ref("line_ref"),
        order_ref=f"simulated-{number}",
        signed_on=_signed_on(fields, first_day, plan),
        partner_ref=partner_ref,
        advertiser="",
        currency=currency,
        station=fields.ref("station") if fields.has("station") else "",
        daypart=None,
        time_zone="UTC",
        product=text_of(fields, "product"),
        category=text_of(fields, "category"),
        first_day=first_day,
        end_day=last_day + timedelta(days=1),
        pricing=Pricing(fields.choice("pricing", list(Pricing))),
        booked_units=units_of(fields, "booked_units"),
        cap=Cap(fields.choice("cap", list(Cap), Cap.CUMULATIVE)),
        cap_tolerance_percent=_tolerance(fields),
        billing_source=BillingSource(fields.choice("billing_source", list(BillingSource), BillingSource.OWN)),
        plan=plan.name,
        makegood_for=fields.ref("makegood_for") if fields.has("makegood_for") else None,
        status=LineStatus.CANCELLED if cancelled_on else LineStatus.SIGNED,
        cancelled_on=cancelled_on,
        revision=1,
        stretches=(_stretch(fields, partner_ref),),
    )
    return _with_facts(fields, line)


def _with_facts(fields: Fields, line: Line) -> GivenLine:
    _refuse_another(fields, line)
    given = [_fact(inner, line) for inner in listed(fields, "facts")]
    disallowed = _disallowed(fields, line)
    credit_notes = [_credit(inner, line.currency) for inner in listed(fields, "credits")]
    overrides = _overrides(fields)
    collected = amount_of(fields, "collected_net", line.currency)
    # what was invoiced opens the gate of a close; it changes no figure of a simulation
    amount_of(fields, "invoiced_net", line.currency)
    fields.leave()
    forgiven = sum((one.net for one in credit_notes if one.effect is CommissionEffect.NONE), Fraction(0))
    return GivenLine(line, overrides, tuple(given), disallowed, tuple(credit_notes), collected + forgiven)


def _refuse_another(fields: Fields, line: Line) -> None:
    """Columns of a file that say what the case says already, or change no figure."""
    if fields.text("plan", line.plan) != line.plan:
        raise fields.refuse("plan", "The line names another plan.")
    if fields.text("currency", line.currency) != line.currency:
        raise fields.refuse("currency", "All lines of a case are in its currency.")
    for name in _UNUSED:
        text_of(fields, name)


def _flight(fields: Fields) -> tuple[date, date]:
    first_day, last_day = required_day(fields, "first_day"), required_day(fields, "last_day")
    if last_day < first_day:
        raise fields.refuse("last_day", "The flight ends before it begins.")
    return first_day, last_day


def _signed_on(fields: Fields, first_day: date, plan: Plan) -> date:
    signed_on = day_of(fields, "signed_on") or first_day
    if not plan.is_valid_on(signed_on):
        raise fields.refuse("signed_on", f"The plan is not valid on {signed_on.isoformat()}.")
    return signed_on


def _cancelled_on(fields: Fields) -> date | None:
    status = fields.choice("status", list(LineStatus), LineStatus.SIGNED)
    day = day_of(fields, "cancelled_on")
    if status == LineStatus.CANCELLED and day is None:
        raise fields.refuse("cancelled_on", "A cancelled line needs the day from which it is cancelled.")
    if status != LineStatus.CANCELLED and day is not None:
        raise fields.refuse("cancelled_on", "The line is not cancelled.")
    return day


def _tolerance(fields: Fields) -> Fraction:
    value = number_of(fields, "cap_tolerance_percent", PERCENT_DECIMALS, Fraction(0))
    if not 0 <= value <= MOST_UNITS:
        raise fields.refuse("cap_tolerance_percent", "A tolerance cannot be negative, nor beyond 10^12.")
    return value


def _stretch(fields: Fields, partner_ref: str) -> Stretch:
    rate = number_of(fields, "rate", RATE_DECIMALS)
    if not 0 <= rate < MOST_RATE:
        raise fields.refuse("rate", "A rate cannot be negative." if rate < 0 else "It is too large.")
    agency = number_of(fields, "agency_percent", PERCENT_DECIMALS, Fraction(0))
    if not 0 <= agency <= 100:
        raise fields.refuse("agency_percent", "A percent lies between 0 and 100.")
    return Stretch(None, rate, agency, Split(_split(fields) or {partner_ref: Fraction(1)}))


def _split(fields: Fields) -> dict[str, Fraction]:
    if not fields.has("split"):
        return {}
    inner = Fields.of(fields.get("split"), fields.at("split"))
    found = {}
    for payee in _payees(inner):
        found[payee] = number_of(inner, payee, RATE_DECIMALS)
        if not 0 <= found[payee] < MOST_RATE:
            raise inner.refuse(
                payee, "A weight cannot be negative." if found[payee] < 0 else "It is too large."
            )
    if not any(found.values()):
        raise fields.refuse("split", "The weights cannot all be zero.")
    return found


def _overrides(fields: Fields) -> dict[str, int]:
    if not fields.has("overrides"):
        return {}
    inner = Fields.of(fields.get("overrides"), fields.at("overrides"))
    found: dict[str, int] = {}
    for payee in _payees(inner):
        level = inner.whole(payee, least=1, most=MOST_LEVELS)
        if level in found.values():
            raise inner.refuse(payee, f"Someone else is {level} levels up already.")
        found[payee] = level
    return found


def _payees(inner: Fields) -> list[str]:
    for name in inner.values:
        if not REF.fullmatch(name):
            raise inner.refuse(name, "A payee is a ref: letters, digits, dot, underscore and hyphen.")
    return sorted(inner.values, key=str.encode)


def _fact(fields: Fields, line: Line) -> GivenFact:
    day = required_day(fields, "service_date")
    if not line.first_day <= day < line.end_day:
        raise fields.refuse("service_date", f"{day.isoformat()} lies outside the flight of the line.")
    if line.cancelled_on is not None and day >= line.cancelled_on:
        raise fields.refuse("service_date", f"The line was cancelled before {day.isoformat()}.")
    if fields.has("station") and fields.ref("station") != line.station:
        raise fields.refuse("station", "The line does not run on this station.")
    text_of(fields, "proof_ref")
    fact = GivenFact(
        source=fields.ref("source") if fields.has("source") else BillingSource.OWN.value,
        service_date=day,
        units=units_of(fields, "units"),
        revision=units_of(fields, "revision") if fields.has("revision") else None,
    )
    fields.leave()
    return fact


def _disallowed(fields: Fields, line: Line) -> dict[date, int]:
    """The last count of a day is the one that holds."""
    found: dict[date, int] = {}
    for inner in listed(fields, "disallowed"):
        day = required_day(inner, "service_date")
        if not line.first_day <= day < line.end_day:
            raise inner.refuse("service_date", f"{day.isoformat()} lies outside the flight of the line.")
        found[day] = units_of(inner, "units")
        text_of(inner, "reason")
        inner.leave()
    return found


def _credit(fields: Fields, currency: str) -> GivenCredit:
    effect = fields.choice("commission_effect", list(CommissionEffect), CommissionEffect.REDUCE)
    month = text_of(fields, "service_month")
    if month is not None and not _MONTH.fullmatch(month):
        raise fields.refuse("service_month", "It is not a month such as 2026-03.")
    credit = GivenCredit(
        on=required_day(fields, "on"),
        units=units_of(fields, "units", Fraction(0)),
        net=amount_of(fields, "net", currency),
        effect=CommissionEffect(effect),
        service_month=month,
    )
    text_of(fields, "reason")
    fields.leave()
    return credit
