"""The usage of one asset: figures, days, page by page, who and when, and by partner."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request
from sqlalchemy import select
from sqlalchemy.orm import defer, joinedload

from content.assets.guard import is_open_version, readable_asset
from content.assets.models import PLAYED_FORMATS, Asset, AssetKind, AssetVersion, Page
from content.readers.feedback import feedback_by_version, out_of_date_reports
from content.usage.demo_steps import StepUse, step_uses
from content.usage.playing import PlayedUse, played_use
from content.usage.usage_reports import PageTimes, Times, times_by_page
from content.usage.usage_sessions import sittings
from content.usage.usage_tables import usage_by_partner
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content_words import kind_names
from portal.web.context import business_day, db, identity, now
from portal.web.reports.blueprint import blueprint
from portal.web.reports.comparison import chart_data, comparison
from portal.web.reports.filtering import (
    ReportFilter,
    filter_of_request,
    reader_choices,
)
from portal.web.reports.words import class_names, outcome

SITTINGS = 10
REPORTS = 10


@dataclass(frozen=True, slots=True)
class PageLine:
    """A page of the version with its times; `page` is None when the version has no such page any more."""

    number: int
    page: Page | None
    times: PageTimes


@dataclass(frozen=True, slots=True)
class PlayedPart:
    """Whether there is something to play, and what was played of it, if anything."""

    is_recording: bool
    use: PlayedUse | None = None


@blueprint.get("/reports/usage/<ref>")
@requires(Permission.USAGE_READ)
def asset_usage(ref: str) -> str:
    asset = readable_asset(db(), identity(), ref, at=now())
    versions = versions_of(asset)
    wanted = filter_of_request(asset.id, versions)
    figures = comparison(wanted)
    lines = page_lines(wanted, wanted.version or shown_version(asset, versions))
    offset = max(request.args.get("offset", 0, type=int), 0)
    return render_template(
        "reports/asset_usage.html",
        asset=asset,
        wanted=wanted,
        versions=versions,
        version=wanted.version or shown_version(asset, versions),
        figures=figures,
        chart=chart_data(figures, versions),
        lines=lines,
        half_reach=half_reach(lines, figures.now.counts.opened),
        sittings=sittings(db(), identity(), wanted.usage, offset=offset, limit=SITTINGS),
        offset=offset,
        at_once=SITTINGS,
        steps=steps_of(asset, wanted),
        played=played_of(wanted, wanted.version or shown_version(asset, versions)),
        partner_rows=usage_by_partner(db(), identity(), wanted.usage),
        kinds=kind_names(),
        classes=class_names(),
        outcome=outcome,
        today=business_day(),
        readers=reader_choices(),
        **_said(asset),
    )


def _said(asset: Asset) -> dict[str, object]:
    """What readers say of it; of all partners, so for the brand alone."""
    if not identity().may(Permission.USAGE_REPORT):
        return {"sums": {}, "reports": []}
    sums = feedback_by_version(db(), asset.id)
    return {"sums": sums, "reports": out_of_date_reports(db(), asset.id, most=REPORTS) if sums else []}


def versions_of(asset: Asset) -> list[AssetVersion]:
    """The asset's versions that the reader may open, the newest first, and in the same query its owner."""
    wanted = select(AssetVersion).where(AssetVersion.asset_id == asset.id)
    if not identity().sees_all_content:
        wanted = wanted.where(is_open_version())
    with_owner = joinedload(AssetVersion.asset).joinedload(Asset.owner)
    return list(db().scalars(wanted.options(with_owner).order_by(AssetVersion.number.desc())))


def steps_of(asset: Asset, wanted: ReportFilter) -> list[StepUse]:
    """What people did in a demo; other kinds of content have no steps."""
    return step_uses(db(), identity(), wanted.usage) if asset.kind is AssetKind.DEMO else []


def played_of(wanted: ReportFilter, version: AssetVersion | None) -> PlayedPart:
    """What was played of a film or a sound; other kinds of content have pages."""
    if version is None or version.format not in PLAYED_FORMATS:
        return PlayedPart(is_recording=False)
    return PlayedPart(is_recording=True, use=played_use(db(), identity(), wanted.usage, version))


def shown_version(asset: Asset, versions: list[AssetVersion]) -> AssetVersion | None:
    return next((version for version in versions if version.id == asset.current_version_id), None)


def page_lines(wanted: ReportFilter, version: AssetVersion | None) -> list[PageLine]:
    """A line for each page of the version, and for pages of others that were read."""
    times = times_by_page(db(), identity(), wanted.usage)
    pages = {}
    if version is not None:
        rows = select(Page).where(Page.version_id == version.id).options(defer(Page.text))
        pages = {page.number: page for page in db().scalars(rows)}
    numbers = sorted({*times, *pages})
    return [PageLine(n, pages.get(n), times.get(n) or PageTimes(n, Times(), 0)) for n in numbers]


def half_reach(lines: list[PageLine], opened: int) -> int | None:
    """The last page that at least half of the views read."""
    reached = [line.number for line in lines if opened and line.times.readers * 2 >= opened]
    return max(reached, default=None)
