"""What assets have proved in use, rolled up for the ranking of searches."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base, Key, Ref


class AssetProof(Base):
    """What an asset has proved in all (`stage` ""), and with partners in one journey stage (`peers` alone).

    Shares to add to a score, bounded by proofs; `partners` and `openings` are what is behind them.
    """

    __tablename__ = "asset_proofs"

    asset_id: Mapped[int] = mapped_column(ForeignKey("assets.id", ondelete="CASCADE"), primary_key=True)
    stage: Mapped[Ref] = mapped_column(primary_key=True)
    freshness: Mapped[float]
    peers: Mapped[float]
    opened: Mapped[float]
    partners: Mapped[int]
    openings: Mapped[int]


class ProofRun(Base):
    """One row: when the proofs were rolled up."""

    __tablename__ = "proof_runs"

    id: Mapped[Key]
    at: Mapped[datetime]


class FoundOpening(Base):
    """How often an asset was opened from the results of a search, by day; not by whom."""

    __tablename__ = "found_openings"

    asset_id: Mapped[int] = mapped_column(ForeignKey("assets.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    openings: Mapped[int]
