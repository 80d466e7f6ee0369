"""What somebody may see, by what every asset has: its kind, its language, how fresh it is.

One statement reads it anew for each search, so that a change of audience, a publish, a retirement and an
expiry count at once (R6). What matches and what each choice would leave are sets of it afterwards.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any

from sqlalchemy import Select, String, cast, func, literal, null, select
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
        Asset.id, cast(Asset.kind, String).label("kind"), Asset.language, *_freshness(today)
    ).subquery()
    facts = [column for column in each.c if column is not each.c.id]
    own = select(*facts, gather(each.c.id), literal(1)).group_by(*facts)
    nothing = (null() for _column in facts[2:])
    is_current = select(Asset.id).where(
        Asset.id == AssetVersion.asset_id, Asset.current_version_id == AssetVersion.id
    )
    spoken = (
        select(null(), VersionCaptions.language, *nothing, gather(AssetVersion.asset_id), literal(0))
        .join(AssetVersion, AssetVersion.id == VersionCaptions.version_id)
        .where(is_current.exists())
        .group_by(VersionCaptions.language)
    )
    shelves, heard = [], []
    for kind, language, *is_fresh, gathered, is_own in session.execute(own.union_all(spoken)):
        ids = frozenset(gathered if is_postgresql else json.loads(gathered))
        if not is_own:
            heard.append((language, ids))
            continue
        fresh = frozenset(name.value for name, value in zip(Freshness, is_fresh, strict=True) if value)
        shelves.append(Shelf(kind, language, fresh, ids))
    return Shelves(tuple(shelves), tuple(heard))


def together(shelves: Iterable[Shelf]) -> frozenset[int]:
    return frozenset().union(*(shelf.ids for shelf in shelves))


def _freshness(today: date) -> Sequence[Any]:
    """For each of Freshness whether an asset is so."""
    return (
        (Asset.verified_on >= today - timedelta(days=30)).label("in_30_days"),
        (Asset.verified_on >= today - timedelta(days=90)).label("in_90_days"),
        (Asset.review_on <= today).label("is_due"),
    )


def _most_first(counts: dict[str, int]) -> list[str]:
    return sorted(counts, key=lambda language: (-counts[language], language))
