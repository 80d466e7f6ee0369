"""Versions of commission plans, as they were imported. Append-only."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base, Key, Ref


class PlanVersion(Base):
    """One version of a plan: `document` is the JSON as given, read by commissions.plans.plan_rules.

    Valid from `valid_from` (always, when empty) to before `valid_to` (open, when empty). Of the versions
    of a name that are valid on a day, the highest counts.
    """

    __tablename__ = "plan_versions"
    __table_args__ = (UniqueConstraint("name", "version"), {"info": {"append_only": True}})

    id: Mapped[Key]
    name: Mapped[Ref]
    version: Mapped[int]
    currency: Mapped[str | None] = mapped_column(String(3))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    applies_to: Mapped[dict[str, Any]]
    document: Mapped[dict[str, Any]]
    content_hash: Mapped[str] = mapped_column(String(64))
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id"))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[Ref]
    approved_by: Mapped[Ref | None]
