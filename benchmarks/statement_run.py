"""One run of ours on a statement of many lines: its page, and its queries alone. Argument: database url."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from io import BytesIO
from statistics import median
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.test import run_wsgi_app

from benchmarks.browsers import browser_of
from benchmarks.harness import Measured, timed
from benchmarks.people import two_of_finance
from commissions.facts.house_rules import HouseRules
from commissions.facts.import_models import ImportKind
from commissions.imports.file_import import import_file
from commissions.imports.importing import ImportRequest
from commissions.ledger.accrual import accrue
from commissions.statements.closing import close_period
from config import settings_from
from migrations.upgrade import upgrade
from partners.people import NewPerson, add_person
from portal.app import create_app
from portal.kernel.collector import spare_the_collector
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.services import Services, build_services

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

LINES = 5_000
TIMES = 30
NOW = datetime.now(UTC)
MONTH, DAY = "2026-01", date(2026, 1, 5)
PLAN = '{"plan": "bench", "components": [{"name": "base", "kind": "percent", "percent": "10"}]}'

Call = tuple[str, Any]


def run(url: str) -> Measured:
    with tempfile.TemporaryDirectory(prefix="makegood-statement-") as folder:
        settings = settings_from(
            {
                "DATABASE_URL": url,
                "DATA_DIR": folder,
                "SECRET_KEY": "of a benchmark " * 4,
                "BASE_URL": "http://localhost",
            }
        )
        services = build_services(settings)
        upgrade(services.engine)
        fill(services.sessions, lines=LINES, partners=1)
        browser = _partner(create_app(settings, services), services)
        # as the server does once it is up
        spare_the_collector()
        return _measure(browser, services.engine)


def fill(sessions: sessionmaker[Session], *, lines: int, partners: int) -> None:
    """Lines of some partners that ran on one day, and the close of their month."""
    orders = [
        f"O{number // 50}-{number % partners},2025-12-01,P{number % partners},Advertiser,15,USD,"
        f"L{number:05d},S{number % 7},2026-01-01,2026-01-31,per_spot,49.99,100"
        for number in range(lines)
    ]
    deliveries = [f"L{number:05d},{DAY},{number % 90 + 1}" for number in range(lines)]
    names = [f"P{number},Partner {number}" for number in range(partners)]
    columns = (
        "order_ref,signed_on,partner_ref,advertiser,agency_percent,currency,line_ref,station,"
        "first_day,last_day,pricing,rate,booked_units"
    )
    for kind, text in (
        (ImportKind.PARTNERS, "\n".join(["partner_ref,name", *names])),
        (ImportKind.PLANS, PLAN),
        (ImportKind.ORDERS, "\n".join([columns, *orders])),
        (ImportKind.DELIVERIES, "\n".join(["line_ref,service_date,units", *deliveries])),
    ):
        wanted = ImportRequest(at=NOW, file_name=kind.value)
        assert import_file(sessions, kind, BytesIO(text.encode()), wanted).accepted
    with transaction(sessions) as session:
        accrue(session, at=NOW)
        people = two_of_finance(session, NOW)
        closed = close_period(session, MONTH, approval=people, at=NOW, house=HouseRules())
        assert closed.lines >= lines


def _partner(app: Flask, services: Services) -> FlaskClient:
    with transaction(services.sessions) as session:
        new = NewPerson("partner@bench.example", Role.PARTNER, organisation_ref="P0")
        return browser_of(app, session, add_person(session, new, at=NOW), NOW)


def _measure(browser: FlaskClient, engine: Engine) -> Measured:
    address = f"/statements/{MONTH}-P0-USD"
    browser.get(address)
    with _calls(engine) as calls:
        assert browser.get(address).status_code == 200
    asked = browser.open(address).request.environ
    # in turns: what a page has pushed out of the caches is cold for its queries alone, too
    turns = [
        (timed(lambda: _answer(browser.application, asked)), timed(lambda: _repeat(engine, calls)))
        for _ in range(TIMES)
    ]
    pages, queries = (median(times) for times in zip(*turns, strict=True))
    return Measured({"page": pages, "queries": queries}, {"queries": len(calls), "lines": LINES})


def _answer(app: Flask, asked: WSGIEnvironment) -> None:
    """As a server asks: what a test's browser does around it is not the page's."""
    _, status, _ = run_wsgi_app(app, asked, buffered=True)
    assert status == "200 OK"


@contextmanager
def _calls(engine: Engine) -> Iterator[list[Call]]:
    """Every statement that reaches the driver meanwhile, with its parameters."""
    found: list[Call] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        found.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)


def _repeat(engine: Engine, calls: list[Call]) -> None:
    """The same statements by the driver alone, every row fetched; what they wrote is taken back."""
    connection = engine.raw_connection()
    for statement, parameters in calls:
        cursor = connection.cursor()
        cursor.execute(statement, parameters)
        if cursor.description:
            cursor.fetchall()
        cursor.close()
    connection.rollback()
    connection.close()


if __name__ == "__main__":
    run(sys.argv[1]).tell()
