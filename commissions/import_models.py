"""What came in by file or API, and the rows that were read but not believed."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base, Key, Ref


class ImportKind(StrEnum):
    PARTNERS = "partners"
    ORDERS = "orders"
    DELIVERIES = "deliveries"
    INVOICES = "invoices"
    PAYMENTS = "payments"
    PLANS = "plans"
    # rows that left quarantine because something else came in
    JUDGED_AGAIN = "judged_again"


class ImportFile(Base):
    """One file (or API call) that was taken in, with what became of its rows.

    `source` is the delivery source given with the file, else empty. `bad` counts rows left out by
    --partial: a file was imported whole when it is 0.
    """

    __tablename__ = "imports"
    __table_args__ = (Index(None, "kind", "sha256"), {"info": {"append_only": True}})

    id: Mapped[Key]
    kind: Mapped[ImportKind]
    source: Mapped[Ref] = mapped_column(default="")
    file_name: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64))
    rows: Mapped[int]
    accepted: Mapped[int]
    unchanged: Mapped[int]
    superseded: Mapped[int]
    quarantined: Mapped[int]
    bad: Mapped[int]
    imported_at: Mapped[datetime]
    imported_by: Mapped[Ref]

    @property
    def was_whole(self) -> bool:
        return self.bad == 0


class Decision(StrEnum):
    """How a quarantined row ended."""

    # what was missing came in later, and the row was believed
    ACCEPTED = "accepted"
    # a person decided that the row does not count
    DISMISSED = "dismissed"


class QuarantinedRow(Base):
    """A row that could be read but not believed; open until `decided_at`.

    `kind` is that of its file, `cells` what the file said, `reason` a code of commissions.reasons,
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

    @property
    def is_open(self) -> bool:
        return self.decided_at is None
