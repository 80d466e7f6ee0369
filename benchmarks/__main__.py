"""Run every benchmark, print the table, write docs/performance.md; exits with 1 when a promise is broken."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import finding, first_pages, first_visits, imports, statements, years, years_run
from benchmarks.databases import databases
from benchmarks.harness import Promise
from benchmarks.imports import comparisons
from benchmarks.statements import statement_runs

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
INTRODUCTION = """# What it promises on speed, measured

Every figure is a ratio to the bare work, measured in one run on one machine; `make bench` measures again
and writes this page. Seconds are of wall time inside a process, the best of {turns} runs;
small and large, ours and bare take turns.

- **Ours**: `flask deliveries import` and `flask commissions accrue` as functions: a CSV file read strictly
  (every cell checked, bad ones listed), staged, judged against lines and flights, stored with revisions as
  append-only facts, then accrued by line, component, payee and month with exact fractions, explained, and
  posted in double entry. Each line runs 90 days over three months and is split between two partners. The plan
  `rates` is a percent with rates by product and station; `tiered` adds three tiers over the quarter.
- **Bare**: the same file loaded into a staging table (COPY, or an insert of many rows), upserted, summed by
  line and month in integers; then as many postings and ledger entries, already made, written to empty
  tables of the same shape.
- **The next day**: one more row for every line, imported and accrued on top; bare is their upsert and one
  read of the sums by line and month. **The close** of the first month, without PDFs; bare is the write of its
  rows.
- **Statements**: the page of a statement, as the server asks for it, against the same queries by the driver
  alone, in turns; the PDFs of a month as the worker makes and keeps them against Typst alone on the same
  inputs, both with a process a core.
- **Five years of books**: a month's work and its pages after twelve months and after sixty, each month with
  200 lines that run in it, are split, delivered every day, invoiced, and paid two months later. "accrual" is
  the first one of a month's counts, after a close; "day" is one more day, imported and accrued; the quickest
  of the last three months. Pages are asked for within the process, the median of {pages}. Twelve months and
  sixty take turns, twice; the quicker of both.
- **The first page**: from the moment that a worker takes an uploaded PDF to the first page that the viewer
  can show, for a long and a short one in turns; the median of five.
- **The first visit**: until a phone that was never here paints a page's first words, in Chromium with a line
  of 1.6 Mbit/s and 150 ms and a quarter of this machine's processor; the median of five. The least is the
  same page with its styles inside it and nothing else to load, packed, from the same server, in turns.
- **Finding**: 2,000 assets of ten pages, 150 words a page, as frequent as in a language; half of them for one
  tier of three. A query is two words by `GET /api/v1/search` with its key, audience, two facets, snippets
  and counts, the median of sixty that were never asked before ("again": the same once more). Bare is the
  engine as it comes, on the same pages, in turns with ours: the two words by OR, the best twenty, names
  alone; Whoosh with its BM25F and stemmer, PostgreSQL with its English dictionary, a GIN index and
  `ts_rank`. Our indexing reads
  from the database; on PostgreSQL it cuts the next pages while the database takes the last ones, and so
  works on two cores where the bare engine, which cuts its words in the database, has one. A change is found:
  from its commit, while the worker runs, until a search has it; the longest of five.
  Nobody changes the library meanwhile, so what the partner may see is read once and kept
  ([decision 4](decisions/0004-search.md)); so it is for the library's page.
- **The library's page** of a partner with 50 and with 5,000 assets, on one database that grows. PostgreSQL
  is made to count its tables (ANALYZE) after each load, as it does by itself within a minute; a rebuild of
  the search index does so, too.

Measured on {day}: {machine}. Other work on it, as load average before the
first run: {load:.1f}.
"""


def main() -> int:
    load = os.getloadavg()[0]
    with databases() as servers, tempfile.TemporaryDirectory(prefix="makegood-files-") as folder:
        found = []
        for comparison in comparisons(servers, Path(folder)):
            found.append(comparison)
            print(imports.table([comparison])[-1], flush=True)
        stated = list(statement_runs(servers))
        aged = list(years.years_runs(servers))
        shown = first_pages.first_page_run(servers)
        visited = first_visits.first_visit_run(servers)
        libraries = list(finding.finding_runs(servers))
    promises = [*imports.promises(found), *statements.promises(stated), *years.promises(aged)]
    promises += [*first_pages.promises(shown), *first_visits.promises(visited)]
    promises += finding.promises(libraries)
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    page = [
        INTRODUCTION.format(
            turns=imports.TURNS, pages=years_run.TIMES, day=day, machine=_machine(), load=load
        ),
        *_section("Import and accrual", imports.table(found)),
        *_section("The next day, and the close", imports.month_table(found)),
        *_section("Statements", statements.table(stated)),
        *_section("Five years of books", years.table(aged)),
        *_section("The first page", first_pages.table(shown)),
        *_section("The first visit", first_visits.table(visited)),
        *_section("Finding in 20,000 pages", finding.table(libraries)),
        *_section("The library's page", finding.page_table(libraries)),
        *_section("Ranking, on a judged collection", finding.judged_table(libraries)),
        *_section("Promises", _kept(promises)),
    ]
    PAGE.write_text("\n".join(page))
    print("\n".join(page[1:]))
    return 0 if all(promise.is_kept for promise in promises) else 1


def _section(title: str, lines: list[str]) -> list[str]:
    return [f"## {title}", "", *lines, ""]


def _kept(promises: list[Promise]) -> list[str]:
    lines = ["| what | measured | at most | |", "|---|--:|--:|---|"]
    for promise in promises:
        kept = "kept" if promise.is_kept else "broken"
        lines.append(f"| {promise.what} | {promise.measured:.2f} | {promise.most:g} | {kept} |")
    return lines


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
