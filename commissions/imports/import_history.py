"""Which files came in, latest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from commissions.facts.billing_models import CommissionEffect, Invoice, InvoiceKind, InvoiceLine
from commissions.facts.import_models import ImportFile, ImportKind
from commissions.imports.second_person import ALWAYS, MANUAL
from partners.people import names_of


@dataclass(frozen=True, slots=True)
class PastImport:
    """A file with who brought it; its counts stand in `file.outcome`."""

    file: ImportFile
    by: str


def latest_imports(session: Session, *, limit: int) -> Sequence[PastImport]:
    """What was taken in lately, by whom."""
    files = session.scalars(
        select(ImportFile)
        .where(ImportFile.kind != ImportKind.JUDGED_AGAIN)
        .order_by(ImportFile.id.desc())
        .limit(limit)
        .options(joinedload(ImportFile.outcome))
    ).all()
    names = names_of(session, {file.imported_by for file in files})
    return [PastImport(file, names.get(file.imported_by, file.imported_by)) for file in files]


def imports_without_second_person(
    session: Session, sources: Mapping[str, str], *, limit: int
) -> Sequence[ImportFile]:
    """Files that the operator brought in at once though the portal would have asked a second person.

    `sources` maps names of sources to their kinds. Latest first.
    """
    manual = [name for name, kind in sources.items() if kind == MANUAL]
    credit_notes = (
        select(InvoiceLine.import_id)
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .where(
            Invoice.kind == InvoiceKind.CREDIT_NOTE, InvoiceLine.commission_effect != CommissionEffect.NONE
        )
    )
    query = select(ImportFile).where(
        ImportFile.approved_by.is_(None),
        or_(
            ImportFile.kind.in_(ALWAYS),
            (ImportFile.kind == ImportKind.DELIVERIES) & ImportFile.source.in_(manual),
            (ImportFile.kind == ImportKind.INVOICES) & ImportFile.id.in_(credit_notes),
        ),
    )
    return session.scalars(
        query.order_by(ImportFile.id.desc()).limit(limit).options(joinedload(ImportFile.outcome))
    ).all()
