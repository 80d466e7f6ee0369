"""A statement of many lines as a page, and a month's PDFs, against their bare work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.databases import POSTGRESQL, SQLITE, Databases
from benchmarks.harness import Measured, Promise, best, measured_apart

RUNS = 2
MOST_TIMES_QUERIES = 2
# as fast as Typst itself, and what starting its processes costs
MOST_TIMES_TYPST = 1.2


@dataclass(frozen=True, slots=True)
class StatementRun:
    """What was measured on a database: of `statement_run` its page, of `prints_run` a month's PDFs."""

    database: str
    page: Measured
    prints: Measured

    @property
    def page_ratio(self) -> float:
        return self.page.sum_of("page") / self.page.sum_of("queries")

    @property
    def prints_ratio(self) -> float:
        return self.prints.sum_of("prints") / self.prints.sum_of("typst")


def statement_runs(databases: Databases) -> Iterator[StatementRun]:
    for database in (SQLITE, POSTGRESQL):
        yield StatementRun(
            database, _best(databases, database, "statement_run"), _best(databases, database, "prints_run")
        )


def _best(databases: Databases, database: str, module: str) -> Measured:
    found = []
    for _ in range(RUNS):
        url = databases.fresh(database)
        found.append(measured_apart(f"benchmarks.{module}", url))
        databases.drop(url)
    return best(found)


def table(found: list[StatementRun]) -> list[str]:
    """Lines of Markdown."""
    lines = [
        "| database | lines | page ms | its queries ms | times | PDFs | made s | Typst alone s | times |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for one in found:
        cells = (
            one.database,
            f"{one.page.counts['lines']:,}",
            f"{one.page.seconds['page'] * 1000:.1f}",
            f"{one.page.seconds['queries'] * 1000:.1f}",
            f"{one.page_ratio:.2f}",
            f"{one.prints.counts['prints']:,}",
            f"{one.prints.seconds['prints']:.2f}",
            f"{one.prints.seconds['typst']:.2f}",
            f"{one.prints_ratio:.2f}",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def promises(found: list[StatementRun]) -> Iterator[Promise]:
    for one in found:
        lines = one.page.counts["lines"]
        what = f"{one.database}: the page of a statement with {lines:,} lines, times its queries"
        yield Promise(what, one.page_ratio, MOST_TIMES_QUERIES)
        yield Promise(
            f"{one.database}: a month's PDFs, times Typst alone", one.prints_ratio, MOST_TIMES_TYPST
        )
