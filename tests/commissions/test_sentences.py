"""Numbers and sentences that explain an amount: what is called exact is exact, and one is one."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from commissions.explanations.exact_words import whole_words
from commissions.ledger.ledger_models import StatementLineKind
from tests.commissions.stated import lines
from tests.factories.books import Billed, LineOf, a_plan, adopt, an_order, deliver, invoice
from tests.factories.closed_months import APRIL, MAY, close
from tests.factories.people import a_partner


@pytest.mark.parametrize(
    ("above", "below", "currency", "words"),
    [
        (382_50, 100, "USD", "382.50"),
        (152399025, 10**8, "KWD", "1.52399025"),
        (333, 10, "JPY", "33.3"),
        (1, 3, "USD", "0.333333…"),
        (2_000_002, 3, "USD", "666,667.333333…"),
        (-2, 3, "KWD", "\N{MINUS SIGN}0.666666…"),
        (1, 10**13, "USD", "0.000000…"),
    ],
)
def test_what_is_called_exact_has_all_its_digits_or_says_that_there_are_more(
    above: int, below: int, currency: str, words: str
) -> None:
    assert whole_words(above, below, currency) == words


def test_net_that_a_credit_note_took_stands_between_gross_and_net(session: Session) -> None:
    a_partner(session, "R1")
    adopt(session, a_plan())
    an_order(session, "IO-1", LineOf("L1"))
    deliver(session, "L1", date(2026, 3, 2), 10)
    invoice(session, "INV-1", Billed("L1", net=42_500, units=10), on=date(2026, 3, 3))
    invoice(session, "CN-1", Billed("L1", net=5_000), on=date(2026, 3, 10), credits_invoice="INV-1")
    close(session, "2026-03", APRIL)
    (earned,) = lines(session, "2026-03-R1-USD", StatementLineKind.EARNED)
    assert earned.explanation.startswith(
        "10 spots at 50.00 = 500.00 gross, less agency 15%, less 50.00 credited = 375.00 net; 10% of 375.00"
    )


def test_one_spot_is_one_spot_and_what_was_not_stated_before_is_not_called_stated(session: Session) -> None:
    a_partner(session, "R1")
    adopt(session, a_plan())
    an_order(session, "IO-1", LineOf("L1", days=(date(2026, 3, 1), date(2026, 4, 30))))
    deliver(session, "L1", date(2026, 4, 2), 1)
    close(session, "2026-03", APRIL)
    deliver(session, "L1", date(2026, 3, 2), 1)
    close(session, "2026-04", MAY)
    (earned,) = lines(session, "2026-04-R1-USD", StatementLineKind.EARNED)
    assert earned.explanation.startswith("1 spot at 50.00 = 50.00 gross")
    (prior,) = lines(session, "2026-04-R1-USD", StatementLineKind.PRIOR_PERIOD)
    assert prior.explanation.startswith("Nothing of it was stated before; it is 1 unit and 4.25 now.")


def test_a_bonus_and_a_floor_that_fell_away_say_so(session: Session) -> None:
    a_partner(session, "R1")
    once = {"name": "once", "kind": "bonus", "flat": "9"}
    plan = a_plan(line_floor="6000")
    adopt(session, plan | {"components": [*plan["components"], once]})
    an_order(session, "IO-1", LineOf("L1"))
    deliver(session, "L1", date(2026, 3, 2), 10)
    close(session, "2026-03", APRIL)
    deliver(session, "L1", date(2026, 3, 2), 0)
    close(session, "2026-04", MAY)
    told = {
        line.component: line.explanation
        for line in lines(session, "2026-04-R1-USD", StatementLineKind.PRIOR_PERIOD)
    }
    assert "No unit is billable, and so the bonus of 9.00 is not paid" in told["once"]
    assert "No unit is billable, and so the plan's 6,000.00 at least are not paid" in told["floor"]


def test_what_a_cap_takes_off_is_written_as_all_other_amounts(session: Session) -> None:
    a_partner(session, "R1")
    adopt(session, a_plan(line_cap="1000"))
    an_order(session, "IO-1", LineOf("L1", booked=1000))
    deliver(session, "L1", date(2026, 3, 2), 1000)
    close(session, "2026-03", APRIL)
    (cap,) = [
        line for line in lines(session, "2026-03-R1-USD", StatementLineKind.EARNED) if line.component == "cap"
    ]
    assert cap.explanation.startswith(
        "The line's commission to date is 4,250.00; the plan pays at most 1,000.00, so −3,250.00 to date"
    )
