"""Statements as documents: issued ones as they were, those of an open period as drafts that say so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from commissions.adjustments.unpaid import Unpaid, unpaid_parts, unpaid_through
from commissions.facts.house_rules import HouseRules
from commissions.facts.service_calendar import Span
from commissions.ledger.balances import Balance
from commissions.ledger.ledger_models import Period, Statement
from commissions.statements.closing import preview
from commissions.statements.drafting import Draft
from commissions.statements.fingerprints import figures_hash
from commissions.statements.letterhead import Letterhead
from commissions.statements.stated_rows import StatedLine, all_line_cells, figures_of, statement_cells
from portal.kernel.money import Money

DRAFT_MARK = "-DRAFT"


@dataclass(frozen=True, slots=True)
class StatementDocument:
    """A statement ready to be written to any file. `figures` are minor units by column name.

    A draft's number ends in -DRAFT, and it has no day of issue.
    """

    number: str
    period: str
    days: Span
    partner_ref: str
    currency: str
    letterhead: Letterhead
    figures: Mapping[str, int]
    lines: Sequence[StatedLine]
    content_hash: str
    issued_on: date | None
    # what of the closing balance is not payable, and why; empty for drafts
    unpaid: Sequence[Unpaid] = ()

    @property
    def is_draft(self) -> bool:
        return self.issued_on is None

    def money(self, name: str) -> Money:
        return Money(self.figures[name], self.currency)

    def cells(self) -> list[str]:
        """The row of statements.csv."""
        return statement_cells(self, self.letterhead.partner, self.figures)

    def line_rows(self) -> list[list[str]]:
        """The rows of statement_lines.csv."""
        return all_line_cells(self, self.lines)


def documents(session: Session, period: Period, house: HouseRules) -> Iterator[StatementDocument]:
    """Every statement of a period by partner and currency; drafts as if it closed right after its end."""
    if not period.is_closed:
        for draft in preview(session, period, today=period.end_day, house=house).statements:
            yield draft_document(draft, period)
        return
    query = select(Statement).where(Statement.period == period.ref).options(selectinload(Statement.lines))
    issued = session.scalars(query).all()
    ordered = sorted(issued, key=lambda one: (one.partner_ref.encode(), one.currency.encode()))
    yield from full_documents(session, ordered, period)


def full_documents(
    session: Session, statements: Sequence[Statement], period: Period
) -> Iterator[StatementDocument]:
    """Issued statements of one period, with what of them is not payable and why."""
    yield from standing_documents(statements, period, unpaid_through(session, period.ref))


Standing = Mapping[tuple[str, str], Balance]


def standing_documents(
    statements: Sequence[Statement], period: Period, standing: Standing
) -> Iterator[StatementDocument]:
    """The same, by the period's balances of partners and currencies, for who reads them lot by lot."""
    for statement in statements:
        balance = standing.get((statement.partner_ref, statement.currency), Balance())
        parts = unpaid_parts(balance, payable=statement.payable)
        yield replace(issued_document(statement, period), unpaid=parts)


def issued_document(statement: Statement, period: Period) -> StatementDocument:
    return StatementDocument(
        number=statement.number,
        period=statement.period,
        days=Span(period.ref, period.first_day, period.end_day),
        partner_ref=statement.partner_ref,
        currency=statement.currency,
        letterhead=Letterhead(**statement.letterhead),
        figures=figures_of(statement),
        lines=statement.lines,
        content_hash=statement.content_hash,
        issued_on=statement.issued_on,
    )


def draft_document(draft: Draft, period: Period) -> StatementDocument:
    cells = statement_cells(draft, draft.letterhead.partner, figures_of(draft))
    return StatementDocument(
        number=draft.number + DRAFT_MARK,
        period=draft.period,
        days=Span(period.ref, period.first_day, period.end_day),
        partner_ref=draft.partner_ref,
        currency=draft.currency,
        letterhead=draft.letterhead,
        figures=figures_of(draft),
        lines=draft.lines,
        content_hash=figures_hash(cells, all_line_cells(draft, draft.lines)),
        issued_on=None,
    )
