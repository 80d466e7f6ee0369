"""One partner's draft is the one that a close of all would issue, and is worked out without the others."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from commissions.facts.house_rules import HouseRules
from commissions.ledger.periods import period
from commissions.statements.closing import preview
from commissions.statements.drafting import Draft
from tests.factories.closed_months import two_closed_months
from tests.portal.test_month_preview import a_month_that_corrects_a_closed_one

TODAY = date(2026, 5, 8)


def drafts(session: Session, ref: str, partner_ref: str | None = None) -> tuple[Draft, ...]:
    found = period(session, ref)
    return preview(session, found, today=TODAY, house=HouseRules(), partner_ref=partner_ref).statements


def test_one_partners_draft_is_that_of_all_of_them(session: Session) -> None:
    a_month_that_corrects_a_closed_one(session)
    every = drafts(session, "2026-04")
    assert [one.partner_ref for one in every] == ["R1", "R2"]
    for one in every:
        assert drafts(session, "2026-04", one.partner_ref) == (one,)


def test_nobody_has_no_draft(session: Session) -> None:
    two_closed_months(session)
    assert drafts(session, "2026-05", "nobody") == ()
