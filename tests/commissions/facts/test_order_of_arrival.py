"""F11: whatever the order, the pieces and the repetitions in which revisions come, the state is the same."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from commissions.facts.delivered import delivered_units
from commissions.facts.fact_models import DeliveryRow, LineItem
from portal.kernel.db import make_engine, make_sessions, reading
from tests.factories.fact_files import deliveries, take, take_orders
from tests.fixtures.databases import PostgresqlServer
from tests.profiles import examples

State = tuple[dict[tuple[str, str], int], set[tuple[str, str, int, int]]]

# one content a (line, day, revision): facts that contradict each other are another matter
facts = st.dictionaries(
    st.tuples(st.sampled_from(["L1", "L2"]), st.integers(1, 3), st.integers(0, 4)),
    st.integers(0, 10**12),
    min_size=1,
    max_size=12,
)


def rows_of(chosen: dict[tuple[str, int, int], int]) -> list[str]:
    return [f"{line},2026-03-{day:02d},{count},{revision}" for (line, day, revision), count in chosen.items()]


def state_of(sessions: sessionmaker[Session]) -> State:
    with reading(sessions) as session:
        refs = {item.id: item.line_ref for item in session.scalars(select(LineItem))}
        sums = {(refs[row.line_id], row.period): row.units for row in delivered_units(session)}
        stored = session.scalars(select(DeliveryRow))
        history = {(refs[row.line_id], str(row.service_date), row.revision, row.units) for row in stored}
    return sums, history


def expected(chosen: dict[tuple[str, int, int], int]) -> dict[tuple[str, str], int]:
    latest: dict[tuple[str, int], tuple[int, int]] = {}
    for (line, day, revision), count in chosen.items():
        latest[line, day] = max(latest.get((line, day), (-1, 0)), (revision, count))
    sums: dict[tuple[str, str], int] = {}
    for (line, _), (_, count) in latest.items():
        sums[line, "2026-03"] = sums.get((line, "2026-03"), 0) + count
    return sums


@settings(
    max_examples=examples(60),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(chosen=facts, data=st.data())
def test_any_permutation_chunking_and_repetition_gives_the_same_state(
    tmp_path: Path,
    sqlite_template: Path,
    chosen: dict[tuple[str, int, int], int],
    data: st.DataObject,
) -> None:
    file = tmp_path / "portal.db"
    for left in tmp_path.glob("portal.db*"):
        left.unlink()
    shutil.copyfile(sqlite_template, file)
    with without_connections(f"sqlite:///{file}") as sessions:
        arrive(sessions, chosen, data)


@settings(
    max_examples=examples(15),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(chosen=facts, data=st.data())
def test_the_same_holds_on_postgresql(
    postgresql_server: PostgresqlServer,
    postgresql_template: str,
    chosen: dict[tuple[str, int, int], int],
    data: st.DataObject,
) -> None:
    name = postgresql_server.create("arrival", template=postgresql_template)
    try:
        with without_connections(postgresql_server.url(name)) as sessions:
            arrive(sessions, chosen, data)
    finally:
        postgresql_server.drop(name)


# each example has a fresh database at the same address; what was compiled for it is kept
engine_at = cache(make_engine)


@contextmanager
def without_connections(url: str) -> Iterator[sessionmaker[Session]]:
    engine = engine_at(url)
    try:
        yield make_sessions(engine)
    finally:
        # Hypothesis may end an example at any draw
        engine.dispose()


def arrive(
    sessions: sessionmaker[Session], chosen: dict[tuple[str, int, int], int], data: st.DataObject
) -> None:
    rows = rows_of(chosen)
    repeated = rows + data.draw(st.lists(st.sampled_from(rows), max_size=6))
    order = data.draw(st.permutations(repeated))
    orders_come_at = data.draw(st.integers(0, len(order)))
    start = 0
    while start < len(order):
        if start >= orders_come_at >= 0:
            take_orders(sessions)
            orders_come_at = -1
        size = data.draw(st.integers(1, len(order) - start))
        take(sessions, "deliveries", deliveries(*order[start : start + size]))
        start += size
    if orders_come_at >= 0:
        take_orders(sessions)
    sums, history = state_of(sessions)
    assert sums == expected(chosen)
    assert history == {
        (line, f"2026-03-{day:02d}", revision, count) for (line, day, revision), count in chosen.items()
    }
