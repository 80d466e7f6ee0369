"""The usage of one asset as other programs read it (docs/interfaces.md, GET /assets/{ref}/usage)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from content.assets.models import AssetVersion
from content.usage.usage_filter import UsageFilter
from content.usage.usage_reports import (
    PageTimes,
    Times,
    counts_in_all,
    people_in_all,
    times_by_page,
    times_in_all,
)
from portal.kernel.identity import Identity


@dataclass(frozen=True, slots=True)
class PageUsage:
    """Seconds; median and 75th percentile are None where nobody was."""

    page: int
    views: int
    median_seconds: int | None
    p75_seconds: int | None
    total_seconds: int


@dataclass(frozen=True, slots=True)
class AssetUsage:
    """Partners and buyers; views without a human signal and the brand's own staff are not counted."""

    views: int
    people: int
    opened: int
    read: int
    finished: int
    downloads: int
    shares: int
    median_seconds: int | None
    p75_seconds: int | None
    pages: list[PageUsage]


def asset_usage(
    session: Session, identity: Identity, version: AssetVersion | None, wanted: UsageFilter
) -> AssetUsage:
    """Figures of the filter's asset, with a row for each page of its current version."""
    counts = counts_in_all(session, identity, wanted)
    times = times_in_all(session, identity, wanted)
    pages = times_by_page(session, identity, wanted)
    last = max([*pages, version.page_count if version else 0], default=0)
    return AssetUsage(
        views=counts.opened,
        people=people_in_all(session, identity, wanted),
        opened=counts.opened,
        read=counts.read,
        finished=counts.finished,
        downloads=counts.downloads,
        # links to buyers are not offered yet, so none was sent
        shares=0,
        median_seconds=times.median,
        p75_seconds=times.p75,
        pages=[_page(pages.get(page) or PageTimes(page, Times(), 0)) for page in range(1, last + 1)],
    )


def _page(page: PageTimes) -> PageUsage:
    return PageUsage(page.page, page.views, page.times.median, page.times.p75, round(page.total_ms / 1_000))
