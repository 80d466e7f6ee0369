"""What was played of a film or a sound in each view."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from content.usage.usage_models import Deed
from portal.kernel.db import Base, Ref


class PlayedView(Deed, Base):
    """The stretches of one view, merged, and what they add up to; they only ever grow.

    `watched_by_tab` is how much each tab played, what was played twice counted twice; `watched_ms` is their
    sum, `unique_ms` the length of the stretches.
    """

    __tablename__ = "played_views"
    __table_args__ = (Index(None, "asset_id", "opened_on"),)

    # no foreign key: the view ends and becomes an event, which has the same view_id
    view_id: Mapped[Ref] = mapped_column(primary_key=True)
    opened_at: Mapped[datetime]
    opened_on: Mapped[date]
    spans: Mapped[list[Any]]
    watched_by_tab: Mapped[dict[str, int]]
    watched_ms: Mapped[int]
    unique_ms: Mapped[int]
