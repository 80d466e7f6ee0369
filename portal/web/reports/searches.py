"""What partners searched for in vain: found nothing, or found something that nobody opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _

from content.finding.search_log import KEPT_DAYS
from content.finding.search_reports import DeadEnd, DeadEndFilter, DeadEndSort, dead_end_counts, dead_ends
from content.requests.request_queries import requests_by_words
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.context import business_day, db
from portal.web.csv_answers import csv_answer
from portal.web.reports.blueprint import blueprint

SPANS = (7, 30, 90)
USUAL_SPAN = 30
AT_ONCE = 50
MOST_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class SearchesAsked:
    """The filter as it stands in the address; what is usual is left out of it."""

    wanted: DeadEndFilter
    days: int

    def address(self, endpoint: str = "reports.searches", **changes: object) -> str:
        wanted = self.wanted
        values: dict[str, object] = {
            "show": wanted.which.value if wanted.which is DeadEnd.NOT_OPENED else None,
            "days": self.days if self.days != USUAL_SPAN else None,
            "q": wanted.words or None,
            "sort": wanted.sort.value if wanted.sort is not DeadEndSort.OFTEN else None,
        }
        return url_for(endpoint, **(values | changes))  # type: ignore[arg-type]

    @property
    def spans(self) -> list[tuple[str, str, bool]]:
        return [
            (
                self.address(days=days if days != USUAL_SPAN else None),
                _("%(days)s d", days=days),
                days == self.days,
            )
            for days in SPANS
        ]


@blueprint.get("/reports/searches")
@requires(Permission.USAGE_REPORT)
def searches() -> str:
    asked = _asked()
    found = dead_ends(db(), asked.wanted)
    return render_template(
        "reports/searches.html",
        asked=asked,
        wanted=asked.wanted,
        counts=dead_end_counts(db(), asked.wanted.since),
        found=found,
        requests=requests_by_words(db(), [row.text for row in found.rows]),
        kept_days=KEPT_DAYS,
    )


@blueprint.get("/reports/searches.csv")
@requires(Permission.USAGE_REPORT)
def searches_csv() -> Response:
    """The list that is shown, whole, with its filter in every row."""
    asked = _asked()
    wanted = replace(asked.wanted, limit=MOST_ROWS, offset=0)
    printed = (wanted.which, wanted.since.isoformat(), business_day().isoformat(), wanted.words)
    rows: list[Sequence[object]] = [
        (
            row.text,
            row.count,
            row.times,
            row.most_found,
            row.last_on.isoformat(),
            *printed,
        )
        for row in dead_ends(db(), wanted).rows
    ]
    header = ("words", "in_vain", "searches", "most_found", "last_on", "list", "from", "to", "words_filter")
    return csv_answer(f"searches-{wanted.which}", header, rows)


def _asked() -> SearchesAsked:
    days = request.args.get("days", USUAL_SPAN, type=int)
    days = days if days in SPANS else USUAL_SPAN
    sort = request.args.get("sort", "")
    wanted = DeadEndFilter(
        DeadEnd.NOT_OPENED if request.args.get("show") == DeadEnd.NOT_OPENED else DeadEnd.FOUND_NOTHING,
        since=business_day() - timedelta(days=days - 1),
        words=request.args.get("q", "").strip()[:100],
        sort=DeadEndSort(sort) if sort in set(DeadEndSort) else DeadEndSort.OFTEN,
        limit=AT_ONCE,
        offset=max(request.args.get("offset", 0, type=int), 0),
    )
    return SearchesAsked(wanted, days)
