"""Cases that `flask commissions simulate` refuses, and the path that it has to name."""

from __future__ import annotations

from tests.commissions.simulated_cases import BASE, CREDIT, a_case, a_line, ladder, on

# name, what is changed in the case, path of the refusal
REFUSED: list[tuple[str, object, str]] = [
    ("percent 101", a_case(components=[BASE | {"percent": "101"}]), "plan.components[0].percent"),
    ("a percent as a float", a_case(components=[BASE | {"percent": 10.5}]), "plan.components[0].percent"),
    (
        "overlapping tiers",
        a_case(
            components=[
                ladder(
                    tiers=[
                        {"upto": "10", "percent": "1"},
                        {"upto": "9", "percent": "1"},
                        {"upto": None, "percent": "2"},
                    ]
                )
            ]
        ),
        "plan.components[0].tiers[1].upto",
    ),
    ("a plan without components", a_case() | {"plan": {"plan": "x"}}, "plan.components"),
    ("no plan", {"currency": "USD", "lines": []}, "plan"),
    ("no lines", {"plan": a_case()["plan"], "currency": "USD"}, "lines"),
    ("an unknown currency", a_case(currency="USX"), "currency"),
    ("a floor of half a yen", a_case(currency="JPY", line_floor="5.5"), "plan.line_floor"),
    ("a plan in another currency", a_case() | {"plan": a_case()["plan"] | {"currency": "EUR"}}, "currency"),
    ("an unknown field", a_case() | {"colour": "red"}, "colour"),
    ("an unknown field of a line", a_case(a_line(colour="red")), "lines[0].colour"),
    ("no rate", a_case({key: value for key, value in a_line().items() if key != "rate"}), "lines[0].rate"),
    ("a rate with 12 decimals", a_case(a_line(rate="1.123456789012")), "lines[0].rate"),
    ("a rate as a float", a_case(a_line(rate=50.5)), "lines[0].rate"),
    ("a negative rate", a_case(a_line(rate="-1")), "lines[0].rate"),
    ("10^13 units", a_case(a_line(10**13)), "lines[0].facts[0].units"),
    ("negative units", a_case(a_line(-1)), "lines[0].facts[0].units"),
    (
        "half a unit",
        a_case(a_line(facts=[{"service_date": "2026-03-05", "units": "1.5"}])),
        "lines[0].facts[0].units",
    ),
    ("10^13 booked", a_case(a_line(booked_units="10000000000000")), "lines[0].booked_units"),
    ("not a number", a_case(a_line(booked_units=float("nan"))), "lines[0].booked_units"),
    ("an agency of 101 percent", a_case(a_line(agency_percent="101")), "lines[0].agency_percent"),
    ("a negative weight", a_case(a_line(split={"P1": "60", "P2": "-40"})), "lines[0].split.P2"),
    ("weights of nothing", a_case(a_line(split={"P1": "0", "P2": "0"})), "lines[0].split"),
    ("a level of nothing", a_case(a_line(overrides={"M": 0})), "lines[0].overrides.M"),
    ("outside the flight", a_case(a_line(facts=on(("2026-04-01", 1)))), "lines[0].facts[0].service_date"),
    ("no such day", a_case(a_line(facts=on(("2026-02-30", 1)))), "lines[0].facts[0].service_date"),
    (
        "a revision that says something else",
        a_case(
            a_line(
                facts=[
                    {"service_date": "2026-03-05", "units": "1", "revision": 1},
                    {"service_date": "2026-03-05", "units": "2", "revision": 1},
                ]
            )
        ),
        "lines[0].facts[1].revision",
    ),
    ("the flight ends before it begins", a_case(a_line(last_day="2026-02-28")), "lines[0].last_day"),
    ("two lines of a ref", a_case(a_line(), a_line()), "lines[1].line_ref"),
    ("an unknown pricing", a_case(a_line(pricing="cpc")), "lines[0].pricing"),
    (
        "an unknown effect",
        a_case(a_line(credits=[CREDIT | {"commission_effect": "all"}])),
        "lines[0].credits[0].commission_effect",
    ),
    ("a credit without a day", a_case(a_line(credits=[{"units": "1"}])), "lines[0].credits[0].on"),
    (
        "a net with three decimals",
        a_case(a_line(credits=[{"on": "2026-04-01", "net": "1.001"}])),
        "lines[0].credits[0].net",
    ),
    (
        "a make-good line whose units are taken back",
        a_case(a_line(), a_line(line_ref="L2", makegood_for="L1", credits=[CREDIT])),
        "lines[1].credits[0].commission_effect",
    ),
    (
        "a make-good line whose units are settled",
        a_case(
            a_line(),
            a_line(line_ref="L2", makegood_for="L1", credits=[CREDIT | {"commission_effect": "settles"}]),
        ),
        "lines[1].credits[0].commission_effect",
    ),
    ("signed before the plan holds", a_case(valid_from="2026-03-01"), "lines[0].signed_on"),
    ("a case that is a list", [], ""),
]
