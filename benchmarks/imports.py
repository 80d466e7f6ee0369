"""Import and accrual of delivery rows against the bare load, upsert, sums and ledger rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.databases import POSTGRESQL, SQLITE, Databases
from benchmarks.harness import Measured, best, measured_apart
from benchmarks.world import write_files

# rows, and how often each is measured: a short run is disturbed more easily than a long one
SIZES = {100_000: 5, 1_000_000: 2}
MOST_TIMES_BARE = 2.5
MOST_MEMORY_MB = 300
MOST_TIMES_A_TENTH = 11


@dataclass(frozen=True, slots=True)
class Comparison:
    """Ours and the bare work on one database and size, each the best of a few runs, taken by turns."""

    database: str
    rows: int
    ours: Measured
    bare: Measured

    @property
    def ratio(self) -> float:
        return self.ours.total / self.bare.total


def comparisons(databases: Databases, folder: Path) -> Iterator[Comparison]:
    for rows, runs in SIZES.items():
        files = folder / str(rows)
        write_files(files, rows)
        for database in (SQLITE, POSTGRESQL):
            pairs = [_pair(databases, database, files) for _ in range(runs)]
            ours, bare = best([pair[0] for pair in pairs]), best([pair[1] for pair in pairs])
            yield Comparison(database, rows, ours, bare)


def _pair(databases: Databases, database: str, files: Path) -> tuple[Measured, Measured]:
    first, second = databases.fresh(database), databases.fresh(database)
    ours = measured_apart("benchmarks.portal_run", first, str(files))
    bare = measured_apart("benchmarks.bare_run", second, str(files), first)
    databases.drop(first)
    databases.drop(second)
    return ours, bare


def table(found: list[Comparison]) -> list[str]:
    """Lines of Markdown."""
    lines = [
        "| database | delivery rows | postings | import s | accrual s | bare s | times bare | peak MB |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for one in found:
        ours = one.ours
        cells = (
            one.database,
            f"{one.rows:,}",
            f"{ours.counts['postings']:,}",
            f"{ours.seconds['import']:.2f}",
            f"{ours.seconds['accrual']:.2f}",
            f"{one.bare.total:.2f}",
            f"{one.ratio:.2f}",
            f"{ours.peak_mb:.0f}",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def promises(found: list[Comparison]) -> list[tuple[str, float, float]]:
    """What is promised, what was measured, and the limit."""
    kept = [(f"{one.database}, {one.rows:,} rows: times bare", one.ratio, MOST_TIMES_BARE) for one in found]
    kept += [
        (f"{one.database}, {one.rows:,} rows: peak MB", one.ours.peak_mb, MOST_MEMORY_MB) for one in found
    ]
    for database in (SQLITE, POSTGRESQL):
        small, large = (one.ours.total for one in found if one.database == database)
        kept.append((f"{database}: ten times the rows, times the time", large / small, MOST_TIMES_A_TENTH))
    return kept
