"""Random cases of `flask commissions simulate`: any plan, any lines, any order of events."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

Json = dict[str, Any]
FIRST = date(2026, 2, 15)
DECIMALS = {"JPY": 0, "USD": 2, "KWD": 3}
STATIONS, PRODUCTS, CATEGORIES = ("WXYZ-FM", "KABC-AM"), ("radio", "podcast"), ("auto", "food")
PAYEES = ("P1", "P10", "P9", "R1", "a")
SERVICE_MONTHS = st.sampled_from([None, None, "2026-02", "2026-03", "2026-04"])


def decimals(most: int, places: int, *, least: int = 0) -> st.SearchStrategy[str]:
    """Decimal text up to `most` with up to so many places; round numbers are likely."""
    exact = st.integers(least * 10**places, most * 10**places).map(lambda number: _text(number, places))
    return st.one_of(st.integers(max(least, 1), most).map(str), exact)


def _text(number: int, places: int) -> str:
    digits = str(number).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits


def percents() -> st.SearchStrategy[str]:
    return st.one_of(st.sampled_from(["10", "8.5", "2", "100", "0"]), decimals(100, 6))


def sizes() -> st.SearchStrategy[int]:
    """From 1 to half a million, each order of magnitude as likely as the others."""
    return st.builds(lambda first, zeros: first * 10**zeros, st.integers(1, 5), st.integers(0, 5))


@st.composite
def cases(draw: st.DrawFn, *, kinds: tuple[str, ...] = ()) -> Json:
    """A case with a plan of up to four components and up to three lines."""
    currency = draw(st.sampled_from(sorted(DECIMALS)))
    pricing = draw(st.sampled_from(["cpm", "per_spot", "flat"]))
    plan = draw(plans(DECIMALS[currency], kinds=kinds))
    lines = [
        draw(lines_of(f"L{number}", pricing, DECIMALS[currency]))
        for number in range(1, draw(st.sampled_from([2, 1, 3])) + 1)
    ]
    return {"plan": plan, "currency": currency, "lines": lines}


@st.composite
def plans(draw: st.DrawFn, places: int, *, kinds: tuple[str, ...] = ()) -> Json:
    components: list[Json] = [draw(_percent()) if not kinds else draw(COMPONENTS[kinds[0]](places))]
    for number in range(draw(st.sampled_from([1, 2, 0, 3]))):
        kind = draw(st.sampled_from(kinds or LIKELY))
        components.append(draw(COMPONENTS[kind](places)) | {"name": f"{kind}-{number}"})
    limits = sorted((draw(sizes()), draw(sizes())))
    has_floor, has_cap = draw(st.booleans()), draw(st.booleans())
    return {
        "plan": "random",
        "basis": draw(st.sampled_from(["net", "gross", "collected"])),
        "finality_days": 0,
        "components": components,
        "line_floor": _text(limits[0], places) if has_floor else None,
        "line_cap": _text(limits[1], places) if has_cap else None,
    }


@st.composite
def _percent(draw: st.DrawFn, places: int = 0) -> Json:
    keys = [("category",), ("product",), ("station",), ("station", "product")]
    values = {"station": STATIONS, "product": PRODUCTS, "category": CATEGORIES}
    rates: list[Json] = []
    for named in draw(st.lists(st.sampled_from(keys), max_size=3, unique=True)):
        rate = {key: draw(st.sampled_from(values[key])) for key in named}
        rates.append(rate | {"percent": draw(percents())})
    return {"name": "percent", "kind": "percent", "percent": draw(percents()), "rates": rates}


@st.composite
def _per_unit(draw: st.DrawFn, places: int) -> Json:
    per = draw(st.sampled_from(["1", "1000", "3", "0.5"]))
    return {"name": "per_unit", "kind": "per_unit", "amount": draw(decimals(5, 9)), "per": per}


@st.composite
def _tiers(draw: st.DrawFn, places: int) -> Json:
    measure = draw(st.sampled_from(["units", "gross", "net"]))
    bounds = sorted(draw(st.lists(sizes(), max_size=3, unique=True)))
    tenths = draw(st.booleans())
    texts = [f"{bound}.{draw(st.integers(0, 9))}" if tenths else str(bound) for bound in bounds]
    scope = draw(st.sampled_from(["partner", "line"]))
    windows = ["month", "quarter", "year", *(["line"] if scope == "line" else [])]
    return {
        "name": "tiers",
        "kind": "tiers",
        "mode": draw(st.sampled_from(["marginal", "whole"])),
        "measure": measure,
        "window": draw(st.sampled_from(windows)),
        "scope": scope,
        "tiers": [draw(_tier(bound, places)) for bound in [*texts, None]],
    }


@st.composite
def _tier(draw: st.DrawFn, bound: str | None, places: int) -> Json:
    tier: Json = {"upto": bound, "percent": draw(percents())}
    if draw(st.booleans()):
        tier |= {"per_unit": draw(decimals(3, 4)), "per": draw(st.sampled_from(["1", "1000"]))}
    if draw(st.booleans()):
        tier |= {"flat": draw(decimals(500, places))}
    return tier


@st.composite
def _bonus(draw: st.DrawFn, places: int) -> Json:
    paid = draw(st.sampled_from(["percent_of_commission", "flat"]))
    amount = draw(percents()) if paid == "percent_of_commission" else draw(decimals(500, places))
    return {"name": "bonus", "kind": "bonus", paid: amount}


@st.composite
def _override(draw: st.DrawFn, places: int) -> Json:
    level = draw(st.integers(1, 2))
    return {"name": "override", "kind": "override", "level": level, "percent": draw(percents())}


LIKELY = ("tiers", "percent", "tiers", "per_unit", "bonus", "override")
COMPONENTS: dict[str, Any] = {
    "percent": _percent,
    "per_unit": _per_unit,
    "tiers": _tiers,
    "bonus": _bonus,
    "override": _override,
}


@st.composite
def lines_of(draw: st.DrawFn, ref: str, pricing: str, places: int) -> Json:
    """A line with a flight of up to four months and everything that happened to it."""
    length = draw(st.sampled_from([75, 45, 1, 10, 100]))
    most = draw(st.sampled_from([200, 3, 100_000]))
    days = st.integers(0, length - 1).map(lambda number: str(FIRST + timedelta(days=number)))
    facts = st.tuples(days, st.one_of(st.integers(most // 2, most), st.integers(0, most)))
    credit = st.builds(
        _credit, days, st.integers(1, most), st.integers(0, 10**6), st.integers(0, 4), SERVICE_MONTHS
    )
    return {
        "line_ref": ref,
        "partner_ref": draw(st.sampled_from(["R1", "R1", "R2"])),
        "pricing": pricing,
        "rate": draw(decimals(1000, 9)),
        "booked_units": str(draw(st.one_of(st.integers(most, 6 * most), st.integers(0, most)))),
        "agency_percent": draw(st.sampled_from(["15", "0", "12.345678", "3", "100"])),
        "signed_on": "2026-02-01",
        "first_day": str(FIRST),
        "last_day": str(FIRST + timedelta(days=length - 1)),
        "cap": draw(st.sampled_from(["cumulative", "none", "per_cycle"])),
        "cap_tolerance_percent": draw(st.sampled_from(["0", "5", "2.5"])),
        "station": draw(st.sampled_from(STATIONS)),
        "product": draw(st.sampled_from(PRODUCTS)),
        "category": draw(st.sampled_from(CATEGORIES)),
        "split": draw(splits()),
        "overrides": draw(st.sampled_from([{}, {"M": 1}, {"M": 1, "N": 2}])),
        "facts": [
            {"service_date": day, "units": str(units), "revision": revision}
            for revision, (day, units) in enumerate(
                draw(st.lists(facts, min_size=draw(st.sampled_from([2, 0, 4])), max_size=6)), 1
            )
        ],
        "credits": [_scaled(one, places) for one in draw(st.lists(credit, max_size=2))],
        "collected_net": draw(st.one_of(sizes().map(str), decimals(100_000, places), st.none())),
    }


@st.composite
def dated_cases(draw: st.DrawFn) -> Json:
    """A case whose lines change price and split from some day on, and its plan the rates, in their flight or
    after it.
    """
    case = draw(cases())
    for line in case["lines"]:
        length = (date.fromisoformat(line["last_day"]) - FIRST).days
        line["terms"] = [draw(_terms(line, day)) for day in draw(_changes(length))]
        line["plan"] = case["plan"]["plan"]
    rated = {"rate_as_of": draw(st.sampled_from(["service_date", "service_date", "order_signed"]))}
    later = [
        draw(plans(DECIMALS[case["currency"]])) | {"valid_from": day.isoformat()}
        for day in draw(_changes(75))
    ]
    return case | {"versions": [plan | rated for plan in (case["plan"], *later)]}


def _changes(length: int) -> st.SearchStrategy[list[date]]:
    """Up to two days from the first one on, in their order."""
    numbers = st.lists(st.integers(0, length + 20), max_size=2, unique=True)
    return numbers.map(lambda found: [FIRST + timedelta(days=number) for number in sorted(found)])


@st.composite
def _terms(draw: st.DrawFn, line: Json, day: date) -> Json:
    """Often only one of price and split changes, and often to what was before."""
    return {
        "valid_from": str(day),
        "rate": draw(st.one_of(st.just(line["rate"]), decimals(1000, 3))),
        "agency_percent": draw(st.sampled_from([line["agency_percent"], "0", "15", "100"])),
        "split": draw(st.one_of(st.just(line["split"]), splits())),
    }


def splits() -> st.SearchStrategy[Json]:
    weights = st.dictionaries(st.sampled_from(PAYEES), decimals(100, 1), min_size=1, max_size=4)
    return weights.filter(lambda found: any(text.strip("0.") for text in found.values()))


def _credit(day: str, units: int, minor: int, kind: int, month: str | None) -> Json:
    """Of units, of money, goodwill, or one that only documents."""
    effect = {0: "none", 1: "settles"}.get(kind, "reduce")
    by_net = kind == 2
    return {
        "on": day,
        "units": "0" if by_net else str(units),
        "minor": minor if by_net else 0,
        "commission_effect": effect,
        "service_month": month,
    }


def _scaled(credit: Json, places: int) -> Json:
    minor = credit.pop("minor")
    return credit | {"net": _text(minor, places)}


@st.composite
def cases_with_debts(draw: st.DrawFn) -> Json:
    """A case of which units were disallowed, and whose last line makes the first one good."""
    case = draw(cases(kinds=("percent", "tiers")))
    for line in case["lines"]:
        days = [fact["service_date"] for fact in line["facts"]]
        bad = st.tuples(st.sampled_from(days or [line["first_day"]]), st.integers(0, 200))
        line["disallowed"] = [
            {"service_date": day, "units": str(units)}
            for day, units in draw(st.lists(bad, max_size=2, unique_by=lambda row: row[0]))
        ]
    if len(case["lines"]) > 1:
        case["lines"][-1] |= {"makegood_for": "L1"}
        case["lines"][-1]["credits"] = _goodwill(case["lines"][-1]["credits"])
    return case


def _goodwill(notes: list[Json]) -> list[Json]:
    """What takes units back, or settles them, names the line that was made good."""
    return [credit | {"commission_effect": "none"} for credit in notes]


@st.composite
def credited_make_goods(draw: st.DrawFn) -> Json:
    """A line that airs late and is made good early, and credit notes on both, all of similar sizes."""
    units, days = st.integers(0, 100), st.sampled_from(["2026-02-20", "2026-03-10", "2026-04-20"])
    line = draw(lines_of("L1", "per_spot", 2)) | {
        "partner_ref": "R1",
        "first_day": "2026-02-15",
        "last_day": "2026-04-30",
        "booked_units": str(draw(st.integers(50, 150))),
    }

    def counts() -> list[Json]:
        days_counted = draw(st.dictionaries(days, units, min_size=1))
        return [{"service_date": day, "units": str(count)} for day, count in days_counted.items()]

    notes = st.builds(_credit, days, st.integers(1, 100), st.just(700), st.integers(0, 4), SERVICE_MONTHS)
    own, made_good = (
        {"facts": counts(), "credits": [_scaled(one, 2) for one in draw(st.lists(notes, max_size=2))]}
        for _ in range(2)
    )
    made_good["credits"] = _goodwill(made_good["credits"])
    lines = [line | own, line | made_good | {"line_ref": "L2", "makegood_for": "L1"}]
    return {"plan": draw(plans(2, kinds=("percent", "tiers"))), "currency": "USD", "lines": lines}
