"""The worked example of domain-commissions 2.9, to the cent: March, what changed in April, the balances."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from commissions.facts.billing_models import CommissionEffect
from commissions.facts.fact_models import Pricing
from commissions.facts.house_rules import HouseRules
from commissions.ledger.ledger_models import Account, StatementLineKind
from commissions.ledger.periods import period
from commissions.statements.rebuilding import rebuilt_hashes
from tests.commissions.stated import account_sums, figures, lines, rules_broken
from tests.factories.books import Billed, LineOf, a_plan, adopt, an_order, deliver, invoice
from tests.factories.closed_months import APRIL, MAY, close, statement
from tests.factories.money import the_bank_pays
from tests.factories.people import a_partner

SPLIT = {"R1": "60", "R2": "40"}
IN_APRIL = (date(2026, 4, 1), date(2026, 4, 30))
PLAN = a_plan(holdback_percent="10", holdback_days=30) | {
    "components": [
        *a_plan()["components"],
        {"name": "override", "kind": "override", "level": 1, "percent": "2"},
    ]
}


@pytest.fixture
def march(session: Session) -> Session:
    """Rows 1 to 4: two lines aired in March, and March is closed."""
    for ref, parent in (("M", {}), ("R1", {"parent_ref": "M"}), ("R2", {})):
        a_partner(session, ref, **parent).terms[0].minimum_payout = {"USD": 2500}
    adopt(session, PLAN)
    cpm = LineOf("L2", rate="11.37", pricing=Pricing.CPM, booked=200_000, split=SPLIT)
    an_order(session, "IO-1", LineOf("L1", split=SPLIT), cpm)
    deliver(session, "L1", date(2026, 3, 5), 90)
    deliver(session, "L2", date(2026, 3, 6), 187_654)
    close(session, "2026-03", APRIL)
    return session


def aired_and_learned_in_april(session: Session) -> None:
    """Rows 5 to 9."""
    deliver(session, "L2", date(2026, 3, 6), 183_912)
    an_order(session, "IO-2", LineOf("L1-MG", booked=2, days=IN_APRIL, makegood_for="L1"))
    deliver(session, "L1-MG", date(2026, 4, 9), 2)
    invoice(session, "INV-1", Billed("L1", net=382_500, units=90), on=date(2026, 4, 3))
    ten_spots = Billed("L1", net=42_500, units=10, service_month=date(2026, 3, 1))
    invoice(session, "CN-1", ten_spots, on=date(2026, 4, 10), credits_invoice="INV-1")
    goodwill = Billed("L1", net=5_000, effect=CommissionEffect.NONE)
    invoice(session, "CN-2", goodwill, on=date(2026, 4, 12), credits_invoice="INV-1")
    the_bank_pays(session, "2026-03", on=date(2026, 4, 15))


def test_rows_one_to_four(march: Session) -> None:
    for payee, (earned, withheld, closing) in {
        "R1": (33832, 3383, 30449), "R2": (22554, 2255, 20299), "M": (11277, 1128, 10149)
    }.items():  # fmt: skip
        assert figures(march, f"2026-03-{payee}-USD") == {
            "earned": earned, "holdback_withheld": withheld, "holdback_balance": withheld,
            "closing": closing, "payable": closing,
        }  # fmt: skip
    (line,) = lines(march, "2026-03-R1-USD", StatementLineKind.HOLDBACK)
    assert (line.amount, line.basis, line.rate) == (-3383, "338.32", "10%")
    assert line.explanation == (
        "10% of the 338.32 that became payable under plan standard version 1 is held back until "
        "30 April 2026."
    )
    by_line = {
        (line.line_ref, line.component): line.amount for line in statement(march, "2026-03-M-USD").lines
    }
    assert (by_line["L1", "override"], by_line["L2", "override"]) == (7650, 3627)


def test_rows_five_to_eleven_and_the_balances(march: Session) -> None:
    aired_and_learned_in_april(march)
    close(march, "2026-04", MAY)
    for payee, (opening, prior, earned, clawback, released, closing) in {
        "R1": (30449, -218, 510, -2550, 3383, 1125),
        "R2": (20299, -144, 340, -1700, 2255, 751),
        "M": (10149, -72, 170, -850, 1128, 376),
    }.items():
        assert figures(march, f"2026-04-{payee}-USD") == {
            "opening": opening, "prior_period": prior, "earned": earned, "clawback": clawback,
            "payouts": opening, "holdback_released": released, "closing": closing,
        }  # fmt: skip
    (line,) = lines(march, "2026-04-R1-USD", StatementLineKind.HOLDBACK_RELEASE)
    assert (line.amount, line.service_month) == (3383, "2026-03")
    assert line.explanation == "Held back on 2026-03-R1-USD until 30 April 2026; it is yours now."
    (line,) = lines(march, "2026-04-R1-USD", StatementLineKind.CLAWBACK)
    assert line.explanation.startswith(
        "90 units and 229.50 were stated; credit notes took 10 units back, and it is 80 units and 204.00 now."
    )
    assert account_sums(march) == {
        Account.CASH: -60897, Account.EXPENSE: 63149, Account.PAYABLE: -2252
    }  # fmt: skip
    assert rules_broken(march) == []


def test_both_months_can_be_made_again(march: Session) -> None:
    aired_and_learned_in_april(march)
    close(march, "2026-04", MAY)
    for ref in ("2026-03", "2026-04"):
        for number, made_again in rebuilt_hashes(march, period(march, ref), HouseRules()).items():
            assert statement(march, number).content_hash == made_again
