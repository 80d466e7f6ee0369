"""Orders, partners and plans as they are at first, and what may change of them, as files say it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from hypothesis import strategies as st

from commissions.facts.import_models import ImportKind
from tests.factories.books import a_shared_ladder
from tests.factories.kept_books import FiledBooks

Changes = Mapping[str, str]
Cells = dict[str, str]
DAYS = [
    date(2026, 3, 1), date(2026, 3, 20), date(2026, 3, 31), date(2026, 4, 1), date(2026, 4, 16),
    date(2026, 5, 20), date(2026, 6, 10),
]  # fmt: skip

ORDERS: dict[str, Cells] = {
    ref: {
        "order_ref": ref,
        "partner_ref": partner,
        "currency": currency,
        "signed_on": "2026-02-01",
        "advertiser": "Cobbler & Pine",
        "agency_percent": "15",
    }
    for ref, partner, currency in (("O1", "R1", "USD"), ("O2", "R2", "USD"), ("O3", "R2", "JPY"))
}


def _line(ref: str, order: str, pricing: str, rate: str, booked: int, **cells: str) -> Cells:
    flight = {"first_day": "2026-03-01", "last_day": "2026-05-31", "station": "WXYZ-FM"}
    sold = {"pricing": pricing, "rate": rate, "booked_units": str(booked)}
    return {"line_ref": ref, "order_ref": order, **sold, **flight, **cells}


LINES: dict[str, Cells] = {
    line["line_ref"]: line
    for line in (
        _line("L1", "O1", "per_spot", "12.35", 900, split="R1:60;R2:40"),
        _line("L2", "O1", "cpm", "1137.01", 2000, split="R1:60;R2:40"),
        _line("L3", "O2", "flat", "9876.54", 300),
        _line("L4", "O2", "per_spot", "7.77", 700, cap="per_cycle", plan="pooled"),
        _line("L5", "O3", "cpm", "99000", 700, cap="none"),
        _line("MG", "O2", "per_spot", "1", 100, makegood_for="L1", first_day="2026-04-10"),
    )
}

PARTNERS: dict[str, Cells] = {
    ref: {"partner_ref": ref, "name": f"Partner {ref}", "type": kind, "tier": tier, "parent_ref": parent}
    for ref, kind, tier, parent in (
        ("N", "reseller", "", ""),
        ("M", "reseller", "", "N"),
        ("R1", "reseller", "gold", "M"),
        ("R2", "broker", "silver", ""),
    )
}

_HELD = {"finality_days": 7, "holdback_percent": "10", "holdback_days": 30}
_OVERRIDES = [
    {"name": "over", "kind": "override", "level": 1, "percent": "2"},
    {"name": "over-2", "kind": "override", "level": 2, "percent": "0.5"},
]
_LADDER = a_shared_ladder({"upto": "3000", "percent": "8", "flat": "5"}, {"upto": None, "percent": "10"})


def _percent(percent: str) -> dict[str, Any]:
    rates = [{"station": "KABC-AM", "percent": "12"}, {"product": "podcast", "percent": "7.5"}]
    return {"name": "base", "kind": "percent", "percent": percent, "rates": rates}


PLANS: dict[str, dict[str, Any]] = {
    str(plan["plan"]): plan
    for plan in (
        {"plan": "standard", "components": [_percent("10"), *_OVERRIDES], **_HELD},
        {
            "plan": "by-day",
            "applies_to": {"tier": "gold"},
            "rate_as_of": "service_date",
            **_HELD,
            "components": [
                _percent("9"),
                {"name": "each", "kind": "per_unit", "amount": "0.015"},
                *_OVERRIDES,
            ],
        },
        {
            "plan": "pooled",
            "applies_to": {"type": "broker"},
            "payable_when": "invoiced",
            "components": [_LADDER, {"name": "more", "kind": "bonus", "percent_of_commission": "3"}],
            "line_cap": "400",
            **_HELD,
        },
        {
            "plan": "cash",
            # orders are signed before it, and then have no plan where they name it
            "valid_from": "2026-02-20",
            "applies_to": {"region": "emea"},
            "basis": "collected",
            **_HELD,
            "components": [_percent("10")],
            "line_floor": "15",
        },
    )
}


def _one_of(cells: dict[str, list[str]]) -> st.SearchStrategy[Cells]:
    """One or two cells with other values."""
    each = [st.tuples(st.just(name), st.sampled_from(values)) for name, values in cells.items()]
    return st.lists(st.one_of(each), min_size=1, max_size=2).map(dict)


CHANGES = _one_of(
    {
        "booked_units": ["0", "50", "400", "3000"],
        "rate": ["0", "3.333333333", "20"],
        "agency_percent": ["0", "15", "100"],
        "split": ["", "R1:1", "R2:1", "R1:60;R2:40", "R1:1;R2:1;M:1"],
        "first_day": ["2026-03-01", "2026-03-20", "2026-04-10"],
        "last_day": ["2026-04-16", "2026-05-31", "2026-06-30"],
        "station": ["WXYZ-FM", "KABC-AM"],
        "product": ["", "podcast"],
        "plan": ["", "standard", "by-day", "pooled", "cash"],
        "cap": ["none", "cumulative", "per_cycle"],
        "cap_tolerance_percent": ["0", "5"],
        "billing_source": ["own", "third_party", "contracted"],
    }
)
ORDER_CHANGES = _one_of(
    {
        "signed_on": ["2026-02-01", "2026-03-20", "2026-04-16"],
        "partner_ref": ["R1", "R2", "M"],
        "advertiser": ["Cobbler & Pine", "Cobbler and Pine"],
    }
)
PARTNER_CHANGES = _one_of(
    {
        "type": ["reseller", "broker"],
        "tier": ["", "silver", "gold"],
        "region": ["", "emea"],
        "parent_ref": ["", "M", "N"],
        "minimum_payout": ["", "USD:25"],
    }
)
PLAN_CHANGES: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "components": st.sampled_from(
            [
                [_percent("11")],
                [_percent("5"), *_OVERRIDES],
                [_LADDER],
                [_LADDER | {"window": "month", "mode": "marginal"}, _percent("1")],
                [_LADDER | {"scope": "line"}, _percent("2")],
                [_percent("3"), _LADDER | {"window": "year", "measure": "gross", "mode": "marginal"}],
                [_percent("4"), {"name": "once", "kind": "bonus", "flat": "9"}],
            ]
        ),
        "basis": st.sampled_from(["net", "gross", "collected"]),
        "rate_as_of": st.sampled_from(["order_signed", "service_date"]),
        "payable_when": st.sampled_from(["delivered", "invoiced", "collected"]),
        "holdback_percent": st.sampled_from(["10", "25"]),
        "finality_days": st.sampled_from([0, 7]),
        "line_floor": st.sampled_from([None, "60"]),
        "applies_to": st.sampled_from([{}, {"tier": "silver"}, {"tier": "gold"}, {"type": "broker"}]),
        "line_cap": st.sampled_from([None, "75", "400"]),
    },
)


class Told:
    """What was said last of each order, line, partner and plan, and what a file says that changes it."""

    def __init__(self) -> None:
        self.orders = {ref: dict(cells) for ref, cells in ORDERS.items()}
        self.lines = {ref: dict(cells) for ref, cells in LINES.items()}
        self.partners = {ref: dict(cells) for ref, cells in PARTNERS.items()}
        self.plans = {name: dict(plan) for name, plan in PLANS.items()}

    def line(self, ref: str, changes: Changes, since: date | None = None) -> Cells:
        self.lines[ref] |= changes
        return self.orders[self.lines[ref]["order_ref"]] | self.lines[ref] | _from(since)

    def order(self, ref: str, changes: Changes) -> Cells:
        self.orders[ref] |= changes
        return self.line(next(line for line, cells in LINES.items() if cells["order_ref"] == ref), {})

    def partner(self, ref: str, changes: Changes, since: date | None = None) -> Cells:
        self.partners[ref] |= changes
        return self.partners[ref] | _from(since)

    def plan(self, name: str, changes: Mapping[str, Any], since: date | None = None) -> dict[str, Any]:
        self.plans[name] |= changes
        return self.plans[name] | _from(since)


def _from(since: date | None) -> Cells:
    return {} if since is None else {"valid_from": since.isoformat()}


def billed(line: str, **cells: str) -> Cells:
    """A row of the line's one invoice, or of what else is said."""
    currency = ORDERS[LINES[line]["order_ref"]]["currency"]
    invoice = {"invoice_ref": f"INV-{line}", "kind": "invoice", "issued_on": "2026-03-02", "net": "90000"}
    return invoice | {"line_ref": line, "currency": currency} | cells


def credited(number: int, line: str, effect: str, units: int, on: date) -> Cells:
    return billed(
        line,
        invoice_ref=f"CN-{number}",
        kind="credit_note",
        credits_invoice=f"INV-{line}",
        issued_on=str(on),
        units=str(units),
        net="123",
        commission_effect=effect,
        reason="Agreed",
    )


def open_books(books: FiledBooks) -> None:
    """Partners, plans, orders, an invoice of each line, and what was counted of them in two months."""
    told = Told()
    books.take(ImportKind.PARTNERS, *PARTNERS.values())
    for plan in PLANS.values():
        books.adopt(plan)
    assert not books.take(ImportKind.ORDERS, *(told.line(ref, {}) for ref in LINES)).quarantined
    assert not books.take(ImportKind.INVOICES, *map(billed, sorted(LINES))).quarantined
    counts = [
        {"line_ref": ref, "service_date": day, "units": str(units), "revision": "0"}
        for ref in LINES
        for day, units in (("2026-03-10", 280), ("2026-04-20", 150))
        if day >= LINES[ref]["first_day"]
    ]
    assert not books.take(ImportKind.DELIVERIES, *counts).quarantined
