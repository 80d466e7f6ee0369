"""The tables of the usage reports: by asset, by partner. Paged and sorted in SQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Subquery, case, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from content.assets.audiences import visible_assets
from content.assets.models import Asset
from content.usage.usage_facts import COUNTS, day_facts, whole_sum
from content.usage.usage_filter import UsageFilter
from content.usage.usage_models import ViewerClass
from content.usage.usage_reports import Counts, Times, people_by_asset, times_by_asset
from partners.models import Organisation
from portal.kernel.identity import Identity

SORTS = ("title", "opened", "read", "finished", "downloads", "last_opened_at")
DEFAULT_SORT = "-opened"


@dataclass(frozen=True, slots=True)
class Slice:
    """Which rows: sorted by a column of SORTS (a minus descends), from an offset, so many."""

    sort: str = DEFAULT_SORT
    offset: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True)
class AssetRow:
    asset: Asset
    counts: Counts
    people: int
    times: Times
    last_opened_at: datetime | None


@dataclass(frozen=True, slots=True)
class AssetTable:
    """A page of rows, and how many there are in all."""

    rows: list[AssetRow]
    total: int


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """`own` are views of the partner's people, `buyers` those of whom they shared with."""

    organisation: Organisation
    counts: Counts
    own: int
    buyers: int
    last_opened_at: datetime | None


def usage_by_asset(
    session: Session, identity: Identity, wanted: UsageFilter, part: Slice, at: datetime
) -> AssetTable:
    """Assets that were opened or downloaded, of those that the identity may see."""
    found = session.execute(_assets(identity, wanted, part, at)).all()
    ids = [row.Asset.id for row in found]
    people = people_by_asset(session, identity, wanted, ids)
    times = times_by_asset(session, identity, wanted, ids)
    rows = [
        AssetRow(
            row.Asset,
            Counts(*(getattr(row, name) for name in COUNTS)),
            people.get(row.Asset.id, 0),
            times.get(row.Asset.id, Times()),
            row.last_opened_at,
        )
        for row in found
    ]
    return AssetTable(rows, found[0].of_all if found else 0)


def _assets(identity: Identity, wanted: UsageFilter, part: Slice, at: datetime) -> Any:
    sums = _sums_by(day_facts(identity, wanted), "asset_id")
    name = part.sort.removeprefix("-")
    column = Asset.title if name == "title" else sums.c[name if name in SORTS else "opened"]
    order = column.desc().nulls_last() if part.sort.startswith("-") else column.asc().nulls_last()
    return (
        select(
            Asset,
            *(sums.c[each] for each in COUNTS),
            sums.c.last_opened_at,
            func.count().over().label("of_all"),
        )
        .join(sums, sums.c.asset_id == Asset.id)
        .where(Asset.id.in_(visible_assets(identity, at=at)), (sums.c.opened > 0) | (sums.c.downloads > 0))
        .options(selectinload(Asset.current_version))
        .order_by(order, Asset.title, Asset.id)
        .limit(part.limit)
        .offset(part.offset)
    )


def usage_by_partner(session: Session, identity: Identity, wanted: UsageFilter) -> list[PartnerRow]:
    """Organisations that opened or downloaded, the most views first."""
    sums = _sums_by(day_facts(identity, wanted), "organisation_id")
    found = session.execute(
        select(Organisation, sums)
        .join(sums, sums.c.organisation_id == Organisation.id)
        .where((sums.c.opened > 0) | (sums.c.downloads > 0))
        .options(joinedload(Organisation.terms))
        .order_by(sums.c.opened.desc(), Organisation.name)
    ).unique()
    return [
        PartnerRow(
            row.Organisation,
            Counts(*(getattr(row, name) for name in COUNTS)),
            row.own,
            row.buyers,
            row.last_opened_at,
        )
        for row in found
    ]


def _sums_by(facts: Subquery, key: str) -> Subquery:
    buyers = case((facts.c.viewer_class == ViewerClass.BUYER, facts.c.opened), else_=0)
    return (
        select(
            facts.c[key],
            *(whole_sum(facts.c[name]).label(name) for name in COUNTS),
            whole_sum(facts.c.opened - buyers).label("own"),
            whole_sum(buyers).label("buyers"),
            func.max(facts.c.last_opened_at).label("last_opened_at"),
        )
        .group_by(facts.c[key])
        .subquery("sums")
    )
