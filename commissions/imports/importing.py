"""Files become facts: read whole first, then judged and written in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from commissions.facts.book_lock import lock_books
from commissions.facts.house_rules import HouseRules
from commissions.facts.import_models import ImportFile, ImportKind, ImportOutcome
from commissions.imports.adjustment_import import ADJUSTMENT_COLUMNS, build_adjustment, take_adjustments
from commissions.imports.billing_import import INVOICE_COLUMNS, build_invoice_row, take_invoices
from commissions.imports.disallowed_import import DISALLOWED_COLUMNS, build_disallowed_row, take_disallowed
from commissions.imports.order_import import take_orders
from commissions.imports.orders import COLUMNS as ORDER_COLUMNS
from commissions.imports.orders import build_order_row
from commissions.imports.payment_import import PAYMENT_COLUMNS, build_payment_row, take_payments
from commissions.imports.payout_import import PAYOUT_STATUS_COLUMNS, build_status_row, take_statuses
from commissions.imports.taking import BookTaking
from commissions.ledger.quarantine import Doubted, keep_doubted
from partners.partner_import import COLUMNS as PARTNER_COLUMNS
from partners.partner_import import build_partner, take_partners
from portal.kernel.activity import record
from portal.kernel.csv_files import BadCell, BadCells, Column
from portal.kernel.verdicts import Fate, Row, Taking, Verdict

DOUBTS_SHOWN = 1_000


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """How a file is to be taken. `by` is a user's id as text, "operator" or "worker".

    `approved_by` is the second person where the file needed one, `house` how this house counts.
    `source` is the default source of delivery rows; `partial` takes the good rows of a file with bad
    ones; `check` does everything but write. `progress` gets the number of rows read so far, `each_bad`
    every cell that cannot be read, as it comes.
    """

    at: datetime
    by: str = "operator"
    file_name: str = ""
    source: str = ""
    partial: bool = False
    check: bool = False
    progress: Callable[[int], None] | None = None
    each_bad: Callable[[BadCell], None] | None = None
    approved_by: str | None = None
    house: HouseRules = field(default_factory=HouseRules)

    def taking(self, import_id: int, *, judging_again: bool = False) -> BookTaking:
        """What the importers are told of this request."""
        return BookTaking(
            import_id,
            self.at,
            judging_again=judging_again,
            by=self.by,
            approved_by=self.approved_by,
            house=self.house,
        )

    def tell(self, rows: int) -> None:
        if self.progress is not None:
            self.progress(rows)


@dataclass
class ImportReport:
    """What became of a file. `doubts` holds the first thousand doubted rows, `reasons` counts all of them.

    `written` is False when bad rows kept everything out, and for a check. `judged_again` counts rows
    that left quarantine because of this file.
    """

    kind: ImportKind
    bad: BadCells
    rows: int = 0
    accepted: int = 0
    unchanged: int = 0
    superseded: int = 0
    quarantined: int = 0
    newly_quarantined: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    doubts: list[Doubted] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    judged_again: int = 0
    already_imported: bool = False
    written: bool = False
    import_id: int | None = None

    @property
    def has_effect(self) -> bool:
        return bool(self.accepted or self.superseded or self.newly_quarantined)

    @property
    def is_refused(self) -> bool:
        """Cells could not be read, and so nothing was written."""
        return self.bad.rows > 0 and not self.written

    def count(self, verdict: Verdict) -> None:
        if verdict.fate is Fate.ACCEPTED:
            self.accepted += 1
        elif verdict.fate is Fate.SUPERSEDED:
            self.superseded += 1
        elif verdict.fate is Fate.UNCHANGED:
            self.unchanged += 1

    def keep(self, session: Session, doubted: Sequence[Doubted], taking: Taking) -> None:
        """Put doubted rows into quarantine and count them; what a person dismissed before is unchanged."""
        if not doubted:
            return
        kept = keep_doubted(session, self.kind, doubted, taking)
        self.quarantined += kept.open
        self.newly_quarantined += kept.new
        self.unchanged += len(doubted) - kept.open
        self.reasons.update(row.verdict.reason for row in doubted)
        self.doubts += doubted[: max(DOUBTS_SHOWN - len(self.doubts), 0)]


# each importer takes rows of its own kind, which it built
Take = Callable[[Session, Sequence[Row[Any]], BookTaking], list[Verdict]]


@dataclass(frozen=True, slots=True)
class Importer:
    """How rows of a kind are read and taken."""

    columns: tuple[Column, ...]
    build: Callable[[tuple[object, ...]], object]
    take: Take


IMPORTERS: dict[ImportKind, Importer] = {
    ImportKind.PARTNERS: Importer(PARTNER_COLUMNS, build_partner, take_partners),
    ImportKind.ORDERS: Importer(ORDER_COLUMNS, build_order_row, take_orders),
    ImportKind.INVOICES: Importer(INVOICE_COLUMNS, build_invoice_row, take_invoices),
    ImportKind.PAYMENTS: Importer(PAYMENT_COLUMNS, build_payment_row, take_payments),
    ImportKind.ADJUSTMENTS: Importer(ADJUSTMENT_COLUMNS, build_adjustment, take_adjustments),
    ImportKind.DISALLOWED: Importer(DISALLOWED_COLUMNS, build_disallowed_row, take_disallowed),
    ImportKind.PAYOUT_STATUS: Importer(PAYOUT_STATUS_COLUMNS, build_status_row, take_statuses),
}


def whole_import(session: Session, kind: ImportKind, sha256: str, *, source: str = "") -> ImportFile | None:
    """An earlier import of the same bytes that left no row out."""
    query = (
        select(ImportFile)
        .join(ImportOutcome)
        .where(
            ImportFile.kind == kind,
            ImportFile.sha256 == sha256,
            ImportFile.source == source,
            ImportOutcome.bad == 0,
        )
        .limit(1)
    )
    return session.scalar(query)


def begin_import(session: Session, kind: ImportKind, request: ImportRequest, *, sha256: str) -> ImportFile:
    """Take the write lock and note that the file is coming in; imports are numbered in serial order."""
    lock_books(session)
    started = ImportFile(
        kind=kind,
        source=request.source,
        file_name=request.file_name,
        sha256=sha256,
        imported_at=request.at,
        imported_by=request.by,
        approved_by=request.approved_by,
    )
    session.add(started)
    session.flush()
    return started


def end_import(session: Session, report: ImportReport, started: ImportFile) -> None:
    """Note what became of the rows, in the import's outcome and in the activity log."""
    report.import_id = started.id
    counts = {
        "rows": report.rows,
        "accepted": report.accepted,
        "unchanged": report.unchanged,
        "superseded": report.superseded,
        "quarantined": report.quarantined,
        "bad": report.bad.rows,
    }
    session.add(ImportOutcome(import_id=started.id, **counts))
    subject = (f"{started.kind} import", str(started.id))
    record(
        session,
        "imported",
        subject,
        at=started.imported_at,
        by=started.imported_by,
        file=started.file_name,
        **counts,
    )
    session.flush()
