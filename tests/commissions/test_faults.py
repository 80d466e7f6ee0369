"""Faults F4, F5, F6, F10: the database goes away, an answer is lost, the disk is full, two submit at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, event, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.test import TestResponse

from commissions.checking.checking import broken_rules
from commissions.facts.fact_models import DeliveryRow
from commissions.facts.house_rules import HouseRules
from commissions.ledger.accrual import accrue
from commissions.ledger.ledger_models import LedgerEntry
from partners.api_keys import Scope, create_key
from portal.kernel.db import make_engine, make_sessions, reading, transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.commissions.test_killed import counts
from tests.factories.books import AT
from tests.factories.closed_months import the_worked_example
from tests.factories.commands import Commands
from tests.factories.people import a_brand, a_user
from tests.fixtures.databases import POSTGRESQL, PostgresqlServer

ROW = {"line_ref": "L1", "service_date": "2026-03-09", "units": "7"}


@pytest.fixture
def postgresql(postgresql_server: PostgresqlServer, postgresql_template: str) -> Iterator[Engine]:
    """A database whose connections are ended by others."""
    name = postgresql_server.create(template=postgresql_template)
    engine = make_engine(postgresql_server.url(name))
    yield engine
    engine.dispose()
    postgresql_server.drop(name)


@contextmanager
def ended_at(engine: Engine, server: PostgresqlServer, number: int) -> Iterator[None]:
    """The server ends the connection before its nth statement."""
    seen = 0

    def count(connection: object, cursor: object, *_: object) -> None:
        nonlocal seen
        seen += 1
        if seen == number:
            pid = cursor.connection.info.backend_pid  # type: ignore[attr-defined]
            server.command(f"SELECT pg_terminate_backend({pid}, 5000)")

    event.listen(engine, "before_cursor_execute", count)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", count)


def entries(sessions: sessionmaker[Session]) -> int:
    with reading(sessions) as session:
        return session.scalar(select(func.count()).select_from(LedgerEntry)) or 0


@pytest.mark.parametrize("number", [2, 9, 20])
def test_f4_a_database_that_goes_away_within_an_accrual_leaves_nothing_and_is_found_again(
    postgresql: Engine, postgresql_server: PostgresqlServer, number: int
) -> None:
    sessions = make_sessions(postgresql)
    with transaction(sessions) as session:
        the_worked_example(session)
    with ended_at(postgresql, postgresql_server, number), pytest.raises(OperationalError):  # noqa: SIM117
        with transaction(sessions) as session:
            accrue(session, at=AT)
    assert entries(sessions) == 0
    with transaction(sessions) as session:
        assert accrue(session, at=AT).postings == 4
    with reading(sessions) as session:
        assert list(broken_rules(session, HouseRules(), tell=lambda _: None)) == []


@pytest.fixture
def headers(services: Services) -> dict[str, str]:
    with transaction(services.sessions) as session:
        the_worked_example(session)
        finance = a_user(session, a_brand(session), Role.FINANCE)
        key = create_key(session, finance, Scope.WRITE, at=services.clock())
    return {"Authorization": f"Bearer {key}", "Idempotency-Key": "the one of this report"}


def post(app: Flask, headers: dict[str, str]) -> TestResponse:
    return app.test_client().post("/api/v1/deliveries", headers=headers, json={"rows": [ROW]})


def rows(services: Services) -> int:
    with reading(services.sessions) as session:
        known = select(func.count()).select_from(DeliveryRow).where(DeliveryRow.units == 7)
        return session.scalar(known) or 0


def test_f5_a_report_whose_answer_was_lost_is_sent_again_and_counts_once(
    app: Flask, services: Services, headers: dict[str, str]
) -> None:
    post(app, headers)
    again = post(app, headers)
    assert again.get_json()["accepted"] == 1
    assert again.headers["Idempotency-Replayed"] == "true"
    assert rows(services) == 1


def test_f10_eight_who_submit_the_same_report_at_once_get_the_same_answer(
    app: Flask, services: Services, headers: dict[str, str]
) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: post(app, headers), range(8)))
    assert {answer.status_code for answer in answers} == {200}
    assert all(answer.get_json() == answers[0].get_json() for answer in answers)
    assert sum("Idempotency-Replayed" in answer.headers for answer in answers) == 7
    assert rows(services) == 1


# a file cannot go away; what a full disk does to it is below
@pytest.mark.parametrize("database_url", [POSTGRESQL], indirect=True)
def test_f4_a_report_during_an_outage_is_refused_with_a_note_and_counts_once_afterwards(
    app: Flask, services: Services, headers: dict[str, str], postgresql_server: PostgresqlServer
) -> None:
    with ended_at(services.engine, postgresql_server, 12):
        answer = post(app, headers)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert rows(services) == 0
    assert post(app, headers).get_json()["accepted"] == 1
    assert rows(services) == 1


def test_f6_a_full_disk_refuses_an_import_and_loses_nothing(
    sqlite_template: Path, commands: Commands, tmp_path: Path
) -> None:
    database = tmp_path / "portal.db"
    database.write_bytes(sqlite_template.read_bytes())
    url = f"sqlite:///{database}"
    engine = make_engine(url)
    with transaction(make_sessions(engine)) as session:
        the_worked_example(session)
    file = tmp_path / "deliveries.csv"
    file.write_text(counts(), encoding="utf-8")
    # the write-ahead log may hold so much, the file itself is larger already
    full = commands.run(url, "deliveries", "import", str(file), most_bytes=100_000)
    assert full.status == 1, full
    assert full.stderr.strip().splitlines()[-1].endswith("."), full
    with reading(make_sessions(engine)) as session:
        assert session.scalar(select(func.count()).select_from(DeliveryRow)) == 2
    commands.do(url, "deliveries", "import", str(file))
    assert commands.do(url, "commissions", "accrue").stdout
    engine.dispose()
