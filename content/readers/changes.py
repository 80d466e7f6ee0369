"""What changed since an instant, for a person's audience only: worked out from instants that are there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, true
from sqlalchemy.orm import Session

from content.assets.audiences import ASSET_RULES, matches_audience, visible_assets
from content.assets.models import Asset, AssetState, AssetVersion
from content.assets.queries import AssetCard, card
from content.readers.asked_people import is_open_to_its_audience
from content.readers.collection_models import Collection, CollectionItem, CollectionState
from content.readers.collection_queries import visible_collections
from content.readers.saving import saved_ids
from content.usage.usage_models import Download, View, Viewer, ViewEvent
from portal.kernel.activity import Activity
from portal.kernel.identity import Identity


@dataclass(frozen=True, slots=True)
class Updated:
    """An asset with a version that is new to the person."""

    card: AssetCard
    what_changed: str


@dataclass(frozen=True, slots=True)
class RetiredAsset:
    """What the person had saved or used, and is retired since."""

    title: str
    at: datetime
    was_saved: bool


@dataclass(frozen=True, slots=True)
class ChangedCollection:
    """A playbook or collection that is new, or in which something was added or taken out."""

    ref: str
    title: str
    is_new: bool
    added: int
    removed: int


@dataclass(frozen=True, slots=True)
class Changes:
    """The first of each kind, the latest first, and how many assets there are of each in all."""

    since: datetime
    new: tuple[AssetCard, ...] = ()
    updated: tuple[Updated, ...] = ()
    retired: tuple[RetiredAsset, ...] = ()
    collections: tuple[ChangedCollection, ...] = ()
    all_new: int = 0
    all_updated: int = 0

    @property
    def total(self) -> int:
        return self.all_new + self.all_updated + len(self.retired) + len(self.collections)


def changes_since(
    session: Session, identity: Identity, since: datetime, *, at: datetime, most: int = 60
) -> Changes:
    """At most so many of each kind; four queries, whatever the size of the library."""
    new, all_new = _assets(session, identity, since, (at, True), most=most)
    updated, all_updated = _assets(session, identity, since, (at, False), most=most)
    return Changes(
        since,
        tuple(card(asset, version) for asset, version in new),
        tuple(Updated(card(asset, version), version.what_changed) for asset, version in updated),
        _retired(session, identity, since, most=most),
        _collections(session, identity, since, at=at, most=most),
        all_new,
        all_updated,
    )


def _assets(
    session: Session, identity: Identity, since: datetime, asked: tuple[datetime, bool], *, most: int
) -> tuple[list[tuple[Asset, AssetVersion]], int]:
    """What was published since, or has a version since, and how many in all; `asked` is now, and which."""
    at, is_first = asked
    is_new = Asset.published_at > since
    condition = is_new if is_first else and_(~is_new, AssetVersion.came_at > since)
    changed_at = case((is_new, Asset.published_at), else_=AssetVersion.came_at)
    rows = session.execute(
        select(Asset, AssetVersion, func.count().over())
        .join(AssetVersion, AssetVersion.id == Asset.current_version_id)
        .where(condition, Asset.id.in_(visible_assets(identity, at=at)), *_open(at))
        .order_by(changed_at.desc(), Asset.id.desc())
        .limit(most)
    ).all()
    return [(asset, version) for asset, version, _count in rows], rows[0][2] if rows else 0


def _retired(session: Session, identity: Identity, since: datetime, *, most: int) -> tuple[RetiredAsset, ...]:
    was_saved = Asset.id.in_(saved_ids(identity))
    last = func.max(Activity.at)
    query = (
        select(Asset.title, last, was_saved)
        .join(Activity, and_(Activity.subject_kind == "asset", Activity.subject_ref == Asset.ref))
        .where(
            Asset.state == AssetState.RETIRED,
            Asset.updated_at > since,
            Activity.verb == "asset.retired",
            Activity.at > since,
            _is_for(identity),
            or_(was_saved, _was_used(identity)),
        )
        .group_by(Asset.id, Asset.title)
        .order_by(last.desc(), Asset.id)
        .limit(most)
    )
    return tuple(RetiredAsset(title, when, bool(saved)) for title, when, saved in session.execute(query))


def _collections(
    session: Session, identity: Identity, since: datetime, *, at: datetime, most: int
) -> tuple[ChangedCollection, ...]:
    """What is added counts only when the person may open it, what is taken out when it was for them."""
    open_to_them = and_(Asset.id.in_(visible_assets(identity, at=at)), *_open(at))
    is_there = and_(CollectionItem.removed_at.is_(None), CollectionItem.added_at > since, open_to_them)
    # a draft was never there for them
    was_there = and_(Asset.published_at.is_not(None), _is_for(identity))
    is_gone = and_(CollectionItem.removed_at > since, CollectionItem.added_at <= since, was_there)
    added = func.sum(case((is_there, 1), else_=0))
    removed = func.sum(case((is_gone, 1), else_=0))
    is_new = Collection.published_at > since
    query = (
        select(Collection.ref, Collection.title, is_new, added, removed)
        .join(CollectionItem, CollectionItem.collection_id == Collection.id)
        .join(Asset, Asset.id == CollectionItem.asset_id)
        .join(AssetVersion, AssetVersion.id == Asset.current_version_id)
        .where(
            Collection.state == CollectionState.PUBLISHED,
            Collection.updated_at > since,
            Collection.id.in_(visible_collections(identity)),
            # what somebody made themselves is no news to them
            or_(Collection.created_by_id.is_(None), Collection.created_by_id != identity.user_id),
        )
        .group_by(Collection.id, Collection.ref, Collection.title, Collection.published_at)
        .having(or_(added > 0, removed > 0, func.max(case((is_new, 1), else_=0)) == 1))
        .order_by(func.max(Collection.updated_at).desc(), Collection.ref)
        .limit(most)
    )
    return tuple(
        ChangedCollection(ref, title, bool(new), int(more), int(less))
        for ref, title, new, more, less in session.execute(query)
    )


def _open(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (*is_open_to_its_audience(), or_(Asset.expires_at.is_(None), Asset.expires_at > at))


def _is_for(identity: Identity) -> ColumnElement[bool]:
    """The asset's audience holds the identity, whatever state the asset is in."""
    if not identity.is_partner:
        return true()
    return matches_audience(identity, Asset.id, ASSET_RULES)


def _was_used(identity: Identity) -> ColumnElement[bool]:
    mine = Viewer.user_id == identity.user_id
    return or_(
        *(
            exists(
                select(table.id)
                .join(Viewer, Viewer.viewer_id == table.viewer_id)
                .where(table.asset_id == Asset.id, mine)
            )
            for table in (ViewEvent, View, Download)
        )
    )
