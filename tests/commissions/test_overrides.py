"""Overrides in the books: paid to whoever stood that far above when the order was signed (2.4, step 10)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commissions.ledger.accrual import accrue
from commissions.ledger.ledger_models import Posting
from partners.models import PartnerTerms
from tests.factories.books import AT, LineOf, a_plan, adopt, an_order, deliver
from tests.factories.people import a_partner

OVERRIDES = [
    {"name": f"override{level}", "kind": "override", "level": level, "percent": "2"} for level in (1, 2, 3)
]


def a_tree(session: Session) -> None:
    """R1 stands below M, and M below TOP; R2 stands alone."""
    a_partner(session, "TOP")
    a_partner(session, "M", parent_ref="TOP")
    a_partner(session, "N")
    partner = a_partner(session, "R1", parent_ref="M")
    a_partner(session, "R2")
    # from March on it stands below N
    later = PartnerTerms(valid_from=date(2026, 3, 1), type="reseller", parent_ref="N", minimum_payout={})
    partner.terms.append(later)
    adopt(session, a_plan() | {"components": [*a_plan()["components"], *OVERRIDES]})
    session.flush()


def paid(session: Session) -> dict[tuple[str, str], int]:
    query = select(Posting.component, Posting.payee_ref, func.sum(Posting.amount_minor)).group_by(
        Posting.component, Posting.payee_ref
    )
    return {(component, payee): int(minor) for component, payee, minor in session.execute(query)}


def test_the_parents_of_the_day_of_signing_are_paid_once_a_line(session: Session) -> None:
    a_tree(session)
    an_order(session, "IO-1", LineOf("L1", split={"R1": "60", "R2": "40"}), signed_on=date(2026, 2, 1))
    deliver(session, "L1", date(2026, 3, 5), 90)
    accrue(session, at=AT)
    assert paid(session) == {
        ("base", "R1"): 22_950,
        ("base", "R2"): 15_300,
        ("override1", "M"): 7_650,
        ("override2", "TOP"): 7_650,
    }


def test_an_order_that_is_signed_later_pays_the_later_parent(session: Session) -> None:
    a_tree(session)
    an_order(session, "IO-1", LineOf("L1"), signed_on=date(2026, 3, 1))
    deliver(session, "L1", date(2026, 3, 5), 90)
    accrue(session, at=AT)
    assert paid(session) == {("base", "R1"): 38_250, ("override1", "N"): 7_650}


def test_a_partner_without_a_parent_has_nobody_above(session: Session) -> None:
    a_tree(session)
    an_order(session, "IO-1", LineOf("L1"), partner="R2", signed_on=date(2026, 2, 1))
    deliver(session, "L1", date(2026, 3, 5), 90)
    accrue(session, at=AT)
    assert paid(session) == {("base", "R2"): 38_250}
