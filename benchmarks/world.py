"""The files that the benchmarks import: partners, a split plan, orders, and delivery rows in daily order."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

DAYS = 90
FIRST_DAY = date(2026, 1, 1)
LINES_A_PARTNER = 22
DELIVERY_COLUMNS = "line_ref,service_date,units,revision\n"
BASE = """{"name": "base", "kind": "percent", "percent": "10",
  "rates": [{"product": "podcast", "percent": "8"}, {"station": "S3", "percent": "12.5"}]}"""
VOLUME = """{"name": "volume", "kind": "tiers", "measure": "net", "window": "quarter", "tiers": [
  {"upto": "10000", "percent": "0"}, {"upto": "30000", "percent": "1"}, {"upto": null, "percent": "2"}]}"""
# every line is split between two partners; "tiered" adds a ladder of three tiers to the rates
PLANS = {
    "rates": f'{{"plan": "bench", "components": [{BASE}]}}',
    "tiered": f'{{"plan": "bench", "components": [{BASE}, {VOLUME}]}}',
}


@dataclass(frozen=True, slots=True)
class Files:
    partners: Path
    plan: Path
    orders: Path
    deliveries: Path
    next_day: Path


def files_in(folder: Path) -> Files:
    names = ("partners.csv", "plan.json", "orders.csv", "deliveries.csv", "next_day.csv")
    return Files(*(folder / name for name in names))


def write_files(folder: Path, rows: int, *, plan: str) -> Files:
    """About `rows` delivery rows: each line has one a day over three months, and a day more to come."""
    lines = rows // DAYS + 1
    folder.mkdir(parents=True, exist_ok=True)
    files = files_in(folder)
    files.plan.write_text(PLANS[plan])
    _write_partners(files.partners, lines // LINES_A_PARTNER + 2)
    _write_orders(files.orders, lines)
    _write_deliveries(files.deliveries, lines, rows)
    _write_next_day(files.next_day, lines)
    return files


def _write_partners(path: Path, count: int) -> None:
    with path.open("w") as file:
        file.write("partner_ref,name,tier\n")
        file.writelines(f"P{number},Partner {number},gold\n" for number in range(count))


def _write_orders(path: Path, lines: int) -> None:
    last_day = FIRST_DAY + timedelta(days=DAYS)
    with path.open("w") as file:
        file.write(
            "order_ref,signed_on,partner_ref,advertiser,agency_percent,currency,line_ref,station,product,"
            "first_day,last_day,pricing,rate,booked_units,cap_tolerance_percent,split\n"
        )
        for number in range(lines):
            file.write(f"{_order_row(number)},{FIRST_DAY},{last_day},{_terms(number)}\n")


def _order_row(number: int) -> str:
    order = number // 5
    partner = order * 5 // LINES_A_PARTNER
    product = "podcast" if number % 2 else "radio"
    return f"O{order},2025-12-01,P{partner},Advertiser {order},15,USD,L{number:06d},S{number % 7},{product}"


def _terms(number: int) -> str:
    partner = number // LINES_A_PARTNER
    price = "cpm,11.37,400000" if number % 2 else "per_spot,49.99,1000"
    return f"{price},5,P{partner}:60;P{partner + 1}:40"


def _write_deliveries(path: Path, lines: int, rows: int) -> None:
    chance = random.Random(7)
    written = 0
    with path.open("w") as file:
        file.write(DELIVERY_COLUMNS)
        for day in range(DAYS):
            service_date = FIRST_DAY + timedelta(days=day)
            for number in range(min(lines, rows - written)):
                file.write(_delivery(number, service_date, chance))
            written += min(lines, rows - written)


def _write_next_day(path: Path, lines: int) -> None:
    chance = random.Random(8)
    service_date = FIRST_DAY + timedelta(days=DAYS)
    with path.open("w") as file:
        file.write(DELIVERY_COLUMNS)
        file.writelines(_delivery(number, service_date, chance) for number in range(lines))


def _delivery(number: int, service_date: date, chance: random.Random) -> str:
    units = chance.randrange(9_000) if number % 2 else chance.randrange(24)
    return f"L{number:06d},{service_date},{units},1\n"
