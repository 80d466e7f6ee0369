"""A month's work and its pages after one year of books and after five."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from benchmarks.databases import POSTGRESQL, SQLITE, Databases
from benchmarks.harness import Measured, Promise, best, measured_apart

FEW, MANY = 12, 60
# in turns, the quicker of them
TURNS = 2
MOST_TIMES = 1.5


@dataclass(frozen=True, slots=True)
class YearsRun:
    """What was measured on a database, by months of books."""

    database: str
    after: Mapping[int, Measured]

    def times(self, step: str) -> float:
        return self.after[MANY].seconds[step] / self.after[FEW].seconds[step]


def years_runs(databases: Databases) -> Iterator[YearsRun]:
    for database in (SQLITE, POSTGRESQL):
        turns = [{months: _run(databases, database, months) for months in (FEW, MANY)} for _ in range(TURNS)]
        yield YearsRun(database, {months: best([turn[months] for turn in turns]) for months in (FEW, MANY)})


def _run(databases: Databases, database: str, months: int) -> Measured:
    url = databases.fresh(database)
    found = measured_apart("benchmarks.years_run", url, str(months))
    databases.drop(url)
    return found


def table(found: list[YearsRun]) -> list[str]:
    """Lines of Markdown."""
    heads = [f"{one.database}: {months} months ms" for one in found for months in (FEW, MANY)]
    lines = [f"| what | {' | '.join(heads)} |", f"|---|{'--:|' * len(heads)}"]
    for step in found[0].after[FEW].seconds:
        cells = [f"{one.after[months].seconds[step] * 1000:.1f}" for one in found for months in (FEW, MANY)]
        lines.append(f"| {step} | {' | '.join(cells)} |")
    return lines


def promises(found: list[YearsRun]) -> Iterator[Promise]:
    for one in found:
        for step in one.after[FEW].seconds:
            what = f"{one.database}: {step}, after five years times after one"
            yield Promise(what, one.times(step), MOST_TIMES)
