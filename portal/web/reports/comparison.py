"""A period beside the one before it: the four figures, the chart, and the sentence under it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import add

from flask_babel import gettext as _
from flask_babel import ngettext

from content.assets.models import AssetVersion
from content.usage.usage_reports import (
    Counts,
    DayCounts,
    Figures,
    Times,
    counts_by_day,
    merged_times,
    people_by_period,
    times_by_period,
)
from portal.web.context import db, identity
from portal.web.formats import number, percent
from portal.web.language import locale
from portal.web.reports.changes import Change, change_in_percent, change_in_points, change_in_time
from portal.web.reports.filtering import ReportFilter
from portal.web.written import written_day

AVERAGED_DAYS = 7


@dataclass(frozen=True, slots=True)
class Comparison:
    """`days` holds every day of the period, also those without anything."""

    now: Figures
    before: Figures
    days: list[DayCounts]
    days_before: list[DayCounts]
    times_by_organisation: dict[int, Times]

    @property
    def opened_change(self) -> Change | None:
        return change_in_percent(self.now.counts.opened, self.before.counts.opened)

    @property
    def downloads_change(self) -> Change | None:
        return change_in_percent(self.now.counts.downloads, self.before.counts.downloads)

    @property
    def finished_change(self) -> Change | None:
        if not self.before.counts.opened:
            return None
        return change_in_points(self.now.counts.finished_share, self.before.counts.finished_share)

    @property
    def median_change(self) -> Change | None:
        return change_in_time(self.now.times.median, self.before.times.median)

    @property
    def sentence(self) -> str:
        """What the chart shows, for those who cannot see it."""
        opened, before = self.now.counts.opened, self.before.counts.opened
        share = percent(abs(opened - before) / before) if before else ""
        words = {
            "start": ngettext(
                "Opened %(count)s time", "Opened %(count)s times", opened, count=number(opened)
            ),
            "days": number(len(self.days)),
            "share": share,
        }
        if not before:
            sentence = _("%(start)s; nothing was opened in the %(days)s days before.", **words)
        elif opened == before:
            sentence = _("%(start)s, as often as in the %(days)s days before.", **words)
        elif opened > before:
            sentence = _("%(start)s, %(share)s more than in the %(days)s days before.", **words)
        else:
            sentence = _("%(start)s, %(share)s less than in the %(days)s days before.", **words)
        return str(sentence)


def comparison(wanted: ReportFilter) -> Comparison:
    """The filter's period and the one of equal length before it, in three queries."""
    both, since = wanted.usage.with_period_before, wanted.first_day
    found = {row.day: row.counts for row in counts_by_day(db(), identity(), both)}
    people, people_before = people_by_period(db(), identity(), both, since)
    times, times_before = times_by_period(db(), identity(), both, since)
    days = [DayCounts(day, found.get(day, Counts())) for day in _days(since, wanted.days)]
    before = [
        DayCounts(day, found.get(day, Counts()))
        for day in _days(since - timedelta(days=wanted.days), wanted.days)
    ]
    return Comparison(
        Figures(_sum(days), people, merged_times(times.values())),
        Figures(_sum(before), people_before, times_before),
        days,
        before,
        times,
    )


def chart_data(figures: Comparison, versions: Iterable[AssetVersion] = ()) -> dict[str, object]:
    """What charts.js draws: views a day, the period before as a moving average, and marks of versions."""
    labels = [_label(row.day) for row in figures.days]
    known = {row.day: label for row, label in zip(figures.days, labels, strict=True)}
    return {
        "labels": labels,
        "now": [row.counts.opened for row in figures.days],
        "before": _averaged([row.counts.opened for row in figures.days_before]),
        "names": {
            "now": _("This period"),
            "before": _("%(days)s days before, 7-day average", days=number(len(figures.days))),
        },
        "marks": [
            [known[version.created_at.date()], _("Version %(number)s", number=version.number)]
            for version in versions
            if version.created_at.date() in known
        ],
    }


def _label(day: date) -> str:
    return written_day(day, "d MMM", locale())


def _averaged(values: Sequence[int]) -> list[float]:
    found = []
    for index in range(len(values)):
        part = values[max(0, index - AVERAGED_DAYS + 1) : index + 1]
        found.append(round(sum(part) / len(part), 2))
    return found


def _days(first: date, count: int) -> list[date]:
    return [first + timedelta(days=index) for index in range(count)]


def _sum(days: Iterable[DayCounts]) -> Counts:
    return reduce(add, (row.counts for row in days), Counts())
