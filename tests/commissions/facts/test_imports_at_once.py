"""Two imports at the same time give the result of one after the other (property 27)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from commissions.facts.delivered import delivered_units
from commissions.facts.fact_models import DeliveryRow
from portal.kernel.db import reading
from tests.factories.fact_files import deliveries, take, take_orders


def test_files_that_come_at_once_lose_nothing_and_count_nothing_twice(
    sessions: sessionmaker[Session],
) -> None:
    take_orders(sessions)
    days = range(1, 31)
    files = [
        deliveries(*(f"L1,2026-03-{day:02d},{day * revision},{revision}" for day in days))
        for revision in (1, 2, 3, 4)
    ]
    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(lambda file: take(sessions, "deliveries", file), [*files, *files]))
    assert sum(report.accepted + report.superseded for report in reports) == 4 * 30
    with reading(sessions) as session:
        [found] = delivered_units(session)
        assert found.units == sum(day * 4 for day in days)
        assert len(list(session.scalars(select(DeliveryRow)))) == 4 * 30
