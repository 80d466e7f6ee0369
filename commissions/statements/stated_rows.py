"""Statements as rows of their files: the columns and cells of statements.csv and statement_lines.csv."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Protocol

from commissions.ledger.ledger_models import StatementLineKind
from portal.kernel.money import Money, minor_text

STATEMENT_COLUMNS = (
    "statement",
    "period",
    "partner_ref",
    "partner",
    "currency",
    "opening",
    "earned",
    "prior_period",
    "clawback",
    "adjustments",
    "holdback_withheld",
    "holdback_released",
    "payouts",
    "closing",
    "holdback_balance",
    "payable",
)
FIGURES = STATEMENT_COLUMNS[5:]
LINE_COLUMNS = (
    "statement",
    "kind",
    "order_ref",
    "line_ref",
    "station",
    "service_month",
    "component",
    "units_before",
    "units_after",
    "basis",
    "rate",
    "amount_before",
    "amount_after",
    "amount",
    "currency",
    "corrects",
    "explanation",
)
LINE_NUMBERS = frozenset({"units_before", "units_after", "basis", "amount_before", "amount_after", "amount"})


class StatedFigures(Protocol):
    """A statement, issued or drafted."""

    @property
    def number(self) -> str: ...
    @property
    def period(self) -> str: ...
    @property
    def partner_ref(self) -> str: ...
    @property
    def currency(self) -> str: ...


class StatedCount(Protocol):
    """What a line counts; `units_before` is None for what corrects nothing."""

    @property
    def units_before(self) -> int | None: ...
    @property
    def units_after(self) -> int | None: ...
    @property
    def basis(self) -> str: ...


class StatedLine(StatedCount, Protocol):
    """A line of a statement, issued or drafted."""

    @property
    def kind(self) -> StatementLineKind: ...
    @property
    def order_ref(self) -> str: ...
    @property
    def line_ref(self) -> str: ...
    @property
    def advertiser(self) -> str: ...
    @property
    def station(self) -> str: ...
    @property
    def daypart(self) -> str | None: ...
    @property
    def service_month(self) -> str: ...
    @property
    def component(self) -> str: ...
    @property
    def rate(self) -> str: ...
    @property
    def share(self) -> str: ...
    @property
    def amount_before(self) -> int | None: ...
    @property
    def amount_after(self) -> int | None: ...
    @property
    def amount(self) -> int: ...
    @property
    def corrects(self) -> str: ...
    @property
    def explanation(self) -> str: ...


def keeps_units(line: StatedCount) -> bool:
    """A correction of the same units: of their rate, or of the money that came in for them."""
    return line.units_before is not None and line.units_before == line.units_after


def told_basis(line: StatedCount) -> str:
    """The basis; none of a correction that changes the rate alone."""
    return "" if keeps_units(line) and not Decimal(line.basis or 0) else line.basis


def ref_in_full(line: StatedLine) -> str:
    """A line's ref, with its order's where it does not begin with it."""
    return line.line_ref if line.line_ref.startswith(line.order_ref) else f"{line.order_ref} {line.line_ref}"


def figures_of(statement: object) -> dict[str, int]:
    """The figures of an issued or drafted statement by column name, in minor units."""
    return {name: getattr(statement, name) for name in FIGURES}


def statement_cells(statement: StatedFigures, partner: str, figures: Mapping[str, int]) -> list[str]:
    """The cells of a statement in the order of STATEMENT_COLUMNS."""
    amounts = [Money(figures[name], statement.currency).text() for name in FIGURES]
    return [statement.number, statement.period, statement.partner_ref, partner, statement.currency, *amounts]


def line_cells(statement: StatedFigures, line: StatedLine) -> list[str]:
    """The cells of a line in the order of LINE_COLUMNS; empty where nothing applies."""
    currency = statement.currency
    amount = minor_text(line.amount, currency)
    # of what was earned they are the same
    after = amount if line.amount_after == line.amount else _amount(line.amount_after, currency)
    return [
        statement.number,
        line.kind.value,
        line.order_ref,
        line.line_ref,
        line.station,
        line.service_month,
        line.component,
        _count(line.units_before),
        _count(line.units_after),
        line.basis,
        line.rate,
        _amount(line.amount_before, currency),
        after,
        amount,
        currency,
        line.corrects,
        line.explanation,
    ]


def all_line_cells(statement: StatedFigures, lines: Sequence[StatedLine]) -> list[list[str]]:
    return [line_cells(statement, line) for line in lines]


def _count(units: int | None) -> str:
    return "" if units is None else str(units)


def _amount(minor: int | None, currency: str) -> str:
    return "" if minor is None else minor_text(minor, currency)
