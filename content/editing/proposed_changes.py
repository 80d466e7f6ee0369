"""Changes that wait for a second person, or came back from one, as pages show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, joinedload

from content.assets.guard import readable_asset
from content.assets.models import Asset
from content.assets.proposal_models import ChangeState, ProposedChange
from portal.kernel.errors import NotFound
from portal.kernel.identity import Identity


def has_waiting_change() -> ColumnElement[bool]:
    """The asset has a change that waits."""
    return exists().where(ProposedChange.asset_id == Asset.id, ProposedChange.state == ChangeState.WAITING)


def proposed_change(session: Session, identity: Identity, change_id: int, *, at: datetime) -> ProposedChange:
    """Raises NotFound."""
    change = session.get(ProposedChange, change_id, options=[joinedload(ProposedChange.asset)])
    if change is None:
        raise NotFound
    readable_asset(session, identity, change.asset.ref, at=at)
    return change


def waiting_by_asset(session: Session, asset_ids: Iterable[int]) -> Mapping[int, list[ProposedChange]]:
    """What waits of these assets, the oldest first; in one query."""
    rows = session.scalars(
        select(ProposedChange)
        .where(ProposedChange.asset_id.in_(list(asset_ids)), ProposedChange.state == ChangeState.WAITING)
        .options(
            joinedload(ProposedChange.proposed_by),
            joinedload(ProposedChange.version),
            joinedload(ProposedChange.asset),
        )
        .order_by(ProposedChange.proposed_at, ProposedChange.id)
    )
    found: dict[int, list[ProposedChange]] = {}
    for change in rows:
        found.setdefault(change.asset_id, []).append(change)
    return found


def open_changes(session: Session, asset: Asset) -> list[ProposedChange]:
    """Of each thing of it the last change, where it waits or was sent back; in one query."""
    last = (
        select(func.max(ProposedChange.id))
        .where(ProposedChange.asset_id == asset.id)
        .group_by(ProposedChange.what, ProposedChange.language)
    )
    shown = (ChangeState.WAITING, ChangeState.SENT_BACK)
    return list(
        session.scalars(
            select(ProposedChange)
            .where(ProposedChange.id.in_(last), ProposedChange.state.in_(shown))
            .options(
                joinedload(ProposedChange.proposed_by),
                joinedload(ProposedChange.decided_by),
                joinedload(ProposedChange.version),
            )
            .order_by(ProposedChange.id)
        )
    )
