"""Making collections and playbooks: describe, add, order, remove with undo, publish and retire."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.assets.audiences import Rule, refuse_unknown_partners
from content.assets.errors import (
    CollectionEmpty,
    CollectionFull,
    NobodyCanSeeIt,
    TitleMissing,
    WrongCollectionStep,
)
from content.assets.models import Asset
from content.editing.describing import slug
from content.readers.collection_models import (
    Collection,
    CollectionItem,
    CollectionKind,
    CollectionRule,
    CollectionState,
)
from portal.kernel import activity
from portal.kernel.errors import NotFound
from portal.kernel.identity import Identity

MOST_ITEMS = 200


@dataclass(frozen=True, slots=True)
class CollectionDescription:
    """What a collection says of itself. A partner's own needs no audience: its people see it."""

    title: str
    kind: CollectionKind
    summary: str = ""
    audience: frozenset[Rule] = frozenset()


def add_collection(
    session: Session, identity: Identity, description: CollectionDescription, *, at: datetime
) -> Collection:
    """The brand's is a draft, a partner's own is there at once. Raises TitleMissing, UnknownPartner."""
    collection = Collection(
        # random, so that no ref tells of another's collection of the same title
        ref=f"{slug(description.title)[:48] or 'collection'}-{secrets.token_hex(3)}",
        organisation_id=identity.organisation_id,
        state=CollectionState.PUBLISHED if identity.is_partner else CollectionState.DRAFT,
        published_at=at if identity.is_partner else None,
        created_at=at,
        created_by_id=identity.user_id,
    )
    _write(session, identity, collection, description, at=at)
    session.add(collection)
    session.flush()
    _record(session, identity, collection, "added", at=at)
    return collection


def describe_collection(
    session: Session,
    identity: Identity,
    collection: Collection,
    description: CollectionDescription,
    *,
    at: datetime,
) -> None:
    """Raises TitleMissing, UnknownPartner, NobodyCanSeeIt."""
    _write(session, identity, collection, description, at=at)
    if collection.state is CollectionState.PUBLISHED and not identity.is_partner and not collection.audience:
        raise NobodyCanSeeIt
    session.flush()
    _record(session, identity, collection, "edited", at=at)


def add_item(session: Session, collection: Collection, asset: Asset, *, at: datetime) -> CollectionItem:
    """The asset as the last item; one that is there already stays where it is. Raises CollectionFull."""
    # of two who add it at once the second finds it there
    session.execute(select(Collection.id).where(Collection.id == collection.id).with_for_update())
    items = items_of(session, collection)
    there = session.scalar(
        select(CollectionItem).where(
            CollectionItem.collection_id == collection.id, CollectionItem.asset_id == asset.id
        )
    )
    if there is not None and there.removed_at is None:
        return there
    if there is not None:
        there.title, there.added_at, there.removed_at = asset.title, at, None
        return _placed(session, collection, items, there, at=at)
    item = CollectionItem(asset_id=asset.id, title=asset.title, added_at=at)
    return _placed(session, collection, items, item, at=at)


def add_heading(session: Session, collection: Collection, title: str, *, at: datetime) -> CollectionItem:
    """A heading as the last item, to be moved over those that it is for. Raises TitleMissing."""
    words = " ".join(title.split())[:200]
    if not words:
        raise TitleMissing
    item = CollectionItem(asset_id=None, title=words, added_at=at)
    return _placed(session, collection, items_of(session, collection), item, at=at)


def note_item(
    session: Session, collection: Collection, item_id: int, note: str, *, at: datetime
) -> CollectionItem:
    """When and how to use it. Raises NotFound."""
    item = _item(session, collection, item_id)
    item.note, collection.updated_at = note.strip()[:2000], at
    session.flush()
    return item


def move_item(
    session: Session, collection: Collection, item_id: int, step: int, *, at: datetime
) -> tuple[CollectionItem, int]:
    """One place up (-1) or down (1), if there is one: the item and its place from 1. Raises NotFound."""
    items = items_of(session, collection)
    item = _item(session, collection, item_id)
    start = items.index(item)
    end = min(max(start + step, 0), len(items) - 1)
    items.insert(end, items.pop(start))
    _number(session, collection, items, at=at)
    return item, end + 1


def order_items(session: Session, collection: Collection, ids: Sequence[int], *, at: datetime) -> None:
    """Put the items into this order. One that is not named (somebody just added it) comes last."""
    places = {item_id: place for place, item_id in enumerate(ids)}
    items = items_of(session, collection)
    items.sort(key=lambda item: places.get(item.id, len(places)))
    _number(session, collection, items, at=at)


def remove_item(session: Session, collection: Collection, item_id: int, *, at: datetime) -> CollectionItem:
    """Raises NotFound."""
    item = _item(session, collection, item_id)
    item.removed_at = collection.updated_at = at
    session.flush()
    return item


def restore_item(session: Session, collection: Collection, item_id: int, *, at: datetime) -> CollectionItem:
    """The undo of removing: where it was, with its note. Raises NotFound."""
    item = session.get(CollectionItem, item_id)
    if item is None or item.collection_id != collection.id:
        raise NotFound
    item.removed_at, collection.updated_at = None, at
    session.flush()
    return item


def publish_collection(session: Session, identity: Identity, collection: Collection, *, at: datetime) -> None:
    """Let its audience see it. Raises CollectionEmpty, NobodyCanSeeIt, WrongCollectionStep."""
    if not any(not item.is_heading for item in items_of(session, collection)):
        raise CollectionEmpty
    if not identity.is_partner and not collection.audience:
        raise NobodyCanSeeIt
    starts = {CollectionState.DRAFT, CollectionState.RETIRED}
    _take(collection, starts, CollectionState.PUBLISHED, at=at)
    collection.published_at = collection.published_at or at
    _record(session, identity, collection, "published", at=at)


def withdraw_collection(
    session: Session, identity: Identity, collection: Collection, *, at: datetime
) -> None:
    """Back to a draft: the undo of publishing."""
    _take(collection, {CollectionState.PUBLISHED}, CollectionState.DRAFT, at=at)
    _record(session, identity, collection, "withdrawn", at=at)


def retire_collection(session: Session, identity: Identity, collection: Collection, *, at: datetime) -> None:
    """Out of use; publishing it again is the undo. Raises WrongCollectionStep."""
    starts = {CollectionState.PUBLISHED, CollectionState.DRAFT}
    _take(collection, starts, CollectionState.RETIRED, at=at)
    _record(session, identity, collection, "retired", at=at)


def items_of(session: Session, collection: Collection) -> list[CollectionItem]:
    """Items and headings in their order, without the removed ones; for its curators."""
    query = select(CollectionItem).where(
        CollectionItem.collection_id == collection.id, CollectionItem.removed_at.is_(None)
    )
    return list(session.scalars(query.order_by(CollectionItem.position, CollectionItem.id)))


def _write(
    session: Session,
    identity: Identity,
    collection: Collection,
    description: CollectionDescription,
    *,
    at: datetime,
) -> None:
    title = " ".join(description.title.split())
    if not title:
        raise TitleMissing
    collection.title, collection.kind, collection.updated_at = title[:300], description.kind, at
    collection.summary = description.summary.strip()[:2000]
    rules = frozenset() if identity.is_partner else description.audience
    refuse_unknown_partners(session, rules)
    kept = {Rule(row.dimension, row.value): row for row in collection.audience}
    collection.audience = [
        kept.get(rule) or CollectionRule(dimension=rule.dimension, value=rule.value) for rule in sorted(rules)
    ]


def _item(session: Session, collection: Collection, item_id: int) -> CollectionItem:
    item = session.get(CollectionItem, item_id)
    if item is None or item.collection_id != collection.id or item.removed_at is not None:
        raise NotFound
    return item


def _placed(
    session: Session,
    collection: Collection,
    items: list[CollectionItem],
    item: CollectionItem,
    *,
    at: datetime,
) -> CollectionItem:
    if len(items) >= MOST_ITEMS:
        raise CollectionFull(MOST_ITEMS)
    item.collection_id, item.position = collection.id, len(items)
    session.add(item)
    _number(session, collection, [*items, item], at=at)
    return item


def _number(session: Session, collection: Collection, items: list[CollectionItem], *, at: datetime) -> None:
    for position, item in enumerate(items):
        item.position = position
    collection.updated_at = at
    session.flush()


def _take(
    collection: Collection, starts: set[CollectionState], end: CollectionState, *, at: datetime
) -> None:
    if collection.state not in starts:
        raise WrongCollectionStep(collection.state)
    collection.state, collection.updated_at = end, at


def _record(session: Session, identity: Identity, collection: Collection, verb: str, *, at: datetime) -> None:
    subject = ("collection", collection.ref)
    activity.record(session, f"collection.{verb}", subject, at=at, by=identity, title=collection.title)
