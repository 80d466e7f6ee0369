"""The engines as they come: pages into an index with stemming, a query of words joined by OR, best first."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

import psycopg
from whoosh.analysis.analyzers import StemmingAnalyzer
from whoosh.fields import STORED, TEXT, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.qparser.default import MultifieldParser
from whoosh.qparser.syntax import OrGroup

Row = tuple[str, str, str]

_INSERT = """
INSERT INTO bare_pages SELECT name, title, body,
    setweight(to_tsvector('english', title), 'A') || to_tsvector('english', body) FROM bare_rows
"""
_ASK = """
SELECT name, body FROM bare_pages,
    (SELECT replace(plainto_tsquery('english', %s)::text, '&', '|')::tsquery AS asked) AS words
WHERE vector @@ asked ORDER BY ts_rank(vector, asked) DESC LIMIT %s
"""


class BareEngine(Protocol):
    """Rows are (name, title, text); an answer is names, best first."""

    def index(self, rows: Iterable[Row]) -> None: ...

    def search(self, text: str, limit: int) -> list[str]: ...


class BareWhoosh:
    """Whoosh with its own BM25F and its own stemmer."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._searcher: Any = None

    def index(self, rows: Iterable[Row]) -> None:
        words = StemmingAnalyzer()
        schema = Schema(name=STORED, title=TEXT(words), text=TEXT(words, stored=True))
        self._folder.mkdir(parents=True, exist_ok=True)
        index = FileStorage(str(self._folder)).create_index(schema)
        with index.writer() as writer:
            for name, title, text in rows:
                writer.add_document(name=name, title=title, text=text)
        self._searcher = index.searcher()
        self._parser = MultifieldParser(["title", "text"], schema, group=OrGroup)

    def search(self, text: str, limit: int) -> list[str]:
        hits = self._searcher.search(self._parser.parse(text), limit=limit)
        return [hit["name"] for hit in hits]


class BarePostgresql:
    """PostgreSQL's own English words, a GIN index, and ts_rank: it has no BM25."""

    def __init__(self, url: str) -> None:
        self._door = psycopg.connect(url.replace("postgresql+psycopg", "postgresql"), autocommit=True)

    def index(self, rows: Iterable[Row]) -> None:
        run = self._door.execute
        run("CREATE TABLE bare_pages (name text, title text, body text, vector tsvector)")
        run("CREATE INDEX ON bare_pages USING gin (vector)")
        with self._door.transaction():
            run("CREATE TEMP TABLE bare_rows (name text, title text, body text) ON COMMIT DROP")
            with self._door.cursor().copy("COPY bare_rows FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            run(_INSERT)
        run("ANALYZE bare_pages")

    def search(self, text: str, limit: int) -> list[str]:
        words = " ".join(part for part in text.split() if part.strip("-"))
        found = self._door.execute(_ASK, (words, limit))
        return [name for name, _body in found]


def bare_engine(url: str, folder: Path) -> BareEngine:
    return BareWhoosh(folder) if url.startswith("sqlite") else BarePostgresql(url)
