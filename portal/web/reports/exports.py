"""The tables of the usage reports as CSV: the same filter, printed in every row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from flask import Response

from content.assets.guard import readable_asset
from content.assets.models import Asset
from content.readers.feedback import feedback_by_version
from content.usage.usage_reports import Counts, Times
from content.usage.usage_sessions import sittings
from content.usage.usage_tables import usage_by_asset, usage_by_partner
from portal.kernel.errors import NotFound
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.context import business_day, db, identity, now, services
from portal.web.csv_answers import csv_answer
from portal.web.reports.asset_usage import page_lines, played_of, shown_version, steps_of, versions_of
from portal.web.reports.blueprint import blueprint
from portal.web.reports.comparison import comparison
from portal.web.reports.filtering import ReportFilter, filter_of_request
from portal.web.reports.usage import slice_of_request

MOST_ROWS = 10_000
FILTER = ("from", "to", "time_zone", "readers", "partner_filter", "version_filter")
COUNTS = ("opened", "read", "finished", "downloads")
TIMES = ("median_seconds", "p75_seconds")

Rows = list[Sequence[object]]
Table = Callable[[Asset, ReportFilter], tuple[Sequence[str], Rows]]


@blueprint.get("/reports/usage.csv")
@requires(Permission.USAGE_READ)
def usage_csv() -> Response:
    wanted = filter_of_request()
    part = replace(slice_of_request(), offset=0, limit=MOST_ROWS)
    rows: Rows = [
        (
            row.asset.ref,
            row.asset.title,
            row.asset.kind,
            *_counts(row.counts),
            row.people,
            *_seconds(row.times),
            row.last_opened_at.isoformat() if row.last_opened_at else None,
        )
        for row in usage_by_asset(db(), identity(), wanted.usage, part, now()).rows
    ]
    header = ("asset", "title", "kind", *COUNTS, "people", *TIMES, "last_opened_at")
    return _answer("usage", wanted, (header, rows))


@blueprint.get("/reports/usage/<ref>/<table>.csv")
@requires(Permission.USAGE_READ)
def asset_usage_csv(ref: str, table: str) -> Response:
    """One table of the asset's report: days, pages, steps of a demo, who or partners."""
    asset = readable_asset(db(), identity(), ref, at=now())
    make = TABLES.get(table)
    if make is None:
        raise NotFound
    wanted = filter_of_request(asset.id, versions_of(asset))
    return _answer(f"{asset.ref}-{table}", wanted, make(asset, wanted))


def _days(_asset: Asset, wanted: ReportFilter) -> tuple[Sequence[str], Rows]:
    days = comparison(wanted).days
    rows: Rows = [
        (row.day.isoformat(), *_counts(row.counts), round(row.counts.total_ms / 1_000)) for row in days
    ]
    return ("day", *COUNTS, "active_seconds"), rows


def _pages(asset: Asset, wanted: ReportFilter) -> tuple[Sequence[str], Rows]:
    version = wanted.version or shown_version(asset, versions_of(asset))
    rows: Rows = [
        (
            line.number,
            line.page.title if line.page else "",
            line.times.views,
            line.times.readers,
            *_seconds(line.times.times),
            round(line.times.total_ms / 1_000),
        )
        for line in page_lines(wanted, version)
    ]
    return ("page", "title", "views", "readers", *TIMES, "total_seconds"), rows


def _who(_asset: Asset, wanted: ReportFilter) -> tuple[Sequence[str], Rows]:
    found = sittings(db(), identity(), wanted.usage, limit=MOST_ROWS)
    rows: Rows = [
        (
            row.at.isoformat(),
            row.deed,
            row.person,
            row.organisation,
            row.viewer_class,
            row.version,
            round(row.total_ms / 1_000),
            row.read_pages,
            row.is_finished,
            None if row.played_ms is None else round(row.played_ms / 1_000),
        )
        for row in found.rows
    ]
    named = ("at", "what", "person", "organisation", "class", "version", "seconds", "pages_read")
    return (*named, "finished", "played_seconds"), rows


def _partners(_asset: Asset, wanted: ReportFilter) -> tuple[Sequence[str], Rows]:
    times = comparison(wanted).times_by_organisation
    rows: Rows = []
    for row in usage_by_partner(db(), identity(), wanted.usage):
        terms = row.organisation.terms_on(business_day())
        who = (row.organisation.ref, row.organisation.name, terms.tier if terms else None)
        part = _seconds(times.get(row.organisation.id, Times()))
        rows.append((*who, *_counts(row.counts), row.own, row.buyers, *part))
    return ("partner_ref", "partner", "tier", *COUNTS, "own", "buyers", *TIMES), rows


def _feedback(asset: Asset, _wanted: ReportFilter) -> tuple[Sequence[str], Rows]:
    """What readers of all partners said; the days of the filter do not narrow it. Only for the brand."""
    if not identity().may(Permission.USAGE_REPORT):
        raise NotFound
    sums = feedback_by_version(db(), asset.id)
    rows: Rows = [(number, said.useful, said.not_useful, said.out_of_date) for number, said in sums.items()]
    return ("version", "useful", "not_useful", "out_of_date"), rows


def _steps(asset: Asset, wanted: ReportFilter) -> tuple[Sequence[str], Rows]:
    rows: Rows = [(use.step, use.label, use.people, use.views, use.median) for use in steps_of(asset, wanted)]
    return ("step", "label", "people", "views", "median_seconds"), rows


def _played(asset: Asset, wanted: ReportFilter) -> tuple[Sequence[str], Rows]:
    use = played_of(wanted, wanted.version or shown_version(asset, versions_of(asset))).use
    parts = use.parts if use else ()
    rows: Rows = [(part.start_ms / 1_000, part.end_ms / 1_000, part.views) for part in parts]
    return ("from_second", "to_second", "views"), rows


TABLES: dict[str, Table] = {
    "days": _days,
    "pages": _pages,
    "steps": _steps,
    "played": _played,
    "who": _who,
    "partners": _partners,
    "feedback": _feedback,
}


def _answer(name: str, wanted: ReportFilter, table: tuple[Sequence[str], Rows]) -> Response:
    header, rows = table
    printed = (
        wanted.first_day.isoformat(),
        wanted.last_day.isoformat(),
        services().settings.timezone,
        "+".join(sorted(wanted.usage.readers)),
        wanted.partner.ref if wanted.partner else "",
        wanted.version.number if wanted.version else "",
    )
    file_name = f"{name}-{wanted.first_day}-{wanted.last_day}"
    return csv_answer(file_name, (*header, *FILTER), ((*row, *printed) for row in rows))


def _counts(counts: Counts) -> tuple[int, ...]:
    return tuple(getattr(counts, name) for name in COUNTS)


def _seconds(times: Times) -> tuple[int | None, int | None]:
    return times.median, times.p75
