"""Statements of a closed period made again from what was known at its issue have the same hash (2.12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from commissions.adjustments.account_facts import PartnerCurrency
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

    Names, minimum payouts and what later periods clear are taken as they were issued: they may change.
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
    manifest = period.manifest or {}
    issued = session.scalars(select(Statement).where(Statement.period == period.ref)).all()
    return AsIssued(
        letterheads={one.partner_ref: Letterhead(**one.letterhead) for one in issued},
        minimums=_minors(issued, manifest.get("minimums", {})),
        cleared_later=_minors(issued, manifest.get("cleared_later", {})),
    )


def _minors(issued: Sequence[Statement], amounts: Mapping[str, str]) -> dict[PartnerCurrency, int]:
    """Of amounts by statement number."""
    return {
        (one.partner_ref, one.currency): _minor(amounts[one.number], one.currency)
        for one in issued
        if one.number in amounts
    }


def _minor(text: str, currency: str) -> int:
    return int(Decimal(text).scaleb(exponent(currency)))
