"""A house that runs on an earlier release is upgraded with all that it holds, and goes on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from alembic import command
from sqlalchemy import Engine, MetaData, select
from sqlalchemy.orm import Session

from commissions.checking.checking import broken_rules
from commissions.facts.house_rules import HouseRules
from commissions.ledger.accrual import accrue
from commissions.ledger.ledger_models import Statement
from commissions.statements.closing import Approval, close_period
from migrations.upgrade import config_for, upgrade
from partners.models import User
from partners.people import identity_of
from portal.kernel.db import make_engine, make_sessions
from portal.kernel.identity import Identity, Role
from tests.migrations.released_books import put_back, rows_of

HOUSE = HouseRules()
JUNE = datetime(2026, 6, 8, 9, tzinfo=UTC)


@pytest.fixture(params=["0001", "0002"])
def released_engine(request: pytest.FixtureRequest, empty_database_url: str) -> Iterator[Engine]:
    """A database as a release left it."""
    made = make_engine(empty_database_url)
    with made.connect() as connection, connection.execution_options(writes=True).begin():
        command.upgrade(config_for(connection), request.param)
        put_back(connection, request.param)
    yield made
    made.dispose()


def test_every_row_of_the_release_is_there_after_the_upgrade(released_engine: Engine) -> None:
    with released_engine.connect() as connection:
        before = {table: rows for table, rows in rows_of(connection).items() if rows}
    assert upgrade(released_engine)
    with released_engine.connect() as connection:
        after = rows_of(connection)
    assert before.keys() <= after.keys()
    for table, rows in before.items():
        kept = [{name: row[name] for name in rows[0]} for row in after[table]]
        assert kept == rows, table


def test_the_books_of_the_release_hold_after_the_upgrade_and_the_next_month_closes(
    released_engine: Engine,
) -> None:
    upgrade(released_engine)
    with make_sessions(released_engine)() as session:
        session.connection(execution_options={"writes": True})
        assert _broken(session) == []
        issued = dict(session.execute(select(Statement.number, Statement.content_hash)).all())
        assert accrue(session, at=JUNE, house=HOUSE).postings == 0
        people = Approval(_person(session, Role.FINANCE), _person(session, Role.FINANCE_APPROVER))
        assert close_period(session, "2026-04", approval=people, at=JUNE, house=HOUSE).statements == 3
        assert _broken(session) == []
        now = dict(session.execute(select(Statement.number, Statement.content_hash)).all())
        assert issued.items() <= now.items()


def test_the_stored_house_is_not_empty_where_money_is(released_engine: Engine) -> None:
    metadata = MetaData()
    metadata.reflect(released_engine)
    with released_engine.connect() as connection:
        for name in ("postings", "ledger_entries", "statements", "payments", "interactions", "pages"):
            assert connection.execute(select(metadata.tables[name])).first() is not None, name


def _person(session: Session, role: Role) -> Identity:
    return identity_of(
        session, session.scalars(select(User).where(User.role == role)).one(), today=JUNE.date()
    )


def _broken(session: Session) -> list[str]:
    return [broken.sentence for broken in broken_rules(session, HOUSE, tell=lambda _: None)]
