"""Statements and the books of a close, byte for byte as they were made before: hashes move with words."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from fractions import Fraction

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from commissions.explanations.exact_words import exact_words, grouped, minor_words, ratio_words, told_words
from commissions.facts.fact_models import Pricing
from commissions.facts.house_rules import HouseRules
from commissions.ledger.ledger_models import Event, LedgerEntry, PayableMove
from commissions.ledger.periods import period
from commissions.statements.documents import documents
from commissions.statements.fingerprints import figures_hash, manifest_hash
from portal.kernel.money import Money, exponent, round_half_up
from tests.commissions.test_the_worked_example import aired_and_learned_in_april, march
from tests.factories.books import LineOf, adopt, an_order, deliver
from tests.factories.closed_months import MAY, close
from tests.factories.people import a_partner
from tests.profiles import examples

__all__ = ["march"]

IN_APRIL = (date(2026, 4, 1), date(2026, 4, 30))
LADDER = {
    "plan": "ladder",
    "finality_days": 0,
    "applies_to": {"partner_ref": "R9"},
    "components": [
        {"name": "base", "kind": "percent", "percent": "12.5"},
        {"name": "each", "kind": "per_unit", "amount": "0.015", "per": "7"},
        {
            "name": "volume", "kind": "tiers", "measure": "net", "window": "quarter",
            "tiers": [
                {"upto": "100", "percent": "0"}, {"upto": "1000", "percent": "1"},
                {"upto": None, "percent": "2"},
            ],
        },
        {
            "name": "step", "kind": "tiers", "mode": "whole", "measure": "units", "window": "line",
            "tiers": [{"upto": "50", "percent": "1"}, {"upto": None, "percent": "3"}],
        },
        {"name": "thanks", "kind": "bonus", "percent_of_commission": "5"},
    ],
}  # fmt: skip
FROZEN = {
    "2026-03": "9aa76c5c224770bb",
    "2026-04": "fedf97b2b188f1f1",
    "moves": "90027fd0d7df720a",
    "entries": "023f775a5d72ba79",
}


def test_what_was_stated_and_booked_is_the_same_to_the_byte(march: Session) -> None:
    """Corrections, clawback, holdback, overrides and make-goods; tiers, thirds and three decimals."""
    a_ladder_in_dinars(march)
    aired_and_learned_in_april(march)
    close(march, "2026-04", MAY)
    assert {
        "2026-03": stated(march, "2026-03"),
        "2026-04": stated(march, "2026-04"),
        "moves": moves(march),
        "entries": entries(march),
    } == FROZEN


def a_ladder_in_dinars(session: Session) -> None:
    a_partner(session, "R9")
    adopt(session, LADDER)
    thirds = {"R9": "1", "R1": "2"}
    priced = LineOf("K2", rate="11.37", pricing=Pricing.CPM, booked=900_000, days=IN_APRIL, split=thirds)
    spots = LineOf("K1", rate="7.125", booked=200, days=IN_APRIL, split=thirds)
    an_order(session, "IO-9", spots, priced, partner="R9", currency="KWD")
    for day, units in ((2, 49), (9, 2), (20, 61)):
        deliver(session, "K1", date(2026, 4, day), units)
    deliver(session, "K2", date(2026, 4, 3), 187_653)


def stated(session: Session, ref: str) -> str:
    found = documents(session, period(session, ref), HouseRules())
    return _print([[document.cells(), document.line_rows(), document.content_hash] for document in found])


def moves(session: Session) -> str:
    table = PayableMove.__table__
    return _print([list(map(str, row)) for row in session.execute(select(table).order_by(table.c.id))])


def entries(session: Session) -> str:
    """Those of the closes, one side after the other."""
    every = LedgerEntry.__table__.c
    columns = [column for column in every if column is not every.id]
    query = select(*columns).where(every.event != Event.ACCRUED).order_by(every.id)
    return _print([list(map(str, row)) for row in session.execute(query)])


def _print(value: object) -> str:
    return hashlib.sha256(orjson.dumps(value)).hexdigest()[:16]


TEXTS = st.lists(st.text(), max_size=4)


@settings(max_examples=examples(50))
@given(TEXTS, st.lists(TEXTS, max_size=3))
def test_figures_have_the_hash_that_a_plain_encoder_gives(figures: list[str], lines: list[list[str]]) -> None:
    assert figures_hash(figures, lines) == manifest_hash({"statement": figures, "lines": lines})


AMOUNTS = st.fractions(min_value=-(10**12), max_value=10**12, max_denominator=10**9)


@settings(max_examples=examples(200))
@given(AMOUNTS, st.integers(1, 10**6), st.sampled_from(["USD", "JPY", "KWD"]))
def test_words_of_amounts_are_those_of_exact_decimals(exact: Fraction, by: int, currency: str) -> None:
    """Whether a ratio is reduced or not."""
    millionths = Decimal(round_half_up(exact * 10**6)).scaleb(-6)
    least = exponent(currency)
    whole, decimals = f"{abs(millionths):,.6f}".split(".")
    decimals = decimals[:least] + decimals[least:].rstrip("0")
    said = f"{whole}.{decimals}" if decimals else whole
    sign = "\N{MINUS SIGN}" if millionths < 0 else ""
    assert exact_words(exact, currency) == told_words(str(exact), currency) == sign + said
    assert ratio_words(exact.numerator * by, exact.denominator * by, currency) == sign + said
    minor = round_half_up(exact)
    assert minor_words(minor, currency) == grouped(Money(minor, currency).text())
