"""Items of a collection that not all of its readers may open: what its curators are told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.assets.audience_preview import seen_by_each
from content.assets.audiences import Rule
from content.assets.models import AudienceDimension, AudienceRule
from content.readers.collection_queries import CollectionPage

EVERYBODY = frozenset({Rule(AudienceDimension.ALL)})


def narrow_items(session: Session, page: CollectionPage, *, today: date) -> Mapping[int, list[str]]:
    """By item: the partners that may see the collection and not the item. In three queries at most."""
    shown = {entry.item.id: entry.item.asset_id for entry in page.entries if entry.card is not None}
    readers = frozenset(Rule(row.dimension, row.value) for row in page.collection.audience)
    if not page.may_curate or not shown or not readers:
        return {}
    rules = _rules(session, [asset_id for asset_id in shown.values() if asset_id is not None])
    narrow = {item: rules[asset] for item, asset in shown.items() if asset and rules[asset] != EVERYBODY}
    if not narrow:
        return {}
    seen = seen_by_each(session, [readers, *narrow.values()], today=today)
    left_out = {
        item: [one.name for one in seen[readers].partners if one not in seen[audience].partners]
        for item, audience in narrow.items()
    }
    return {item: names for item, names in left_out.items() if names}


def _rules(session: Session, asset_ids: list[int]) -> Mapping[int, frozenset[Rule]]:
    found: dict[int, set[Rule]] = defaultdict(set)
    for row in session.scalars(select(AudienceRule).where(AudienceRule.asset_id.in_(asset_ids))):
        found[row.asset_id].add(Rule(row.dimension, row.value))
    return defaultdict(frozenset, {asset: frozenset(rules) for asset, rules in found.items()})
