"""Facts of billing: invoices, credit notes and payments. Append-only."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.kernel.db import Base, Key, Ref


class InvoiceKind(StrEnum):
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


class CommissionEffect(StrEnum):
    """What a credit note does to commission (domain-commissions 2.8)."""

    REDUCE = "reduce"
    NONE = "none"
    SETTLES = "settles"


class Invoice(Base):
    """An invoice, or a credit note that names the invoice it credits."""

    __tablename__ = "invoices"
    __table_args__ = (Index(None, "credits_invoice"), {"info": {"append_only": True}})

    id: Mapped[Key]
    invoice_ref: Mapped[Ref] = mapped_column(unique=True)
    kind: Mapped[InvoiceKind]
    credits_invoice: Mapped[Ref | None]
    issued_on: Mapped[date]
    currency: Mapped[str] = mapped_column(String(3))
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id"))
    recorded_at: Mapped[datetime]
    lines: Mapped[list[InvoiceLine]] = relationship(back_populates="invoice", order_by="InvoiceLine.id")


class InvoiceLine(Base):
    """What is billed, or taken back, for a line item. Amounts of a credit note are positive.

    `service_month` is the first day of the month that the row is about, where the file names one;
    with the line it is the row's key in its invoice (`month_key` is the same as text, empty without).
    """

    __tablename__ = "invoice_lines"
    __table_args__ = (
        UniqueConstraint("invoice_id", "line_id", "month_key"),
        Index(None, "line_id"),
        {"info": {"append_only": True}},
    )

    id: Mapped[Key]
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoices.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("line_items.id"))
    units: Mapped[int]
    net_minor: Mapped[int]
    tax_minor: Mapped[int]
    commission_effect: Mapped[CommissionEffect]
    service_month: Mapped[date | None]
    month_key: Mapped[str] = mapped_column(String(7))
    reason: Mapped[str | None]
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id"))
    recorded_at: Mapped[datetime]
    invoice: Mapped[Invoice] = relationship(back_populates="lines")


class Payment(Base):
    """Cash received (or, negative, returned) for an invoice; one payment may cover several."""

    __tablename__ = "payments"
    __table_args__ = (
        UniqueConstraint("payment_ref", "invoice_ref"),
        Index(None, "invoice_ref"),
        {"info": {"append_only": True}},
    )

    id: Mapped[Key]
    payment_ref: Mapped[Ref]
    invoice_ref: Mapped[Ref]
    received_on: Mapped[date]
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id"))
    recorded_at: Mapped[datetime]
