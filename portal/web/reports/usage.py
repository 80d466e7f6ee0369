"""Content usage: every asset that was opened, for the brand; for a partner, by its own people."""

from __future__ import annotations

from flask import render_template, request

from content.readers.feedback import feedback_by_asset
from content.usage.usage_tables import DEFAULT_SORT, Slice, usage_by_asset
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content_words import kind_names
from portal.web.context import db, identity, now
from portal.web.reports.blueprint import blueprint
from portal.web.reports.comparison import chart_data, comparison
from portal.web.reports.filtering import filter_of_request, reader_choices

AT_ONCE = 50


@blueprint.get("/reports/usage")
@requires(Permission.USAGE_READ)
def usage() -> str:
    wanted = filter_of_request()
    part = slice_of_request()
    figures = comparison(wanted)
    table = usage_by_asset(db(), identity(), wanted.usage, part, now())
    may_know = identity().may(Permission.USAGE_REPORT)
    return render_template(
        "reports/usage.html",
        wanted=wanted,
        figures=figures,
        chart=chart_data(figures),
        part=part,
        table=table,
        sums=feedback_by_asset(db(), [row.asset.id for row in table.rows]) if may_know else None,
        kinds=kind_names(),
        readers=reader_choices(),
    )


def slice_of_request() -> Slice:
    """The sort and the page of the table in the address."""
    offset = max(request.args.get("offset", 0, type=int), 0)
    return Slice(request.args.get("sort", DEFAULT_SORT), offset, AT_ONCE)
