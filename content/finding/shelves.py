"""What somebody may see, by what every asset has: its kind, its language, how fresh it is.

One statement reads it. What matches and what each choice would leave are sets of it afterwards.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property, reduce
from operator import add

import orjson
from sqlalchemy import ColumnElement, ScalarSelect, Select, String, case, cast, func, literal, null, select
from sqlalchemy.orm import Session

from content.assets.caption_models import VersionCaptions
from content.assets.models import Asset, AssetVersion
from search.languages import ENGLISH, stemming


class Freshness(StrEnum):
    """When somebody last stood behind it."""

    IN_30_DAYS = "30"
    IN_90_DAYS = "90"
    REVIEW_DUE = "due"


@dataclass(frozen=True, slots=True)
class Shelf:
    """The assets of one kind and language that are as fresh as each other."""

    kind: str
    language: str
    freshness: frozenset[str]
    ids: frozenset[int]


@dataclass(frozen=True)
class Shelves:
    """All that somebody may see, and what is spoken in its films beside the languages of the assets."""

    shelves: tuple[Shelf, ...]
    spoken: tuple[tuple[str, frozenset[int]], ...] = ()

    @cached_property
    def ids(self) -> frozenset[int]:
        return together(self.shelves)

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """Those that words are stemmed in, the most frequent first; those that are only spoken come last."""
        assets: dict[str, int] = defaultdict(int)
        for shelf in self.shelves:
            assets[shelf.language] += len(shelf.ids)
        films = {language: len(ids & self.ids) for language, ids in self.spoken}
        heard = [language for language in _most_first(films) if films[language]]
        found = dict.fromkeys(stemming(language) for language in [*_most_first(assets), *heard])
        return tuple(found) or (ENGLISH,)


def shelves_of(session: Session, visible: Select[int], *, today: date) -> Shelves:
    """`visible` are ids out of assets (see content.assets.audiences)."""
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    gather = func.array_agg if is_postgresql else func.json_group_array
    each = visible.with_only_columns(
        Asset.id, cast(Asset.kind, String).label("kind"), Asset.language, _freshness(today)
    ).subquery()
    own = select(each.c.kind, each.c.language, each.c.fresh, gather(each.c.id), literal(1)).group_by(
        each.c.kind, each.c.language, each.c.fresh
    )
    spoken = select(null(), VersionCaptions.language, null(), gather(_heard_in()), literal(0)).group_by(
        VersionCaptions.language
    )
    shelves, heard = [], []
    for kind, language, fresh, gathered, is_own in session.execute(own.union_all(spoken)):
        ids = frozenset(gathered if is_postgresql else orjson.loads(gathered))
        if not is_own:
            heard.append((language, ids - {None}))
        else:
            names = frozenset(name.value for bit, name in enumerate(Freshness) if fresh & 1 << bit)
            shelves.append(Shelf(kind, language, names, ids))
    return Shelves(tuple(shelves), tuple(heard))


def _heard_in() -> ScalarSelect[int]:
    """The asset of captions if they are its current version's; looked up for each, since few films have any.

    As a join it was planned by whatever the database took an empty table for, and read all assets.
    """
    return (
        select(Asset.id)
        .join(AssetVersion, AssetVersion.asset_id == Asset.id)
        .where(AssetVersion.id == VersionCaptions.version_id, Asset.current_version_id == AssetVersion.id)
        .scalar_subquery()
    )


def together(shelves: Iterable[Shelf]) -> frozenset[int]:
    return frozenset().union(*(shelf.ids for shelf in shelves))


def _freshness(today: date) -> ColumnElement[int]:
    """A bit for each of Freshness that an asset is; one number is grouped by faster than three."""
    are_so = (
        Asset.verified_on >= today - timedelta(days=30),
        Asset.verified_on >= today - timedelta(days=90),
        Asset.review_on <= today,
    )
    bits = (case((is_so, 1 << bit), else_=0) for bit, is_so in enumerate(are_so))
    return reduce(add, bits).label("fresh")


def _most_first(counts: dict[str, int]) -> list[str]:
    return sorted(counts, key=lambda language: (-counts[language], language))
