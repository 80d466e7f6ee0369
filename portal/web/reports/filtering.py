"""The filter of the usage reports as it stands in the address: read, printed, changed part by part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from flask import request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from content.assets.errors import UnknownWord
from content.assets.models import AssetVersion
from content.usage.usage_errors import RangeTooLong
from content.usage.usage_filter import PARTNERS_AND_BUYERS, UsageFilter
from content.usage.usage_models import ViewerClass
from partners.models import Organisation, OrganisationKind
from portal.kernel.errors import NotFound
from portal.web.context import business_day, db, identity, services
from portal.web.formats import day_span

SPANS = {"7d": 7, "30d": 30}
# a page has a row and a bar for each day
MOST_DAYS = 3_660
YEARS = range(2000, 3000)
QUARTER, CUSTOM = "quarter", "custom"
Choice = TypeVar("Choice")
READERS = {
    "": PARTNERS_AND_BUYERS,
    "partner": frozenset({ViewerClass.PARTNER}),
    "buyer": frozenset({ViewerClass.BUYER}),
    "brand": frozenset({ViewerClass.BRAND}),
}


@dataclass(frozen=True, slots=True)
class ReportFilter:
    """One filter for chart, table and export. `usage` goes to the queries, the rest is how it is written."""

    span: str
    first_day: date
    last_day: date
    reader: str
    partner: Organisation | None
    version: AssetVersion | None
    usage: UsageFilter
    partners: Sequence[Organisation]

    @property
    def days(self) -> int:
        return (self.last_day - self.first_day).days + 1

    @property
    def values(self) -> dict[str, str]:
        """As it stands in the address; what is default is left out."""
        found = {"range": self.span if self.span != "30d" else "", "reader": self.reader}
        if self.span == CUSTOM:
            found |= {"from": self.first_day.isoformat(), "to": self.last_day.isoformat()}
        found["partner"] = self.partner.ref if self.partner else ""
        found["version"] = str(self.version.number) if self.version else ""
        return {name: value for name, value in found.items() if value}

    def address(self, endpoint: str = "", **changes: Any) -> str:
        """The address of this or another page with the filter, and with changes; "" takes a part away."""
        kept = {**(request.view_args or {}), **self.values, **changes}
        name = endpoint or str(request.endpoint)
        return url_for(name, **{key: value for key, value in kept.items() if value != ""})

    @property
    def period(self) -> str:
        return day_span(self.first_day, self.last_day)

    @property
    def reader_words(self) -> str:
        return reader_choices()[self.reader]

    @property
    def words(self) -> str:
        """The whole filter as a person reads it; it stands below the chart and in every export."""
        zone = services().settings.timezone
        parts = [_("%(period)s (days in %(zone)s)", period=self.period, zone=zone), self.reader_words]
        parts.append(self.partner.name if self.partner else "")
        parts.append(_("version %(number)s", number=self.version.number) if self.version else "")
        return " · ".join(filter(None, parts))


def reader_choices() -> dict[str, str]:
    return {
        "": _("Partners and buyers"),
        "partner": _("Partners"),
        "buyer": _("Buyers"),
        "brand": _("The brand's staff"),
    }


def filter_of_request(asset_id: int | None = None, versions: Sequence[AssetVersion] = ()) -> ReportFilter:
    """The filter in the address. Refuses too many days and words that are unknown."""
    span = request.args.get("range", CUSTOM if request.args.keys() & {"from", "to"} else "30d")
    first, last = _days(span, business_day())
    reader = request.args.get("reader", "")
    if reader not in READERS:
        raise UnknownWord(_("kind of reader"), reader, [name for name in READERS if name])
    partners = [] if identity().is_partner else _partners(db())
    partner = _chosen(partners, "partner", lambda each: each.ref)
    version = _chosen(versions, "version", lambda each: str(each.number))
    usage = UsageFilter(
        first,
        last,
        READERS[reader],
        organisation_id=partner.id if partner else None,
        asset_id=asset_id,
        version_id=version.id if version else None,
    )
    return ReportFilter(span, first, last, reader, partner, version, usage, partners)


def _partners(session: Session) -> list[Organisation]:
    partners = select(Organisation).where(Organisation.kind == OrganisationKind.PARTNER)
    return list(session.scalars(partners.order_by(Organisation.name)))


def _chosen(choices: Sequence[Choice], name: str, key: Callable[[Choice], str]) -> Choice | None:
    """The one that the address names; partners have no choice of partners. Raises NotFound."""
    text = request.args.get(name, "")
    if not text or (name == "partner" and identity().is_partner):
        return None
    for choice in choices:
        if key(choice) == text:
            return choice
    raise NotFound


def _days(span: str, last: date) -> tuple[date, date]:
    if span in SPANS:
        return last - timedelta(days=SPANS[span] - 1), last
    if span == QUARTER:
        return date(last.year, (last.month - 1) // 3 * 3 + 1, 1), last
    if span != CUSTOM:
        raise UnknownWord(_("range"), span, [*SPANS, QUARTER, CUSTOM])
    # whoever gives the later day first means the days between
    first_day, last_day = sorted((_day("from", last - timedelta(days=89)), _day("to", last)))
    if (last_day - first_day).days >= MOST_DAYS:
        raise RangeTooLong(years=10)
    return first_day, last_day


def _day(name: str, otherwise: date) -> date:
    text = request.args.get(name, "")
    if not text:
        return otherwise
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.year not in YEARS:
        raise UnknownWord(_("day"), text, [_("a day such as %(day)s", day=otherwise.isoformat())])
    return found
