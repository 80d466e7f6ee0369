"""Finding in 20,000 pages, the library's page, and a judged collection, against the bare engines."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.databases import POSTGRESQL, SQLITE, Databases
from benchmarks.harness import Measured, Promise, best, measured_apart

RUNS = 2
MOST_TIMES_QUERY, AND_MS = 2, 5
LEAST_INDEXING = 0.6
MOST_MEMORY_MB = 500
MOST_TIMES_PAGE = 1.5
MOST_SECONDS_TO_BE_FOUND = 2
# a folder with a collection in TREC form
COLLECTION = "TREC_COLLECTION"
ENGINES = {SQLITE: "Whoosh", POSTGRESQL: "PostgreSQL"}


@dataclass(frozen=True, slots=True)
class FindingRun:
    """What was measured on a database: of `search_run`, of `library_run`, and perhaps of `trec_run`."""

    database: str
    search: Measured
    page: Measured
    judged: Measured | None

    def ms(self, step: str) -> float:
        return self.search.seconds[step] * 1000

    @property
    def allowed_ms(self) -> float:
        return MOST_TIMES_QUERY * self.ms("bare query") + AND_MS

    @property
    def indexing(self) -> float:
        """Our rate in parts of the bare engine's."""
        return self.search.seconds["bare index"] / self.search.seconds["index"]

    @property
    def completion(self) -> float:
        return self.search.seconds["completion"] / self.search.seconds["query"]

    @property
    def page_times(self) -> float:
        few, many = self.page.seconds.values()
        return many / few


def finding_runs(databases: Databases) -> Iterator[FindingRun]:
    for database in (SQLITE, POSTGRESQL):
        found = [_measured(databases, database, "search_run") for _ in range(RUNS)]
        pages = [_measured(databases, database, "library_run") for _ in range(RUNS)]
        folder = os.environ.get(COLLECTION)
        judged = _measured(databases, database, "trec_run", folder) if folder else None
        yield FindingRun(database, best(found), best(pages), judged)


def _measured(databases: Databases, database: str, module: str, *more: str) -> Measured:
    url = databases.fresh(database)
    found = measured_apart(f"benchmarks.{module}", url, *more)
    databases.drop(url)
    return found


def table(found: list[FindingRun]) -> list[str]:
    """Lines of Markdown: queries, completion and indexing."""
    asked = "query ms | again ms | bare ms | completion ms"
    lines = [
        f"| engine | pages | {asked} | indexed s | bare s | rate | MB | found after s |",
        "|---|" + "--:|" * 10,
    ]
    for one in found:
        cells = (
            ENGINES[one.database],
            f"{one.search.counts['pages']:,}",
            *(f"{one.ms(step):.1f}" for step in ("query", "query again", "bare query", "completion")),
            f"{one.search.seconds['index']:.1f}",
            f"{one.search.seconds['bare index']:.1f}",
            f"{one.indexing:.2f}",
            f"{one.search.peaks['index']:.0f}",
            f"{one.search.seconds['found after']:.2f}",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def page_table(found: list[FindingRun]) -> list[str]:
    """Lines of Markdown: the library's page, small and large."""
    lines = ["| database | assets | queries | page ms |", "|---|--:|--:|--:|"]
    for one in found:
        for (name, seconds), queries in zip(one.page.seconds.items(), one.page.counts.values(), strict=True):
            assets = int(name.removeprefix("page of "))
            lines.append(f"| {one.database} | {assets:,} | {queries} | {seconds * 1000:.1f} |")
    return lines


def judged_table(found: list[FindingRun]) -> list[str]:
    """Lines of Markdown: how good the ranking is; a sentence when there was no collection."""
    judged = [(one.database, one.judged) for one in found if one.judged]
    if not judged:
        return [
            "No standard collection has been measured: there is none here. `TREC_COLLECTION` names a",
            "folder that holds one in TREC form (`documents*`, `topics*`, `qrels*`).",
        ]
    name = Path(os.environ[COLLECTION]).name
    lines = ["| collection | engine | documents | topics | nDCG@10 | bare |", "|---|---|--:|--:|--:|--:|"]
    for database, one in judged:
        counts = one.counts
        scores = " | ".join(f"{counts[whose] / 10_000:.4f}" for whose in ("ours", "bare"))
        sizes = f"{counts['documents']:,} | {counts['topics']:,}"
        lines.append(f"| {name} | {ENGINES[database]} | {sizes} | {scores} |")
    return lines


def promises(found: list[FindingRun]) -> Iterator[Promise]:
    for one in found:
        engine = ENGINES[one.database]
        allowed = f"{MOST_TIMES_QUERY} times the bare query and {AND_MS} ms"
        part = one.ms("query") / one.allowed_ms
        yield Promise(f"{engine}: a query by API, in parts of {allowed}", part, 1)
        yield Promise(f"{engine}: completion, times a query", one.completion, 1)
        slower = 1 / one.indexing
        yield Promise(f"{engine}: indexing, times the bare engine", slower, round(1 / LEAST_INDEXING, 2))
        yield Promise(f"{engine}: indexing, peak MB", one.search.peaks["index"], MOST_MEMORY_MB)
        found_after = one.search.seconds["found after"]
        yield Promise(f"{engine}: seconds until a change is found", found_after, MOST_SECONDS_TO_BE_FOUND)
        few, many = one.page.counts.values()
        yield Promise(f"{one.database}: the library's page, more queries for more assets", many - few, 0)
        yield Promise(
            f"{one.database}: the library's page, times that of few", one.page_times, MOST_TIMES_PAGE
        )
        if one.judged:
            lost = (one.judged.counts["bare"] - one.judged.counts["ours"]) / 10_000
            yield Promise(f"{engine}: nDCG@10 below the bare engine's", lost, 0)
