"""One history of migrations makes on both databases exactly what the mapped classes say."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DatabaseError

from content.assets.library_stamp import SHOWING
from migrations.models import metadata
from migrations.upgrade import FOLDER, is_current, upgrade
from portal.kernel.append_only import append_only_tables, frozen_columns
from portal.kernel.db import make_engine


@pytest.fixture
def empty_engine(empty_database_url: str) -> Iterator[Engine]:
    made = make_engine(empty_database_url)
    yield made
    made.dispose()


FORBIDDEN = {
    "sqlite": ("UPDATE {table} SET {column} = {column}", "DELETE FROM {table}"),
    "postgresql": (
        "UPDATE {table} SET {column} = {column}",
        "DELETE FROM {table}",
        "TRUNCATE {table} CASCADE",
    ),
}


@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index")
def test_the_migrations_make_what_the_mapped_classes_say(empty_engine: Engine) -> None:
    upgrade(empty_engine)
    with empty_engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_each_migration_has_the_number_of_its_file_and_follows_the_one_before() -> None:
    scripts = list(ScriptDirectory(str(FOLDER)).walk_revisions())[::-1]
    numbers = [f"{number:04d}" for number in range(1, len(scripts) + 1)]
    assert [script.revision for script in scripts] == numbers
    assert [Path(script.path).name[:5] for script in scripts] == [f"{number}_" for number in numbers]


def test_an_empty_database_is_behind_until_it_is_upgraded(empty_engine: Engine) -> None:
    assert not is_current(empty_engine)
    assert upgrade(empty_engine)
    assert is_current(empty_engine)
    assert not upgrade(empty_engine)


def test_two_that_upgrade_at_once_do_it_once(empty_database_url: str) -> None:
    outcomes: list[bool] = []

    def run() -> None:
        engine = make_engine(empty_database_url)
        outcomes.append(upgrade(engine))
        engine.dispose()

    both = [threading.Thread(target=run) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(outcomes) == [False, True]


def test_every_table_has_the_triggers_that_it_is_owed(empty_engine: Engine) -> None:
    upgrade(empty_engine)
    assert len(append_only_tables()) > 5
    stamps = ("_insert", "_update", "_delete") if empty_engine.dialect.name == "sqlite" else ("",)
    assert _triggers(empty_engine) == {
        f"{table}_{kind}"
        for table, kind in product(
            append_only_tables(),
            ("update", "delete") if empty_engine.dialect.name == "sqlite" else ("rows", "whole"),
        )
    } | {f"{table}_frozen" for table in frozen_columns()} | {
        f"{table}_stamp{verb}" for table, verb in product(SHOWING, stamps)
    }


def test_an_append_only_row_cannot_be_changed_or_removed(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO activities (id, at, actor, verb, subject_kind, subject_ref, details)"
                " VALUES (1, '2026-06-15 10:00:00', 'operator', 'did', 'thing', 'one', '{}')"
            )
        )
    for statement in FORBIDDEN[engine.dialect.name]:
        with pytest.raises(DatabaseError, match="append-only"), engine.begin() as connection:
            connection.execute(text(statement.format(table="activities", column="verb")))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT verb FROM activities")).scalars().all() == ["did"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_append_only_row_cannot_be_replaced(engine: Engine) -> None:
    replace = text(
        "INSERT OR REPLACE INTO activities (id, at, actor, verb, subject_kind, subject_ref, details)"
        " VALUES (1, '2026-06-15 10:00:00', 'operator', 'did', 'thing', 'one', '{}')"
    )
    with engine.begin() as connection:
        connection.execute(replace)
    with pytest.raises(DatabaseError, match="append-only"), engine.begin() as connection:
        connection.execute(replace)


def test_every_table_that_refers_to_another_says_so(empty_engine: Engine) -> None:
    """A foreign key that the migration forgot would let a row point at nothing."""
    upgrade(empty_engine)
    inspector = inspect(empty_engine)
    for table in metadata.sorted_tables:
        assert len(inspector.get_foreign_keys(table.name)) == len(table.foreign_key_constraints), table.name


def _triggers(engine: Engine) -> set[str]:
    statement = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT DISTINCT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }[engine.dialect.name]
    with engine.connect() as connection:
        return set(connection.execute(text(statement)).scalars())
