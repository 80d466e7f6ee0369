"""Run every benchmark, print the table, write docs/performance.md; exits with 1 when a promise is broken."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.databases import databases
from benchmarks.imports import SIZES, comparisons, promises, table

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
INTRODUCTION = """# What it promises on speed, measured

Every figure is a ratio to the bare work, measured in one run on one machine; `make bench` measures again
and writes this page. Seconds are of wall time inside a process, the best of {runs} runs that take turns.

- **Ours**: `flask deliveries import` and `flask commissions accrue` as functions: a CSV file read strictly
  (every cell checked, bad ones listed), staged, judged against lines and flights, stored with revisions as
  append-only facts, then accrued by line, component, payee and month with exact fractions, explained, and
  posted in double entry. Each line runs 90 days over three months and is split between two partners.
- **Bare**: the same file loaded into a staging table (COPY, or an insert of many rows), upserted, summed by
  line and month in integers; then as many postings and ledger entries, already made, written to empty
  tables of the same shape.

Measured on {day}: {machine}. Other work on it, as load average before the
first run: {load:.1f}.
"""


def main() -> int:
    load = os.getloadavg()[0]
    with databases() as servers, tempfile.TemporaryDirectory(prefix="makegood-files-") as folder:
        found = []
        for comparison in comparisons(servers, Path(folder)):
            found.append(comparison)
            print(table([comparison])[-1], flush=True)
    kept = promises(found)
    page = [
        INTRODUCTION.format(
            runs=" or ".join(map(str, SIZES.values())),
            day=f"{datetime.now(UTC):%Y-%m-%d}",
            machine=_machine(),
            load=load,
        )
    ]
    page += ["## Import and accrual", "", *table(found), "", "## Promises", ""]
    page += ["| what | measured | at most | |", "|---|--:|--:|---|"]
    for what, measured, limit in kept:
        page.append(f"| {what} | {measured:.2f} | {limit:g} | {'kept' if measured <= limit else 'broken'} |")
    PAGE.write_text("\n".join(page) + "\n")
    print("\n".join(page[1:]))
    return 0 if all(measured <= limit for _, measured, limit in kept) else 1


def _machine() -> str:
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    return f"{_processor()}, {os.cpu_count()} cores, {system}"


def _processor() -> str:
    cpus = Path("/proc/cpuinfo")
    if cpus.exists():
        for line in cpus.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


if __name__ == "__main__":
    sys.exit(main())
