"""One run of ours after some months of books: a month's work, and pages. Arguments: database url, months."""

from __future__ import annotations

import sys
from functools import partial
from statistics import median

from flask import Flask
from flask.testing import FlaskClient

from benchmarks.browsers import browser_of
from benchmarks.databases import count_tables
from benchmarks.harness import Measured, timed
from benchmarks.search_run import services_of
from benchmarks.years_world import DAYS, LAST, PAID_AFTER, Books, months_up_to
from partners.models import BRAND_REF
from partners.people import NewPerson, add_person
from portal.app import create_app
from portal.kernel.collector import spare_the_collector
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.services import Services

TIMES = 15
# of the last months, the quickest
MONTHS_MEASURED = 3
PAGES = {
    Role.FINANCE: (f"/months/{LAST}", "/exceptions", "/orders", "/reconciliation", "/payouts", "/"),
    Role.PARTNER_ADMIN: ("/orders", "/money/strips", "/"),
}


def run(url: str, count: int) -> Measured:
    with services_of(url) as services:
        spare_the_collector()
        measured = Measured(best_of_last(services, months_up_to(LAST, count)), {"months": count})
        app = create_app(services.settings, services)
        for role, addresses in PAGES.items():
            browser = _browser(app, services, role)
            for address in addresses:
                measured.seconds[f"{role.value} {address}"] = _page(browser, address)
    return measured


def best_of_last(services: Services, months: list[str]) -> dict[str, float]:
    """Seconds by step of a month's work, while the books grow month by month."""
    books = Books(services.sessions)
    times: dict[str, list[float]] = {}
    for place, month in enumerate(months):
        books.order(month)
        books.deliver(month, range(1, DAYS))
        # the first one after a close
        times.setdefault("accrual", []).append(timed(books.accrue))
        times.setdefault("day", []).append(timed(partial(_day, books, month)))
        books.bill(month)
        if place >= PAID_AFTER:
            books.pay(months[place - PAID_AFTER])
        books.accrue()
        if month != LAST:
            times.setdefault("close", []).append(timed(partial(books.close, month)))
            books.carry()
        count_tables(services.engine)
    return {step: min(found[-MONTHS_MEASURED:]) for step, found in times.items()}


def _day(books: Books, month: str) -> None:
    books.deliver(month, [DAYS])
    books.accrue()


def _page(browser: FlaskClient, address: str) -> float:
    assert browser.get(address).status_code == 200
    return median(timed(partial(browser.get, address)) for _ in range(TIMES))


def _browser(app: Flask, services: Services, role: Role) -> FlaskClient:
    now = services.clock()
    with transaction(services.sessions) as session:
        organisation = "P00" if role.is_partner else BRAND_REF
        new = NewPerson(f"{role.value}@pages.example", role, organisation_ref=organisation)
        return browser_of(app, session, add_person(session, new, at=now), now)


if __name__ == "__main__":
    run(sys.argv[1], int(sys.argv[2])).tell()
