"""Collections as people may see them: whose they are, for whom, and in them only what each may open."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from content.assets.audiences import RuleColumns, matches_audience, visible_assets
from content.assets.models import Asset, AssetState, AssetVersion
from content.assets.queries import AssetCard, card
from content.readers.collection_models import Collection, CollectionItem, CollectionRule, CollectionState
from partners.models import Organisation, OrganisationKind
from portal.kernel.errors import NotAllowed, NotFound
from portal.kernel.identity import Identity, Permission

COVERS = 3
COLLECTION_RULES = RuleColumns(CollectionRule.collection_id, CollectionRule.dimension, CollectionRule.value)


class Missing(StrEnum):
    """Why an item of a collection cannot be opened by its readers."""

    RETIRED = "retired"
    EXPIRED = "expired"
    HIDDEN = "hidden"
    NOT_PUBLISHED = "not_published"
    NOT_FOR_YOU = "not_for_you"


@dataclass(frozen=True, slots=True)
class CollectionCard:
    """A collection in a list: how many assets of it the asker may open, and the covers of the first."""

    collection: Collection
    is_own: bool
    count: int = 0
    covers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """An item or a heading. `card` is None when it cannot be opened, and `missing` says why."""

    item: CollectionItem
    card: AssetCard | None = None
    missing: Missing | None = None
    # its place among the assets that can be opened, from 1
    number: int = 0


@dataclass(frozen=True, slots=True)
class CollectionPage:
    collection: Collection
    may_curate: bool
    entries: tuple[Entry, ...] = ()

    @property
    def cards(self) -> list[AssetCard]:
        return [entry.card for entry in self.entries if entry.card is not None]

    @property
    def missing(self) -> int:
        return sum(1 for entry in self.entries if entry.missing is not None)


@dataclass(frozen=True, slots=True)
class Addable:
    """A collection of one's own, and whether an asset stands in it already."""

    collection: Collection
    has_it: bool


@dataclass(frozen=True, slots=True)
class Sequence:
    """Where an asset stands in a collection that is read from first to last."""

    ref: str
    title: str
    number: int
    total: int
    before: str | None = None
    after: str | None = None
    note: str = field(default="")


def visible_collections(identity: Identity) -> Select[int]:
    """Ids of the collections that the identity may see: its own, and the brand's that are for it.

    Who looks through a partner's eyes sees the brand's alone: a partner's own are its people's.
    """
    own = false() if identity.is_preview else Collection.organisation_id == identity.organisation_id
    is_published = Collection.state == CollectionState.PUBLISHED
    if not identity.is_partner:
        return select(Collection.id).where(own if identity.sees_all_content else and_(own, is_published))
    brand = select(Organisation.id).where(Organisation.kind == OrganisationKind.BRAND)
    for_them = matches_audience(identity, Collection.id, COLLECTION_RULES)
    return select(Collection.id).where(
        or_(own, and_(is_published, Collection.organisation_id.in_(brand), for_them))
    )


def visible_collection(session: Session, identity: Identity, ref: str) -> Collection:
    """Raises NotFound."""
    found = session.scalar(
        select(Collection)
        .where(Collection.ref == ref, Collection.id.in_(visible_collections(identity)))
        .options(selectinload(Collection.audience), joinedload(Collection.organisation))
    )
    if found is None:
        raise NotFound
    return found


def curated_collection(session: Session, identity: Identity, ref: str) -> Collection:
    """One that the identity may change. Raises NotFound, or NotAllowed for one that it may only read."""
    found = visible_collection(session, identity, ref)
    if not _may_curate(identity, found):
        raise NotAllowed
    return found


def collection_cards(
    session: Session,
    identity: Identity,
    state: CollectionState,
    *,
    at: datetime,
    window: tuple[int, int] = (24, 0),
) -> tuple[list[CollectionCard], int]:
    """One page of them (`window` is limit and offset), the last changed first, and how many there are."""
    limit, offset = window
    wanted = select(Collection).where(
        Collection.id.in_(visible_collections(identity)), Collection.state == state
    )
    found = session.scalars(
        wanted.options(joinedload(Collection.organisation))
        .order_by(Collection.updated_at.desc(), Collection.id.desc())
        .limit(limit)
        .offset(offset)
    ).all()
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    counts, covers = _contents(session, identity, [one.id for one in found], at=at)
    cards = [
        CollectionCard(
            one, one.organisation_id == identity.organisation_id, counts[one.id], tuple(covers[one.id])
        )
        for one in found
    ]
    return cards, total


def collection_page(session: Session, identity: Identity, ref: str, *, at: datetime) -> CollectionPage:
    """Readers get what they may open; its curators also what is missing, and why. Raises NotFound."""
    collection = visible_collection(session, identity, ref)
    may_curate = _may_curate(identity, collection)
    entries = _entries(session, identity, collection, at=at)
    if not may_curate:
        entries = _without_gaps(entries)
    return CollectionPage(collection, may_curate, tuple(entries))


def addable_collections(session: Session, identity: Identity, asset: Asset) -> list[Addable]:
    """One's own that are not retired, by title."""
    there = select(CollectionItem.collection_id).where(
        CollectionItem.asset_id == asset.id, CollectionItem.removed_at.is_(None)
    )
    rows = session.execute(
        select(Collection, Collection.id.in_(there))
        .where(
            Collection.organisation_id == identity.organisation_id,
            Collection.id.in_(visible_collections(identity)),
            Collection.state != CollectionState.RETIRED,
        )
        .order_by(Collection.title, Collection.id)
    )
    return [Addable(collection, bool(has_it)) for collection, has_it in rows]


def sequence_at(
    session: Session, identity: Identity, ref: str, asset: Asset, *, at: datetime
) -> Sequence | None:
    """The asset's place among those that the identity may open; None when it is not one of them."""
    try:
        collection = visible_collection(session, identity, ref)
    except NotFound:
        return None
    rows = session.execute(
        select(Asset.ref, CollectionItem.note)
        .join(CollectionItem, CollectionItem.asset_id == Asset.id)
        .join(AssetVersion, AssetVersion.id == Asset.current_version_id)
        .where(
            CollectionItem.collection_id == collection.id,
            CollectionItem.removed_at.is_(None),
            Asset.id.in_(visible_assets(identity, at=at)),
            *_open(at),
        )
        .order_by(CollectionItem.position, CollectionItem.id)
    ).all()
    refs = [row[0] for row in rows]
    if asset.ref not in refs:
        return None
    here = refs.index(asset.ref)
    return Sequence(
        collection.ref,
        collection.title,
        here + 1,
        len(refs),
        refs[here - 1] if here else None,
        refs[here + 1] if here + 1 < len(refs) else None,
        rows[here][1],
    )


def _may_curate(identity: Identity, collection: Collection) -> bool:
    own = collection.organisation_id == identity.organisation_id
    return own and identity.may(Permission.COLLECTIONS_WRITE)


def _open(at: datetime) -> list[ColumnElement[bool]]:
    """Conditions that hold for every reader of a collection, who would otherwise meet gaps."""
    return [
        Asset.state == AssetState.PUBLISHED,
        Asset.hidden_at.is_(None),
        or_(Asset.expires_at.is_(None), Asset.expires_at > at),
    ]


def _contents(
    session: Session, identity: Identity, ids: list[int], *, at: datetime
) -> tuple[dict[int, int], dict[int, list[str]]]:
    """By collection: how many assets can be opened, and the refs of the first that have a cover."""
    place = func.row_number().over(
        partition_by=CollectionItem.collection_id, order_by=(CollectionItem.position, CollectionItem.id)
    )
    whole = func.count().over(partition_by=CollectionItem.collection_id)
    inner = (
        select(
            CollectionItem.collection_id.label("collection"),
            Asset.ref.label("ref"),
            AssetVersion.cover_sha256.is_not(None).label("has_cover"),
            place.label("place"),
            whole.label("whole"),
        )
        .join(Asset, Asset.id == CollectionItem.asset_id)
        .join(AssetVersion, AssetVersion.id == Asset.current_version_id)
        .where(
            CollectionItem.collection_id.in_(ids),
            CollectionItem.removed_at.is_(None),
            Asset.id.in_(visible_assets(identity, at=at)),
            *_open(at),
        )
        .subquery()
    )
    counts: dict[int, int] = defaultdict(int)
    covers: dict[int, list[str]] = defaultdict(list)
    rows = session.execute(select(inner).where(inner.c.place <= COVERS).order_by(inner.c.place))
    for collection_id, ref, has_cover, _place, count in rows:
        counts[collection_id] = count
        if has_cover:
            covers[collection_id].append(ref)
    return counts, covers


def _entries(session: Session, identity: Identity, collection: Collection, *, at: datetime) -> list[Entry]:
    rows = session.execute(
        select(CollectionItem, Asset, AssetVersion, Asset.id.in_(visible_assets(identity, at=at)))
        .outerjoin(Asset, Asset.id == CollectionItem.asset_id)
        .outerjoin(AssetVersion, AssetVersion.id == Asset.current_version_id)
        .where(CollectionItem.collection_id == collection.id, CollectionItem.removed_at.is_(None))
        .order_by(CollectionItem.position, CollectionItem.id)
    )
    found: list[Entry] = []
    number = 0
    for item, asset, version, is_visible in rows:
        if item.is_heading:
            found.append(Entry(item))
            continue
        missing = _missing(asset, version, at=at) or (None if is_visible else Missing.NOT_FOR_YOU)
        if missing is not None:
            found.append(Entry(item, missing=missing))
            continue
        number += 1
        found.append(Entry(item, card(asset, version), number=number))
    return found


def _missing(asset: Asset, version: AssetVersion | None, *, at: datetime) -> Missing | None:
    if asset.state is AssetState.RETIRED:
        return Missing.RETIRED
    if asset.state is not AssetState.PUBLISHED or version is None or not version.is_ready:
        return Missing.NOT_PUBLISHED
    if asset.is_expired(at):
        return Missing.EXPIRED
    return Missing.HIDDEN if asset.hidden_at is not None else None


def _without_gaps(entries: list[Entry]) -> list[Entry]:
    """For readers: no item that cannot be opened, and no heading over nothing."""
    kept: list[Entry] = []
    for entry in reversed(entries):
        if entry.card is not None or (entry.item.is_heading and kept and kept[-1].card is not None):
            kept.append(entry)
    return kept[::-1]
