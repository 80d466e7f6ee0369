"""What assets have proved in use, and how much that counts in a search: little, bounded, and explained.

A search reads one small row an asset, whatever the history behind it; the worker rolls it up.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache, reduce
from operator import add
from typing import Any

from sqlalchemy import ColumnElement, Select, case, delete, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from content.assets.models import Asset
from content.finding.proof_models import AssetProof, FoundOpening, ProofRun
from content.usage.usage_models import UsageDay, ViewerClass
from partners.account_models import Account, Interaction, ShownContent
from portal.kernel.db import add_rows
from portal.kernel.upserts import insert_into

EVERY = timedelta(minutes=15)
HISTORY = timedelta(days=90)
ANY_STAGE = ""
# fewer partners count for nothing: a score, too, would tell of them
FEWEST_PARTNERS = 5
_FRESH_FOR, _STALE_AFTER = 30, 365
_MANY_PARTNERS, _MANY_OPENINGS = 20, 50


class Signal(StrEnum):
    """What counts beside the words."""

    FRESHNESS = "freshness"
    PEERS = "peers"
    OPENED = "opened"


SIGNALS = frozenset(Signal)
# the most that each may add to a score
MOST = {Signal.FRESHNESS: 0.05, Signal.PEERS: 0.06, Signal.OPENED: 0.04}


@dataclass(frozen=True, slots=True)
class Proof:
    """What one asset has proved: shares by signal, and how many partners opened or showed it lately."""

    shares: Mapping[Signal, float]
    partners: int

    @classmethod
    def of(cls, signals: Collection[Signal], proved: Any) -> Proof:
        """Of a row with what an asset proved in all, and `peers` and `partners` in a stage."""
        shares = {
            Signal.FRESHNESS: proved.freshness or 0.0,
            Signal.PEERS: proved.peers or 0.0,
            Signal.OPENED: proved.opened or 0.0,
        }
        return cls(
            {signal: share for signal, share in shares.items() if signal in signals}, proved.partners or 0
        )


@dataclass(frozen=True, slots=True)
class Weighed:
    """What counts beside the words, and the journey stage that partners are compared in."""

    signals: frozenset[Signal] = SIGNALS
    stage: str = ANY_STAGE


def proved(session: Session, weighed: Weighed) -> dict[int, float]:
    """What each asset's score is to be raised by; one row, however many assets."""
    if not weighed.signals:
        return {}
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    found = session.execute(_raised(weighed, is_postgresql=is_postgresql)).one()
    ids, shares = (json.loads(some) if isinstance(some, str) else some or [] for some in found)
    return dict(zip(ids, shares, strict=True))


@lru_cache(maxsize=64)
def _raised(weighed: Weighed, *, is_postgresql: bool) -> Select[Any, Any]:
    """Ids and shares as arrays; made once, since making it takes longer than asking."""
    signals, stage = weighed.signals, weighed.stage
    share = reduce(add, (_amount(signal, stage) for signal in sorted(signals))).label("share")
    each = _proofs(stage, AssetProof.asset_id, share).having(share > 0).subquery()
    gather = func.array_agg if is_postgresql else func.json_group_array
    return select(gather(each.c.asset_id), gather(each.c.share))


def _proofs(
    stage: str, *columns: ColumnElement[Any] | InstrumentedAttribute[Any]
) -> Select[*tuple[Any, ...]]:
    """An asset's row in all, and that of the stage, as one."""
    return select(*columns).where(AssetProof.stage.in_({ANY_STAGE, stage})).group_by(AssetProof.asset_id)


def _amount(signal: Signal, stage: str) -> ColumnElement[float]:
    column = getattr(AssetProof, signal.value)
    return _at_stage(column, stage) if signal is Signal.PEERS else func.sum(column)


def _at_stage(column: InstrumentedAttribute[Any], stage: str) -> ColumnElement[Any]:
    return func.sum(case((AssetProof.stage == stage, column), else_=0))


def count_found_opening(session: Session, asset_ref: str, *, on: date) -> None:
    """An asset was opened from the results of a search."""
    asset_id = session.scalar(select(Asset.id).where(Asset.ref == asset_ref))
    if asset_id is None:
        return
    statement = insert_into(session, FoundOpening).values(asset_id=asset_id, day=on, openings=1)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["asset_id", "day"], set_={"openings": FoundOpening.openings + 1}
        )
    )


def proofs_are_old(session: Session, *, at: datetime) -> bool:
    rolled_up_at = session.scalar(select(ProofRun.at))
    return rolled_up_at is None or rolled_up_at <= at - EVERY


def roll_up_proofs(session: Session, *, at: datetime) -> int:
    """Write anew what every asset has proved; returns how many rows."""
    since = (at - HISTORY).date()
    partners = _partners_by_stage(session, at - HISTORY)
    opened = session.execute(
        select(FoundOpening.asset_id, func.sum(FoundOpening.openings))
        .where(FoundOpening.day >= since)
        .group_by(FoundOpening.asset_id)
    )
    openings = {asset_id: int(count) for asset_id, count in opened}
    assets = session.execute(select(Asset.id, Asset.verified_on).order_by(Asset.id)).all()
    rows = [
        _row((asset_id, ANY_STAGE), partners, _freshness(verified_on, at.date()), openings.get(asset_id, 0))
        for asset_id, verified_on in assets
    ]
    rows += [_row(key, partners, 0.0, 0) for key in sorted(partners) if key[1] != ANY_STAGE]
    session.execute(delete(AssetProof))
    session.execute(delete(ProofRun))
    session.add(ProofRun(id=1, at=at))
    telling = [row for row in rows if row["freshness"] or row["peers"] or row["opened"]]
    add_rows(session, AssetProof, telling)
    return len(telling)


def _row(
    key: tuple[int, str], partners: Mapping[tuple[int, str], int], freshness: float, openings: int
) -> dict[str, object]:
    count = partners.get(key, 0)
    counted = count if count >= FEWEST_PARTNERS else 0
    return {
        "asset_id": key[0],
        "stage": key[1],
        "freshness": freshness,
        "peers": MOST[Signal.PEERS] * _part(counted, _MANY_PARTNERS),
        "opened": MOST[Signal.OPENED] * _part(openings, _MANY_OPENINGS),
        "partners": counted,
        "openings": openings,
    }


def _freshness(verified_on: date | None, today: date) -> float:
    """Whole for a month after somebody stood behind it, nothing after a year."""
    if verified_on is None:
        return 0.0
    age = (today - verified_on).days
    left = (_STALE_AFTER - age) / (_STALE_AFTER - _FRESH_FOR)
    return MOST[Signal.FRESHNESS] * min(1.0, max(0.0, left))


def _part(count: int, many: int) -> float:
    """Each one more counts for less; `many` and more are the whole."""
    return min(1.0, math.log1p(count) / math.log1p(many))


def _partners_by_stage(session: Session, since: datetime) -> dict[tuple[int, str], int]:
    """How many partners opened each asset, and how many showed it in each journey stage."""
    opened = session.execute(
        select(UsageDay.asset_id, func.count(func.distinct(UsageDay.organisation_id)))
        .where(UsageDay.day >= since.date(), UsageDay.viewer_class == ViewerClass.PARTNER, UsageDay.views > 0)
        .group_by(UsageDay.asset_id)
    )
    shown = session.execute(
        select(Asset.id, Interaction.stage, func.count(func.distinct(Account.organisation_id)))
        .join(ShownContent, ShownContent.asset_ref == Asset.ref)
        .join(Interaction, Interaction.id == ShownContent.interaction_id)
        .join(Account, Account.id == Interaction.account_id)
        .where(Interaction.stage.is_not(None), Interaction.at >= since)
        .group_by(Asset.id, Interaction.stage)
    )
    found = {(asset_id, ANY_STAGE): count for asset_id, count in opened}
    return found | {(asset_id, stage.value): count for asset_id, stage, count in shown if stage}
