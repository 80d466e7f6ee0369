"""A plan tried on past months in the background: what is asked, how far it is, and its answer for a while."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base, Key, Ref

ONLY = 1


class SimulationState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class PlanSimulation(Base):
    """A plan's document tried on the months between two, both inclusive; empty is open.

    `origin` says where it was asked: the number of a version, a proposal, or the plan in the editor.
    `slot` is ONLY while it waits or runs, so that one runs at a time. `seen_at` is the worker's last sign
    of life, `answer` what `preview_json` made, `failure` a sentence for a person.
    """

    __tablename__ = "plan_simulations"
    __table_args__ = (Index(None, "plan", "asked_at"),)

    id: Mapped[Key]
    plan: Mapped[Ref]
    document: Mapped[dict[str, Any]]
    origin: Mapped[dict[str, Any]]
    first_month: Mapped[str] = mapped_column(String(7))
    last_month: Mapped[str] = mapped_column(String(7))
    state: Mapped[SimulationState] = mapped_column(default=SimulationState.WAITING)
    slot: Mapped[int | None] = mapped_column(unique=True, default=ONLY)
    asked_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    lines_done: Mapped[int] = mapped_column(default=0)
    lines: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None]
    answer: Mapped[dict[str, Any] | None]
    failure: Mapped[str] = mapped_column(String(500), default="")

    @property
    def is_over(self) -> bool:
        return self.state in {SimulationState.DONE, SimulationState.FAILED}
