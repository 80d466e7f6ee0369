"""Statements of a closed period made again from what was known at its issue have the same hash (2.12)."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from commissions.facts.house_rules import HouseRules
from commissions.ledger.ledger_models import Period, Statement
from commissions.reckoning.line_facts import Horizon
from commissions.reckoning.plan_book import plan_book
from commissions.statements.closing import hash_of
from commissions.statements.drafting import AsIssued, draft_statements
from commissions.statements.letterhead import Letterhead
from portal.kernel.money import exponent


def rebuilt_hashes(session: Session, period: Period, house: HouseRules) -> dict[str, str]:
    """Hashes by statement number, from postings, facts and plans as of the close of the period.

    Names and minimum payouts are taken as they were issued: they stand in records that may change.
    """
    assert period.closed_at is not None
    on = house.business_day(period.closed_at)
    horizon = Horizon(
        house=house,
        book=plan_book(session, known_through=period.known_through),
        today=on,
        known_through=period.known_through,
    )
    drafts = draft_statements(session, period, on=on, horizon=horizon, issued=_issued(session, period))
    return {draft.number: hash_of(draft) for draft in drafts.statements}


def _issued(session: Session, period: Period) -> AsIssued:
    minimums = (period.manifest or {}).get("minimums", {})
    issued = session.scalars(select(Statement).where(Statement.period == period.ref)).all()
    return AsIssued(
        letterheads={one.partner_ref: Letterhead(**one.letterhead) for one in issued},
        minimums={
            (one.partner_ref, one.currency): _minor(minimums[one.number], one.currency)
            for one in issued
            if one.number in minimums
        },
    )


def _minor(text: str, currency: str) -> int:
    return int(Decimal(text).scaleb(exponent(currency)))
