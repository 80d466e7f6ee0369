"""How soon the first page of a long deck can be looked at, against that of a short one."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.databases import SQLITE, Databases
from benchmarks.harness import Measured, Promise, measured_apart

MOST_TIMES_SHORT = 1.2


def first_page_run(databases: Databases) -> Measured:
    url = databases.fresh(SQLITE)
    found = measured_apart("benchmarks.first_page_run", url)
    databases.drop(url)
    return found


def table(found: Measured) -> list[str]:
    """Lines of Markdown."""
    lines = ["| pages | first page after s |", "|--:|--:|"]
    lines += [f"| {found.counts[name]:,} | {found.seconds[name]:.2f} |" for name in ("short", "long")]
    return lines


def promises(found: Measured) -> Iterator[Promise]:
    short, long = found.counts["short"], found.counts["long"]
    what = f"the first page of a PDF with {long:,} pages, times that of one with {short:,}"
    yield Promise(what, found.seconds["long"] / found.seconds["short"], MOST_TIMES_SHORT)
