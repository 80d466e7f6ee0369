"""Usage reports: roll-ups and open views in one figure, and to each partner only their own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session, sessionmaker

from content.assets.models import Asset
from content.usage.usage_answers import asset_usage
from content.usage.usage_downloads import record_download
from content.usage.usage_ending import end_views
from content.usage.usage_errors import WrongRange
from content.usage.usage_filter import PARTNERS_AND_BUYERS, UsageFilter
from content.usage.usage_history import PastView, PastViewer
from content.usage.usage_models import ViewerClass
from content.usage.usage_reports import (
    counts_by_day,
    counts_in_all,
    people_by_period,
    people_in_all,
    times_by_page,
    times_by_period,
)
from content.usage.usage_sessions import Deed, sittings
from content.usage.usage_tables import Slice, usage_by_asset, usage_by_partner
from content.usage.usage_unused import Idleness, unused_assets, unused_counts
from content.usage.usage_viewers import erase_viewer
from portal.kernel.db import reading, transaction
from portal.kernel.identity import Identity, Role
from tests.factories.people import an_identity
from tests.factories.usage import (
    OPENED,
    a_published_version,
    a_reading,
    a_version,
    an_open_view,
    moment,
    write_history,
)

DAY = date(2026, 6, 9)
LATER = OPENED + timedelta(minutes=20)
ALL = UsageFilter()


def test_figures_are_the_same_before_and_after_a_view_ends(sessions: sessionmaker[Session]) -> None:
    with transaction(sessions) as session:
        brand, gold = an_identity(session, role=Role.BRAND), an_identity(session)
        version = a_published_version(session, pages=3)
        a_reading(session, gold, version, {1: 5, 2: 40, 3: 3})
        a_reading(session, gold, version, {1: 1})
        a_reading(session, brand, version, {1: 9})
        an_open_view(session, gold, version)
        record_download(session, gold, version, moment())
    wanted = UsageFilter(asset_id=version.asset_id)
    with reading(sessions) as session:
        before = asset_usage(session, brand, version, wanted)
        by_day = counts_by_day(session, brand, wanted)
    assert end_views(sessions, LATER) == 4
    with reading(sessions) as session:
        assert asset_usage(session, brand, version, wanted) == before
        assert counts_by_day(session, brand, wanted) == by_day
    assert (before.views, before.people, before.read, before.finished, before.downloads) == (2, 1, 1, 1, 1)
    assert (before.median_seconds, before.p75_seconds, before.shares) == (1, 48, 0)
    assert [(page.page, page.views, page.median_seconds, page.total_seconds) for page in before.pages] == [
        (1, 2, 1, 6),
        (2, 1, 40, 40),
        (3, 1, 3, 3),
    ]
    assert by_day[0].counts.not_counted == 2


def test_a_partner_sees_the_usage_of_its_own_organisation_only(session: Session) -> None:
    brand, gold, silver = an_identity(session, role=Role.BRAND), an_identity(session), an_identity(session)
    version = a_published_version(session)
    a_reading(session, gold, version, {1: 5})
    record_download(session, gold, version, moment(LATER))
    foreign = UsageFilter(organisation_id=gold.organisation_id)
    for wanted in (ALL, foreign):
        assert counts_in_all(session, silver, wanted).opened == 0
        assert people_in_all(session, silver, wanted) == 0
        assert counts_by_day(session, silver, wanted) == []
        assert times_by_page(session, silver, wanted) == {}
        assert sittings(session, silver, wanted).rows == []
        assert usage_by_partner(session, silver, wanted) == []
        assert usage_by_asset(session, silver, wanted, Slice(), LATER).rows == []
        assert counts_in_all(session, gold, wanted).opened == 1
        assert [row.deed for row in sittings(session, gold, wanted).rows] == [Deed.DOWNLOADED, Deed.VIEWING]
    assert counts_in_all(session, brand, foreign).opened == 1


def test_usage_of_an_asset_that_a_partner_no_longer_sees_is_not_listed(session: Session) -> None:
    gold = an_identity(session)
    version = a_published_version(session, tier="platinum")
    a_reading(session, gold, version, {1: 5})
    assert usage_by_asset(session, gold, ALL, Slice(), LATER).rows == []


@pytest.fixture
def world(session: Session) -> tuple[Identity, list[Asset]]:
    """Two partners, three assets, 40 days."""
    brand, gold, silver = an_identity(session, role=Role.BRAND), an_identity(session), an_identity(session)
    versions = [a_published_version(session, pages=2) for _ in range(3)]
    people = [
        PastViewer(gold.organisation_id, ViewerClass.PARTNER, user_id=gold.user_id),
        PastViewer(silver.organisation_id, ViewerClass.PARTNER, user_id=silver.user_id),
        PastViewer(silver.organisation_id, ViewerClass.BUYER, name="Jonas Wieland"),
    ]
    views = [
        PastView(
            versions[n % 2],
            people[n % 3],
            moment(OPENED - timedelta(days=n)),
            {1: (n + 1) * 1_000, 2: 3_000},
        )
        for n in range(40)
    ]
    write_history(session, views)
    return brand, [session.get_one(Asset, version.asset_id) for version in versions]


def test_a_period_stands_beside_the_one_before(session: Session, world: tuple[Identity, list[Asset]]) -> None:
    brand, _ = world
    wanted = UsageFilter(DAY - timedelta(days=9), DAY)
    both = wanted.with_period_before
    assert (both.first_day, both.last_day) == (DAY - timedelta(days=19), DAY)
    assert len(counts_by_day(session, brand, both)) == 20
    assert wanted.first_day is not None
    assert people_by_period(session, brand, both, wanted.first_day) == (3, 3)
    now, before = times_by_period(session, brand, both, wanted.first_day)
    assert sum(times.n for times in now.values()) == 10
    assert (before.n, before.median, before.p75) == (10, 18, 21)


def test_assets_are_sorted_and_paged_in_sql(session: Session, world: tuple[Identity, list[Asset]]) -> None:
    brand, assets = world
    by_opened = usage_by_asset(session, brand, ALL, Slice("-opened"), LATER)
    assert [(row.asset, row.counts.opened, row.people) for row in by_opened.rows] == [
        (assets[0], 20, 3),
        (assets[1], 20, 3),
    ]
    oldest = usage_by_asset(session, brand, ALL, Slice("last_opened_at", offset=1, limit=1), LATER)
    assert [row.asset for row in oldest.rows] == [assets[0]]
    assert oldest.total == 2
    assert oldest.rows[0].times.n == 20


def test_partners_have_their_own_views_and_those_of_their_buyers(
    session: Session, world: tuple[Identity, list[Asset]]
) -> None:
    brand, _ = world
    rows = usage_by_partner(session, brand, ALL)
    assert [(row.counts.opened, row.own, row.buyers) for row in rows] == [(26, 13, 13), (14, 14, 0)]


def test_who_and_when_names_people_until_they_are_erased(
    session: Session, world: tuple[Identity, list[Asset]]
) -> None:
    brand, assets = world
    wanted = UsageFilter(asset_id=assets[0].id, first_day=DAY - timedelta(days=4))
    found = sittings(session, brand, wanted, limit=2)
    assert found.total == 3
    assert [row.page_ms for row in found.rows] == [(1_000, 3_000), (3_000, 3_000)]
    assert found.rows[1].person == "Jonas Wieland"
    assert found.rows[1].is_finished
    assert found.rows[0].person is not None
    own = [row for row in found.rows if row.viewer_class is ViewerClass.PARTNER]
    assert len(own) == 1


def test_an_erased_person_is_nobody(session: Session) -> None:
    brand, gold = an_identity(session, role=Role.BRAND), an_identity(session)
    record_download(session, gold, a_published_version(session), moment())
    erase_viewer(session, gold.user_id, at=LATER)
    assert [row.person for row in sittings(session, brand, ALL).rows] == [None]


def test_what_nobody_opened_is_listed(session: Session, world: tuple[Identity, list[Asset]]) -> None:
    brand, assets = world
    a_reading(session, brand, a_version(session, assets[2], number=2), {1: 9})
    today = DAY + timedelta(days=89)
    never, idle = Idleness(today, never=True), Idleness(today, never=False)
    assert [row.asset for row in unused_assets(session, brand, never, at=LATER)] == [assets[2]]
    assert unused_assets(session, brand, idle, at=LATER) == []
    idle = Idleness(today + timedelta(days=1), never=False)
    rows = unused_assets(session, brand, idle, at=LATER)
    assert [(row.asset, row.last_opened_at) for row in rows] == [(assets[1], OPENED - timedelta(days=1))]
    counts = unused_counts(session, brand, today=idle.today, at=LATER)
    assert (counts.never, counts.idle) == (1, 1)


def test_readers_are_chosen_by_class(session: Session, world: tuple[Identity, list[Asset]]) -> None:
    brand, _ = world
    buyers = replace(ALL, readers=frozenset({ViewerClass.BUYER}))
    assert (counts_in_all(session, brand, buyers).opened, counts_in_all(session, brand, ALL).opened) == (
        13,
        40,
    )
    assert ALL.readers == PARTNERS_AND_BUYERS


def test_a_range_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(WrongRange, match="2026-06-10 to 2026-06-09"):
        UsageFilter(DAY + timedelta(days=1), DAY)
