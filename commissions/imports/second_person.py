"""Which files need a second person before they count (domain-commissions 2.10)."""

from __future__ import annotations

from typing import BinaryIO

from commissions.approvals.approval_models import ProposalKind
from commissions.facts.billing_models import CommissionEffect, InvoiceKind
from commissions.facts.house_rules import HouseRules
from commissions.facts.import_models import ImportKind
from commissions.imports.billing_import import INVOICE_COLUMNS
from commissions.imports.delivery_import import DEFAULT_SOURCE
from commissions.imports.delivery_staging import delivery_columns
from portal.kernel.csv_files import BadCells, Column, CsvFile, FileUnreadable
from portal.kernel.errors import NotAllowed

MANUAL = "manual"
ALWAYS = {
    ImportKind.PLANS: ProposalKind.PLAN,
    ImportKind.ADJUSTMENTS: ProposalKind.ADJUSTMENT,
    ImportKind.DISALLOWED: ProposalKind.DISALLOWED,
}


class ManualCountNeedsFile(NotAllowed):
    def __init__(self, source: str) -> None:
        super().__init__(
            f"Counts of {source} are manual, so they need a file and a second person: "
            "import the file in the portal, where somebody else approves it."
        )


def second_person_for(
    kind: ImportKind, stream: BinaryIO, *, source: str, house: HouseRules
) -> ProposalKind | None:
    """What a second person has to approve about a file, or None. Reads the stream to its end."""
    if kind in ALWAYS:
        return ALWAYS[kind]
    if kind is ImportKind.DELIVERIES and _holds_manual(stream, source or DEFAULT_SOURCE, house):
        return ProposalKind.MANUAL_COUNT
    if kind is ImportKind.INVOICES and _holds_effect(stream):
        return ProposalKind.CREDIT_NOTES
    return None


def refuse_manual(source: str, house: HouseRules) -> None:
    """For doors without a file. Raises ManualCountNeedsFile."""
    if house.kind_of(source) == MANUAL:
        raise ManualCountNeedsFile(source)


def _holds_manual(stream: BinaryIO, source: str, house: HouseRules) -> bool:
    if MANUAL not in house.sources.values():
        return False
    columns = delivery_columns(source)
    place = _place(columns, "source")
    try:
        return any(
            house.kind_of(str(name)) == MANUAL
            for batch in CsvFile(stream, columns, BadCells()).batches()
            for name in set(batch.columns[place])
        )
    except FileUnreadable:
        return False


def _holds_effect(stream: BinaryIO) -> bool:
    """A credit note that is no mere goodwill changes commission, or says which change it documents."""
    kind, effect = (_place(INVOICE_COLUMNS, name) for name in ("kind", "commission_effect"))
    try:
        return any(
            values[kind] == InvoiceKind.CREDIT_NOTE and values[effect] != CommissionEffect.NONE
            for batch in CsvFile(stream, INVOICE_COLUMNS, BadCells()).batches()
            for values in batch.values()
        )
    except FileUnreadable:
        return False


def _place(columns: tuple[Column, ...], name: str) -> int:
    return [column.name for column in columns].index(name)
