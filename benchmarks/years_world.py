"""Books of some months, all alike: orders that run for a month, are delivered, billed and paid later."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from io import BytesIO

from sqlalchemy.orm import Session, sessionmaker

from benchmarks.people import two_of_finance
from commissions.adjustments.carrying import carry
from commissions.facts.house_rules import HouseRules
from commissions.facts.import_models import ImportKind
from commissions.facts.service_calendar import Calendar, span
from commissions.imports.file_import import import_file
from commissions.imports.importing import ImportRequest
from commissions.ledger.accrual import accrue
from commissions.statements.closing import close_period
from portal.kernel.db import transaction

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
# the last month of the books; it is not closed
LAST = "2026-10"
# with every month's invoices the cash of the month before last comes in
PAID_AFTER = 2
LINES, PARTNERS, DAYS = 200, 20, 28
_PRICE, _NET_PERCENT = 4_999, 85
_PLAN = """{"plan": "bench", "payable_when": "collected", "finality_days": 3,
  "components": [{"name": "base", "kind": "percent", "percent": "10"}]}"""
_ORDER = (
    "order_ref,signed_on,partner_ref,advertiser,agency_percent,currency,line_ref,station,"
    "first_day,last_day,pricing,rate,booked_units,cap,split"
)


def months_up_to(last: str, count: int) -> list[str]:
    end = int(last[:4]) * 12 + int(last[5:])
    return [f"{month // 12}-{month % 12 + 1:02d}" for month in range(end - count, end)]


class Books:
    """Takes in a month's files step by step, each as its command does."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions
        self._chance = random.Random(3)
        self._aired: dict[str, int] = {}
        names = (f"P{number:02d},Partner {number}" for number in range(PARTNERS))
        self._take(ImportKind.PARTNERS, ["partner_ref,name", *names])
        self._take(ImportKind.PLANS, [_PLAN])
        with transaction(sessions) as session:
            self._people = two_of_finance(session, NOW)

    def order(self, month: str) -> None:
        days = span(month, Calendar.MONTH)
        signed = days.first_day - timedelta(days=30)
        rows = []
        for number, line in enumerate(_lines(month)):
            partner, other, order = number % PARTNERS, (number + 1) % PARTNERS, number // 80
            rows.append(
                f"O{month}-{order}-{partner},{signed},P{partner:02d},Advertiser {order},15,USD,"
                f"{line},S{number % 7},{days.first_day},{days.last_day},per_spot,49.99,200,none,"
                f"P{partner:02d}:60;P{other:02d}:40"
            )
        self._take(ImportKind.ORDERS, [_ORDER, *rows])

    def deliver(self, month: str, days: Iterable[int]) -> None:
        rows = []
        for day in days:
            for line in _lines(month):
                units = self._chance.randrange(24)
                self._aired[line] = self._aired.get(line, 0) + units
                rows.append(f"{line},{month}-{day:02d},{units}")
        self._take(ImportKind.DELIVERIES, ["line_ref,service_date,units", *rows])

    def bill(self, month: str) -> None:
        on = span(month, Calendar.MONTH).last_day
        rows = [
            f"I{line},invoice,{on},{line},{self._aired[line]},{self._net(line)},USD" for line in _lines(month)
        ]
        self._take(ImportKind.INVOICES, ["invoice_ref,kind,issued_on,line_ref,units,net,currency", *rows])

    def pay(self, month: str) -> None:
        on = span(month, Calendar.MONTH).last_day + timedelta(days=40)
        rows = [f"Y{line},I{line},{on},{self._net(line)},USD" for line in _lines(month)]
        self._take(ImportKind.PAYMENTS, ["payment_ref,invoice_ref,received_on,amount,currency", *rows])

    def accrue(self) -> None:
        with transaction(self._sessions) as session:
            accrue(session, at=NOW)

    def close(self, month: str) -> None:
        with transaction(self._sessions) as session:
            close_period(session, month, approval=self._people, at=NOW, house=HouseRules())

    def carry(self) -> None:
        """As the worker does after a close."""
        with transaction(self._sessions) as session:
            carry(session)

    def _net(self, line: str) -> str:
        cents = self._aired[line] * _PRICE * _NET_PERCENT // 100
        return f"{cents // 100}.{cents % 100:02d}"

    def _take(self, kind: ImportKind, rows: list[str]) -> None:
        request = ImportRequest(at=NOW, file_name=kind.value)
        assert import_file(self._sessions, kind, BytesIO("\n".join(rows).encode()), request).accepted


def _lines(month: str) -> list[str]:
    return [f"L{month}-{number:03d}" for number in range(LINES)]
