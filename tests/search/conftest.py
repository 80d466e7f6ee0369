"""Both engines behind one fixture, each with an empty index."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Table

from portal.kernel.db import Base, make_engine, make_sessions
from search.documents import Document
from search.engine import SearchEngine
from search.models import SearchDocument, SearchState, SearchWord
from search.postgresql_engine import PostgresqlEngine
from search.whoosh_engine import WhooshEngine
from tests.fixtures.databases import PostgresqlServer

TABLES = [
    table
    for model in (SearchDocument, SearchWord, SearchState)
    if isinstance(table := model.__table__, Table)
]


@pytest.fixture(params=["whoosh", "postgresql"])
def unbuilt(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchEngine]:
    """An engine whose index does not exist yet."""
    if request.param == "whoosh":
        yield WhooshEngine(tmp_path / "index", lock_seconds=0.2)
        return
    server: PostgresqlServer = request.getfixturevalue("postgresql_server")
    name = server.create()
    engine = make_engine(server.url(name))
    Base.metadata.create_all(engine, tables=TABLES)
    yield PostgresqlEngine(make_sessions(engine))
    engine.dispose()
    server.drop(name)


@pytest.fixture
def index(unbuilt: SearchEngine) -> SearchEngine:
    """An engine with an empty index."""
    unbuilt.rebuild([])
    return unbuilt


def an_asset(group: int, title: str, *pages: str, summary: str = "") -> list[Document]:
    whole = Document(group, 0, title, summary)
    return [whole, *(Document(group, number, "", text) for number, text in enumerate(pages, start=1))]
