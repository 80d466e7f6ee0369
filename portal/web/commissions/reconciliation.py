"""The reconciliation report: line items with units and money, filters in the address, rows behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import Response, render_template, request, url_for
from sqlalchemy.orm import Session, sessionmaker

from commissions.facts.csv_out import csv_row
from commissions.facts.house_rules import HouseRules
from commissions.facts.service_calendar import span
from commissions.orders.line_proof import line_proof
from commissions.orders.line_tally import ValueTally
from commissions.orders.reconciled_sums import currency_sums
from commissions.orders.reconciliation import (
    TallyRow,
    Wanted,
    all_rows,
    partners,
    stations,
    tally_page,
    tally_row,
)
from portal.kernel.db import reading
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.commissions.blueprint import blueprint
from portal.web.commissions.board_cells import board_cell
from portal.web.context import business_day, db, services
from portal.web.downloads import download
from portal.web.house import house
from portal.web.paging import pages_of

PAGE = 25
# which lines: without a word, those that run or ended in the last twelve months
ALL, DIFFERENCES = "all", "differences"
COLUMNS = (
    *("order_ref", "line_ref", "partner_ref", "partner", "advertiser", "station", "first_day", "last_day"),
    *("booked", "delivered", "disallowed", "billable", "credited_units", "remaining_or_debt", "relieved"),
    *("cancelled", "lost_to_cap", "over_booked", "unpaid_over_delivery"),
    *("currency", "billable_value", "invoiced", "credited", "paid", "open", "unbilled"),
    "aired_for_another_line",
)
TEXTS = frozenset(COLUMNS[:8]) | {"currency"}


@dataclass(frozen=True, slots=True)
class Filter:
    """What the address says, and the addresses with a part of it changed."""

    partner: str
    station: str
    month: str
    text: str
    show: str = ""
    cell: str = ""

    @property
    def values(self) -> dict[str, str]:
        found = {"partner": self.partner, "station": self.station, "month": self.month, "q": self.text}
        found |= {"show": self.show, "cell": self.cell}
        return {name: value for name, value in found.items() if value}

    @property
    def is_set(self) -> bool:
        return bool(self.values)

    @property
    def is_recent(self) -> bool:
        """Whether lines of long ago are left out: nothing else says which ones are wanted."""
        return not (self.show or self.month or self.text or self.cell)

    def address(self, endpoint: str = "commissions.reconciliation", **changes: str) -> str:
        """With changes; "" takes a part away."""
        kept = {**self.values, **changes}
        given: dict[str, Any] = {name: value for name, value in kept.items() if value}
        return url_for(endpoint, **given)

    def wanted(self, house: HouseRules, today: date) -> Wanted:
        days = span(self.month, house.calendar) if self.month else None
        return Wanted(
            partner=self.partner,
            station=self.station,
            month=None if days is None else (days.first_day, days.end_day),
            text=self.text,
            differences=self.show == DIFFERENCES,
            today=today,
            since=date(today.year - 1, today.month, 1) if self.is_recent else None,
        )


@blueprint.get("/reconciliation")
@requires(Permission.MONTH_READ)
def reconciliation() -> str:
    chosen, offset = _filter(), max(request.args.get("from", 0, type=int), 0)
    wanted = _wanted(chosen)
    found = tally_page(db(), wanted, limit=PAGE, offset=offset)
    return render_template(
        "commissions/reconciliation.html",
        chosen=chosen,
        cell=board_cell(db(), chosen.cell) if chosen.cell else None,
        rows=found.rows,
        total=found.total,
        sums=currency_sums(db(), wanted) if found.total else [],
        partners=dict(partners(db())),
        stations=stations(db()),
        today=wanted.today,
        pages=pages_of(found.total, len(found.rows), offset, PAGE),
    )


@blueprint.get("/reconciliation.csv")
@requires(Permission.MONTH_READ)
def reconciliation_csv() -> Response:
    """Exactly the rows of the filter, all pages of it."""
    return download("reconciliation.csv", _lines(services().sessions, _wanted(_filter())))


@blueprint.get("/reconciliation/<line_ref>")
@requires(Permission.MONTH_READ)
def reconciled_line(line_ref: str) -> str:
    """The rows behind one line's figures."""
    row = tally_row(db(), line_ref)
    today = business_day()
    proof = line_proof(db(), row.standing.line_id)
    return render_template("commissions/reconciled_line.html", row=row, proof=proof, today=today)


def _filter() -> Filter:
    asked = request.args
    return Filter(
        partner=asked.get("partner", "")[:64],
        station=asked.get("station", "")[:64],
        month=asked.get("month", "")[:7],
        text=asked.get("q", "").strip()[:80],
        show=asked.get("show", "") if asked.get("show") in {ALL, DIFFERENCES} else "",
        cell=asked.get("cell", "")[:40],
    )


def _wanted(chosen: Filter) -> Wanted:
    """Raises NoSuchPeriod for a month that is none, NotFound for a cell that is none."""
    wanted = chosen.wanted(house(), business_day())
    if not chosen.cell:
        return wanted
    return replace(wanted, line_ids=board_cell(db(), chosen.cell).lines(db()))


def _lines(sessions: sessionmaker[Session], wanted: Wanted) -> Iterator[str]:
    # the rows leave while they are read, after the request's own session is closed
    yield csv_row(COLUMNS, COLUMNS, numbers=())
    numbers = frozenset(COLUMNS) - TEXTS
    with reading(sessions) as session:
        for row in all_rows(session, wanted):
            yield csv_row(
                COLUMNS,
                [*_words(row), *_units(row), *_money(row.money), str(row.units.elsewhere)],
                numbers=numbers,
            )


def _words(row: TallyRow) -> list[str]:
    standing, terms = row.standing, row.terms
    days = [terms.first_day.isoformat(), row.last_day.isoformat()]
    who = [standing.order_ref, standing.line_ref, standing.partner_ref, row.partner]
    return [*who, row.order.advertiser, terms.station, *days]


def _units(row: TallyRow) -> list[str]:
    units, standing = row.units, row.standing
    counted = (units.booked, standing.delivered, standing.disallowed, units.billable, units.credited)
    rest = (units.remaining, units.relieved, units.cancelled, units.lost, units.over)
    return [str(count) for count in (*counted, *rest, row.unpaid_over_delivery)]


def _money(money: ValueTally) -> list[str]:
    amounts = (money.value, money.invoiced, money.credited, money.paid, money.open, money.unbilled)
    return [money.invoiced.currency, *("" if one is None else one.text() for one in amounts)]
