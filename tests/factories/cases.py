"""A case of `flask commissions simulate` written into the books, as files would have brought it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from commissions.facts.billing_models import CommissionEffect
from commissions.facts.fact_models import Cap, Pricing
from tests.factories.books import Billed, LineOf, adopt, an_order, deliver, disallow, invoice, pay
from tests.factories.people import a_partner

ABOVE = {"M": "N", "N": ""}
# more than any credit takes back
INVOICED = 10**15


def enter(session: Session, case: Mapping[str, Any], pause: Callable[[], None] = lambda: None) -> None:
    """Partners, plan, orders, counts, credit notes and cash; each line is an order of its own.

    A line's `terms`, from a day on, are revisions of its order; `versions` are those of the plan. The lines'
    `overrides` stand above the partners R1, R2 and so on: M, and N above M. `pause` is called after each
    fact.
    """
    splits = [terms["split"] for line in case["lines"] for terms in (line, *line.get("terms", ()))]
    refs = {payee for split in splits for payee in split} | {line["partner_ref"] for line in case["lines"]}
    for ref in sorted({*refs, "M", "N"}):
        above = ABOVE.get(ref, _above(case, ref))
        a_partner(session, ref, **({"parent_ref": above} if above else {}))
    for version in case.get("versions", [case["plan"]]):
        adopt(session, dict(version))
        pause()
    for line in case["lines"]:
        for terms in ({}, *line.get("terms", ())):
            _sell(session, {**line, **terms}, case)
            pause()
    for line in case["lines"]:
        for fact in line["facts"]:
            day = date.fromisoformat(fact["service_date"])
            deliver(session, line["line_ref"], day, int(fact["units"]))
            pause()
        for bad in line.get("disallowed", ()):
            disallow(session, line["line_ref"], date.fromisoformat(bad["service_date"]), int(bad["units"]))
            pause()
    for line in case["lines"]:
        _enter_money(session, line, case["currency"])
        pause()


def _above(case: Mapping[str, Any], ref: str) -> str:
    levels = [line["overrides"] for line in case["lines"] if line["partner_ref"] == ref]
    return next((payee for named in levels for payee, level in named.items() if level == 1), "")


def _sell(session: Session, line: Mapping[str, Any], case: Mapping[str, Any]) -> None:
    ref, currency = line["line_ref"], case["currency"]
    sold = LineOf(
        ref,
        rate=line["rate"],
        booked=int(line["booked_units"]),
        pricing=Pricing(line["pricing"]),
        days=(date.fromisoformat(line["first_day"]), date.fromisoformat(line["last_day"])),
        agency=line["agency_percent"],
        split=line["split"],
        cap=Cap(line["cap"]),
        tolerance=line["cap_tolerance_percent"],
        plan=case["plan"]["plan"],
        product=line["product"],
        category=line["category"],
        station=line["station"],
        valid_from=date.fromisoformat(line["valid_from"]) if "valid_from" in line else None,
        makegood_for=line.get("makegood_for"),
    )
    signed_on = date.fromisoformat(line["signed_on"])
    an_order(session, f"IO-{ref}", sold, partner=line["partner_ref"], currency=currency, signed_on=signed_on)


def _enter_money(session: Session, line: Mapping[str, Any], currency: str) -> None:
    ref = line["line_ref"]
    invoice(session, f"INV-{ref}", Billed(ref, net=INVOICED), on=date(2026, 2, 15), currency=currency)
    for number, credit in enumerate(line["credits"], 1):
        month = credit["service_month"]
        row = Billed(
            ref,
            net=_minor(credit["net"]),
            units=int(credit["units"]),
            effect=CommissionEffect(credit["commission_effect"]),
            service_month=None if month is None else date.fromisoformat(f"{month}-01"),
        )
        on = date.fromisoformat(credit["on"])
        invoice(session, f"CN-{ref}-{number}", row, on=on, currency=currency, credits_invoice=f"INV-{ref}")
    if line["collected_net"] is not None:
        amount = _minor(line["collected_net"]) if "." in line["collected_net"] else None
        scale = {"JPY": 1, "USD": 100, "KWD": 1000}[currency]
        paid = int(line["collected_net"]) * scale if amount is None else amount
        pay(session, f"PAY-{ref}", f"INV-{ref}", paid, on=date(2026, 6, 1), currency=currency)


def _minor(text: str) -> int:
    """An amount that is written with all of its currency's decimals."""
    return int(text.replace(".", ""))
