"""Import and accrual, the next day, and a close, against the bare load, upsert, sums and rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.databases import POSTGRESQL, SQLITE, Databases
from benchmarks.harness import Measured, Promise, best, measured_apart
from benchmarks.world import write_files

SIZES = (100_000, 1_000_000)
# small and large take turns, equally often: of two sizes, the one that is measured more often looks quicker
TURNS = 3
MOST_TIMES_A_TENTH = 11
MOST_TIMES_NEXT_DAY = 3
MOST_TIMES_CLOSE = 3
ACCRUED = ("import", "accrual")
NEXT_DAY = ("next day: import", "next day: accrual")


@dataclass(frozen=True, slots=True)
class Task:
    """A plan to work with; with `month`, what comes after the first accrual is measured too."""

    plan: str
    most_times_bare: float
    most_memory_mb: float
    month: bool


TASKS = (Task("rates", 2.5, 300, month=False), Task("tiered", 2, 400, month=True))


@dataclass(frozen=True, slots=True)
class Comparison:
    """Ours and the bare work on one database and size, each the best of a few runs, taken by turns."""

    task: Task
    database: str
    rows: int
    ours: Measured
    bare: Measured

    @property
    def seconds(self) -> float:
        return self.ours.sum_of(*ACCRUED)

    @property
    def ratio(self) -> float:
        return self.seconds / self.bare.sum_of("load, upsert, sum", "ledger rows")

    @property
    def next_day(self) -> float:
        """Our import and accrual of a day's rows, in times of their upsert and one read of the sums."""
        return self.ours.sum_of(*NEXT_DAY) / self.bare.sum_of("next day")

    @property
    def close(self) -> float:
        return self.ours.sum_of("close") / self.bare.sum_of("close")


def comparisons(databases: Databases, folder: Path) -> Iterator[Comparison]:
    for task in TASKS:
        files = {rows: folder / f"{task.plan}-{rows}" for rows in SIZES}
        for rows, where in files.items():
            write_files(where, rows, plan=task.plan)
        for database in (SQLITE, POSTGRESQL):
            turns = [
                {rows: _pair(databases, database, files[rows], month=task.month) for rows in SIZES}
                for _ in range(TURNS)
            ]
            for rows in SIZES:
                ours, bare = (best([turn[rows][side] for turn in turns]) for side in (0, 1))
                yield Comparison(task, database, rows, ours, bare)


def _pair(databases: Databases, database: str, files: Path, *, month: bool) -> tuple[Measured, Measured]:
    first, second = databases.fresh(database), databases.fresh(database)
    also = ("month",) if month else ()
    ours = measured_apart("benchmarks.portal_run", first, str(files), *also)
    bare = measured_apart("benchmarks.bare_run", second, str(files), first, *also)
    databases.drop(first)
    databases.drop(second)
    return ours, bare


def table(found: list[Comparison]) -> list[str]:
    """Lines of Markdown: import and accrual."""
    lines = [
        "| plan | database | rows | postings | import s | accrual s | bare s | times bare | peak MB |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for one in found:
        ours = one.ours
        cells = (
            one.task.plan,
            one.database,
            f"{one.rows:,}",
            f"{ours.counts['postings']:,}",
            f"{ours.seconds['import']:.2f}",
            f"{ours.seconds['accrual']:.2f}",
            f"{one.seconds / one.ratio:.2f}",
            f"{one.ratio:.2f}",
            f"{ours.peaks['accrual']:.0f}",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def month_table(found: list[Comparison]) -> list[str]:
    """Lines of Markdown: the next day's rows, and a close without PDFs."""
    lines = [
        "| database | rows | day s | bare s | times | statements | lines | close s | bare s | times | MB |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for one in found:
        if not one.task.month:
            continue
        ours, bare = one.ours, one.bare
        cells = (
            one.database,
            f"{one.rows:,}",
            f"{ours.sum_of(*NEXT_DAY):.2f}",
            f"{bare.sum_of('next day'):.2f}",
            f"{one.next_day:.2f}",
            f"{ours.counts['statements']:,}",
            f"{ours.counts['statement lines']:,}",
            f"{ours.sum_of('close'):.2f}",
            f"{bare.sum_of('close'):.2f}",
            f"{one.close:.2f}",
            f"{ours.peaks['close']:.0f}",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def promises(found: list[Comparison]) -> Iterator[Promise]:
    large = max(SIZES)
    for one in found:
        where = f"{one.task.plan}, {one.database}, {one.rows:,} rows"
        # a tiered plan is promised for the million
        if one.task.plan == "rates" or one.rows == large:
            yield Promise(f"{where}: times bare", one.ratio, one.task.most_times_bare)
        yield Promise(f"{where}: peak MB", one.ours.peaks["accrual"], one.task.most_memory_mb)
        if one.task.month and one.rows == large:
            yield Promise(f"{where}: the next day, times bare", one.next_day, MOST_TIMES_NEXT_DAY)
            yield Promise(f"{where}: closing a month, times bare", one.close, MOST_TIMES_CLOSE)
    for (plan, database), seconds in _by_size(found).items():
        times = seconds[large] / seconds[min(SIZES)]
        yield Promise(f"{plan}, {database}: ten times the rows, times the time", times, MOST_TIMES_A_TENTH)


def _by_size(found: list[Comparison]) -> Mapping[tuple[str, str], dict[int, float]]:
    by_size: dict[tuple[str, str], dict[int, float]] = {}
    for one in found:
        by_size.setdefault((one.task.plan, one.database), {})[one.rows] = one.seconds
    return by_size
