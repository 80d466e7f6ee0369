"""The demo library: real files of every kind, and audiences that differ."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.assets.audiences import visible_assets
from content.assets.models import Asset, AssetState, AssetVersion, FileFormat, Page, Processing
from content.usage.usage_filter import UsageFilter
from content.usage.usage_models import Viewer, ViewEvent
from content.usage.usage_reports import times_by_page
from content.usage.usage_rollups import differences
from content.usage.usage_unused import unused_counts
from portal.services import Services
from tests.demo.world import NOW, whoever

GOLD, SILVER, BRAND = "gold@demo.example", "silver@demo.example", "brand@demo.example"


def refs(session: Session, email: str) -> set[str]:
    ids = visible_assets(whoever(session, email), at=NOW)
    return set(session.scalars(select(Asset.ref).where(Asset.id.in_(ids))))


def test_forty_assets_are_published_and_every_file_was_read(demo: Session) -> None:
    published = demo.scalars(select(Asset).where(Asset.state == AssetState.PUBLISHED)).all()
    assert len(published) == 40
    assert {version.processing for version in demo.scalars(select(AssetVersion))} == {Processing.READY}
    assert all(asset.owner_id and asset.review_on and asset.summary for asset in published)


def test_there_is_a_file_of_every_kind(demo: Session) -> None:
    kinds = set(demo.scalars(select(AssetVersion.format).distinct()))
    assert kinds == set(FileFormat) - {FileFormat.OTHER}


def test_gold_and_silver_each_have_five_assets_that_the_other_must_not_see(demo: Session) -> None:
    gold, silver = refs(demo, GOLD), refs(demo, SILVER)
    assert len(gold - silver) >= 5
    assert len(silver - gold) >= 5


def test_the_case_study_has_a_phrase_that_stands_only_on_its_page_3(demo: Session) -> None:
    pages = (
        select(Page.number)
        .join(AssetVersion)
        .join(Asset, Asset.current_version_id == AssetVersion.id)
        .where(Asset.ref == "orchard-row-grocers", Page.text.contains("shopping list is still being made"))
    )
    assert demo.scalars(pages).all() == [3]


def test_pages_are_called_by_their_headings(demo: Session) -> None:
    titles = (
        select(Page.title)
        .join(Asset, Asset.current_version_id == Page.version_id)
        .where(Asset.ref == "orchard-row-grocers")
        .order_by(Page.number)
    )
    assert list(demo.scalars(titles))[1:5] == [
        "A grocer with 24 stores",
        "Four in ten who recall it",
        "Store visits rose by 31%",
        "How it was measured",
    ]


def test_readers_stay_longest_on_page_3(demo: Session) -> None:
    asset = demo.scalars(select(Asset).where(Asset.ref == "orchard-row-grocers")).one()
    times = times_by_page(demo, whoever(demo, BRAND), UsageFilter(asset_id=asset.id))
    assert max(times, key=lambda page: times[page].total_ms) == 3
    assert times[1].readers > times[4].readers > times[8].readers


def test_the_buyer_of_the_story_read_all_eight_pages_in_4_18(demo: Session) -> None:
    latest = (
        select(ViewEvent)
        .join(Viewer, Viewer.viewer_id == ViewEvent.viewer_id)
        .where(Viewer.name == "Dele Adeyinka")
        .order_by(ViewEvent.opened_at.desc())
    )
    event = demo.scalars(latest).first()
    assert event is not None
    assert (event.total_ms, event.read_pages) == (258_000, 8)


def test_some_content_was_never_opened_and_some_not_for_long(demo: Session) -> None:
    counts = unused_counts(demo, whoever(demo, BRAND), today=NOW.date(), at=NOW)
    assert counts.never >= 3
    assert counts.idle >= 1


def test_the_roll_ups_are_equal_to_the_events(demo: Session) -> None:
    assert differences(demo) == []


def test_every_blob_that_is_named_is_in_the_store(demo: Session, world: Services) -> None:
    named = demo.scalars(select(AssetVersion.blob_sha256).where(AssetVersion.blob_sha256.is_not(None)))
    assert all(world.blobs.exists(sha256) for sha256 in named if sha256)
