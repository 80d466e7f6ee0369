"""Cases for `flask commissions simulate` with the answers that a person worked out by hand."""

from __future__ import annotations

from typing import Any

Case = dict[str, Any]

BASE: Case = {"name": "base", "kind": "percent", "percent": "10"}
MARCH = {"first_day": "2026-03-01", "last_day": "2026-03-31"}
QUARTER = {"first_day": "2026-01-01", "last_day": "2026-06-30"}


def a_line(units: int = 90, **fields: Any) -> Case:
    """90 of 100 spots at 50.00 in March, less 15% agency, split 60 and 40."""
    facts = [{"service_date": "2026-03-05", "units": str(units)}]
    return {
        "line_ref": "L1",
        "pricing": "per_spot",
        "rate": "50.00",
        "booked_units": "100",
        "agency_percent": "15",
        "signed_on": "2026-02-01",
        "station": "WXYZ-FM",
        "split": {"P1": "60", "P2": "40"},
        "facts": facts,
        **MARCH,
    } | fields


def a_case(*lines: Case, components: list[Case] | None = None, currency: str = "USD", **plan: Any) -> Case:
    document = {"plan": "tried", "components": components or [BASE], **plan}
    return {"plan": document, "currency": currency, "lines": list(lines) or [a_line()]}


def on(*days: tuple[str, int]) -> list[Case]:
    """Facts by day."""
    return [{"service_date": day, "units": str(units)} for day, units in days]


def ladder(mode: str = "marginal", **fields: Any) -> Case:
    """8 percent up to 10,000 net a quarter, 10 percent above."""
    tiers = [{"upto": "10000", "percent": "8"}, {"upto": None, "percent": "10"}]
    return {
        "name": "volume",
        "kind": "tiers",
        "mode": mode,
        "measure": "net",
        "window": "quarter",
        "tiers": tiers,
    } | fields


def whole_net(units: int, **fields: Any) -> Case:
    """A line whose units are worth 1.00 net each, all to P1."""
    return a_line(units, rate="1", agency_percent="0", booked_units="1000000", split={"P1": "1"}, **fields)


FLATS = [{"upto": "100", "flat": "5"}, {"upto": None, "flat": "7"}]
OVERRIDE = {"name": "over", "kind": "override", "level": 1, "percent": "2"}
CREDIT = {"on": "2026-04-10", "units": "10"}

# name, case; and billable units, unpaid units, net, and amounts by payee
WORKED: list[tuple[str, Case, str]] = [
    ("ninety spots", a_case(), "90 0 3825.00 P1=229.50 P2=153.00"),
    (
        "an override on top",
        a_case(a_line(overrides={"M": 1}), components=[BASE, OVERRIDE]),
        "90 0 3825.00 M=76.50 P1=229.50 P2=153.00",
    ),
    (
        "nobody is one level up",
        a_case(a_line(overrides={"M": 2}), components=[BASE, OVERRIDE]),
        "90 0 3825.00 P1=229.50 P2=153.00",
    ),
    (
        "impressions",
        a_case(a_line(187_654, pricing="cpm", rate="11.37", booked_units="200000")),
        "187654 0 1813.58 P1=108.82 P2=72.54",
    ),
    (
        "yen have no decimals",
        a_case(a_line(1, rate="33.5", agency_percent="0", split={"P1": "1"}), currency="JPY"),
        "1 0 34 P1=3",
    ),
    (
        "dinars have three",
        a_case(a_line(1, rate="10.1234", agency_percent="0", split={"P1": "1"}), currency="KWD"),
        "1 0 10.123 P1=1.012",
    ),
    (
        "a third of a flat fee",
        a_case(a_line(1, pricing="flat", rate="1000", booked_units="3", agency_percent="0")),
        "1 0 333.33 P1=20.00 P2=13.33",
    ),
    (
        "a flat fee is paid once",
        a_case(a_line(9, pricing="flat", rate="1000", booked_units="3", agency_percent="0", cap="none")),
        "9 0 1000.00 P1=60.00 P2=40.00",
    ),
    ("over-delivery", a_case(a_line(120)), "100 20 4250.00 P1=255.00 P2=170.00"),
    (
        "over-delivery within the tolerance",
        a_case(a_line(120, cap_tolerance_percent="10")),
        "110 10 4675.00 P1=280.50 P2=187.00",
    ),
    ("no cap", a_case(a_line(120, cap="none")), "120 0 5100.00 P1=306.00 P2=204.00"),
    (
        "a cap for each month",
        a_case(
            a_line(
                cap="per_cycle",
                booked_units="61",
                last_day="2026-04-30",
                facts=on(("2026-03-02", 40), ("2026-04-02", 20)),
            )
        ),
        "51 9 2167.50 P1=130.05 P2=86.70",
    ),
    (
        "contracted units need no count",
        a_case(a_line(billing_source="contracted", facts=[])),
        "100 0 4250.00 P1=255.00 P2=170.00",
    ),
    (
        "the other party's count",
        a_case(
            a_line(
                billing_source="third_party",
                facts=[
                    *on(("2026-03-05", 90)),
                    {"source": "third_party", "service_date": "2026-03-05", "units": "80"},
                ],
            )
        ),
        "80 0 3400.00 P1=204.00 P2=136.00",
    ),
    (
        "a lower revision that came late",
        a_case(
            a_line(
                facts=[
                    {"service_date": "2026-03-05", "units": "80", "revision": 2},
                    {"service_date": "2026-03-05", "units": "90", "revision": 1},
                ]
            )
        ),
        "80 0 3400.00 P1=204.00 P2=136.00",
    ),
    (
        "rows without a revision restate each other",
        a_case(a_line(facts=on(("2026-03-05", 70), ("2026-03-05", 90), ("2026-03-05", 90)))),
        "90 0 3825.00 P1=229.50 P2=153.00",
    ),
    ("units taken back", a_case(a_line(credits=[CREDIT])), "80 0 3400.00 P1=204.00 P2=136.00"),
    (
        "goodwill takes no commission",
        a_case(a_line(credits=[CREDIT | {"commission_effect": "none"}])),
        "90 0 3825.00 P1=229.50 P2=153.00",
    ),
    (
        "a credit that only documents",
        a_case(a_line(credits=[CREDIT | {"commission_effect": "settles"}])),
        "90 0 3825.00 P1=229.50 P2=153.00",
    ),
    (
        "net taken back",
        a_case(a_line(credits=[{"on": "2026-04-10", "net": "85.00"}])),
        "90 0 3740.00 P1=224.40 P2=149.60",
    ),
    (
        "net taken back from a plan on gross is grossed up",
        a_case(a_line(credits=[{"on": "2026-04-10", "net": "85.00"}]), basis="gross"),
        "90 0 3740.00 P1=264.00 P2=176.00",
    ),
    ("nothing collected", a_case(basis="collected"), "90 0 3825.00 P1=0.00 P2=0.00"),
    (
        "a part collected",
        a_case(a_line(collected_net="1000.00"), basis="collected"),
        "90 0 3825.00 P1=60.00 P2=40.00",
    ),
    (
        "more collected than earned",
        a_case(a_line(collected_net="9000"), basis="collected"),
        "90 0 3825.00 P1=229.50 P2=153.00",
    ),
    (
        "an amount for each unit",
        a_case(components=[{"name": "spot", "kind": "per_unit", "amount": "0.50", "per": "3"}]),
        "90 0 3825.00 P1=9.00 P2=6.00",
    ),
    (
        "the most specific rate",
        a_case(
            a_line(product="podcast"),
            components=[
                BASE
                | {
                    "rates": [
                        {"station": "WXYZ-FM", "percent": "12"},
                        {"product": "podcast", "percent": "8"},
                        {"station": "WXYZ-FM", "product": "podcast", "percent": "20"},
                    ]
                }
            ],
        ),
        "90 0 3825.00 P1=459.00 P2=306.00",
    ),
    ("a tier's edge", a_case(whole_net(10_000), components=[ladder()]), "10000 0 10000.00 P1=800.00"),
    ("above it", a_case(whole_net(10_001), components=[ladder()]), "10001 0 10001.00 P1=800.10"),
    (
        "whole at the edge",
        a_case(whole_net(10_000), components=[ladder("whole")]),
        "10000 0 10000.00 P1=800.00",
    ),
    (
        "whole above it",
        a_case(whole_net(10_500), components=[ladder("whole")]),
        "10500 0 10500.00 P1=1050.00",
    ),
    (
        "each quarter begins anew",
        a_case(
            whole_net(
                0, **QUARTER, signed_on="2025-12-01", facts=on(("2026-03-31", 10_500), ("2026-04-01", 10_500))
            ),
            components=[ladder()],
        ),
        "21000 0 21000.00 P1=1700.00",
    ),
    (
        "a measure of nothing enters no tier",
        a_case(whole_net(0), components=[ladder(tiers=FLATS)]),
        "0 0 0.00 P1=0.00",
    ),
    ("the first flat", a_case(whole_net(100), components=[ladder(tiers=FLATS)]), "100 0 100.00 P1=5.00"),
    ("both flats", a_case(whole_net(101), components=[ladder(tiers=FLATS)]), "101 0 101.00 P1=12.00"),
    (
        "only the reached flat",
        a_case(whole_net(101), components=[ladder("whole", tiers=FLATS)]),
        "101 0 101.00 P1=7.00",
    ),
    (
        "a bonus on what came before",
        a_case(components=[BASE, {"name": "more", "kind": "bonus", "percent_of_commission": "10"}]),
        "90 0 3825.00 P1=252.45 P2=168.30",
    ),
    (
        "a flat bonus once",
        a_case(components=[BASE, {"name": "more", "kind": "bonus", "flat": "10"}]),
        "90 0 3825.00 P1=235.50 P2=157.00",
    ),
    ("a floor", a_case(a_line(1), line_floor="50"), "1 0 42.50 P1=30.00 P2=20.00"),
    ("no floor before anything is billable", a_case(a_line(0), line_floor="50"), "0 0 0.00 P1=0.00 P2=0.00"),
    ("a cap", a_case(line_cap="100"), "90 0 3825.00 P1=60.00 P2=40.00"),
]
