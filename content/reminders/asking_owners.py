"""Asking owners what is to become of content that nobody opens: one mail to each, of an asset once a week."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, joinedload

from content.assets.mails import want_mails
from content.assets.models import Asset, AssetState
from partners.models import User
from portal.kernel import activity
from portal.kernel.activity import Activity
from portal.kernel.identity import Identity

TASK = "owner.asked"
VERB = "asset.owner_asked"
NOT_AGAIN_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked now, about how many assets; the others have nobody to ask, or were asked already."""

    owners: tuple[str, ...]
    assets: int
    without_owner: int
    own: int
    lately: int


def ask_owners(session: Session, asset_ids: Iterable[int], *, at: datetime, by: Identity) -> Asked:
    """Of these assets the published ones; nobody is asked about their own."""
    chosen = session.scalars(
        select(Asset)
        .where(Asset.id.in_(list(asset_ids)), Asset.state == AssetState.PUBLISHED)
        .options(joinedload(Asset.owner))
        .order_by(Asset.id)
        # of two who ask at once the second finds what the first asked
        .with_for_update(of=Asset)
    ).all()
    told = last_asked(session, [asset.ref for asset in chosen])
    owned = [asset for asset in chosen if asset.owner is not None and asset.owner.disabled_at is None]
    theirs = [asset for asset in owned if asset.owner_id != by.user_id]
    new = [asset for asset in theirs if asset.ref not in told or told[asset.ref] <= at - NOT_AGAIN_FOR]
    for asset in new:
        activity.record(session, VERB, ("asset", asset.ref), at=at, by=by, owner=asset.owner_id)
    owners = {asset.owner.id: asset.owner.name for asset in new if asset.owner is not None}
    want_mails(session, TASK, f"{by.user_id}.{at.isoformat()}", sorted(owners), at=at)
    return Asked(
        tuple(sorted(owners.values())),
        assets=len(new),
        without_owner=len(chosen) - len(owned),
        own=len(owned) - len(theirs),
        lately=len(theirs) - len(new),
    )


def last_asked(session: Session, refs: Sequence[str]) -> dict[str, datetime]:
    """When the owner was asked last, by the asset's ref."""
    rows = session.execute(
        select(Activity.subject_ref, func.max(Activity.at))
        .where(Activity.subject_kind == "asset", Activity.subject_ref.in_(refs), Activity.verb == VERB)
        .group_by(Activity.subject_ref)
    )
    return {row[0]: row[1] for row in rows}


def asked_of(session: Session, owner: User, asked_at: datetime) -> tuple[User | None, list[Asset]]:
    """Who asked the owner at that instant, and about which of the assets that are still theirs and public."""
    is_told = and_(Activity.subject_kind == "asset", Activity.subject_ref == Asset.ref)
    rows = session.execute(
        select(Asset, Activity.actor)
        .join(Activity, is_told)
        .where(
            Activity.verb == VERB,
            Activity.at == asked_at,
            Asset.owner_id == owner.id,
            Asset.state == AssetState.PUBLISHED,
        )
        .order_by(Asset.title, Asset.id)
    ).all()
    actor = rows[0].actor if rows else ""
    return session.get(User, int(actor)) if actor.isdecimal() else None, [row.Asset for row in rows]
