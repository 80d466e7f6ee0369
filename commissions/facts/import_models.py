"""What came in by file or API, and the rows that were read but not believed."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.kernel.db import Base, Key, Ref


class ImportKind(StrEnum):
    PARTNERS = "partners"
    ORDERS = "orders"
    DELIVERIES = "deliveries"
    INVOICES = "invoices"
    PAYMENTS = "payments"
    PLANS = "plans"
    ADJUSTMENTS = "adjustments"
    DISALLOWED = "disallowed"
    # make-good debt that a person gave up; a fact like those of a file
    WRITE_OFFS = "write_offs"
    PAYOUT_STATUS = "payout_status"
    # rows that left quarantine because something else came in
    JUDGED_AGAIN = "judged_again"


class ImportFile(Base):
    """One file (or API call) that was taken in; what became of its rows stands in its outcome.

    `source` is the delivery source given with the file, else empty. `approved_by` is the second person
    where the file needed one (domain-commissions 2.10).
    """

    __tablename__ = "imports"
    __table_args__ = (Index(None, "sha256", "kind"), {"info": {"append_only": True}})

    id: Mapped[Key]
    kind: Mapped[ImportKind]
    source: Mapped[Ref] = mapped_column(default="")
    file_name: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64))
    imported_at: Mapped[datetime]
    imported_by: Mapped[Ref]
    approved_by: Mapped[Ref | None]
    outcome: Mapped[ImportOutcome | None] = relationship()


class ImportOutcome(Base):
    """What became of a file's rows.

    `superseded` rows came after a higher revision: history without effect. `bad` rows could not be
    read and were left out by --partial.
    """

    __tablename__ = "import_outcomes"
    __table_args__ = {"info": {"append_only": True}}  # noqa: RUF012  SQLAlchemy reads it from the class

    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id"), primary_key=True)
    rows: Mapped[int]
    accepted: Mapped[int]
    unchanged: Mapped[int]
    superseded: Mapped[int]
    quarantined: Mapped[int]
    bad: Mapped[int]


class Decision(StrEnum):
    """How a quarantined row ended."""

    # what was missing came in later, and the row was believed
    ACCEPTED = "accepted"
    # a person decided that the row does not count
    DISMISSED = "dismissed"


class QuarantinedRow(Base):
    """A row that could be read but not believed; open until `decided_at`.

    `kind` is that of its file, `cells` what the file said, `reason` a code such as `unknown_line`,
    `sentence` the same for people. `service_date` (or the row's own day) tells which period it blocks.
    """

    __tablename__ = "quarantined_rows"
    __table_args__ = (UniqueConstraint("kind", "content_hash"), Index(None, "decided_at", "kind"))

    id: Mapped[Key]
    kind: Mapped[ImportKind]
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id"), index=True)
    row_number: Mapped[int]
    content_hash: Mapped[str] = mapped_column(String(64))
    cells: Mapped[dict[str, Any]]
    reason: Mapped[Ref]
    sentence: Mapped[str]
    line_ref: Mapped[Ref | None] = mapped_column(index=True)
    service_date: Mapped[date | None]
    quarantined_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[Ref | None]
    decision: Mapped[Decision | None]
    note: Mapped[str | None]
    # who sees to it
    owner_id: Mapped[int | None]

    @property
    def is_open(self) -> bool:
        return self.decided_at is None
