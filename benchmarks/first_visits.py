"""How soon a phone that was never here paints a page, against the least that the page could be."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.databases import SQLITE, Databases
from benchmarks.first_visit_run import PAGES
from benchmarks.harness import Measured, Promise, measured_apart
from tools.browser import chromium

MOST_TIMES_LEAST = 1.5


def first_visit_run(databases: Databases) -> Measured | None:
    """None on a machine without a browser."""
    if chromium() is None:
        return None
    url = databases.fresh(SQLITE)
    found = measured_apart("benchmarks.first_visit_run", url)
    databases.drop(url)
    return found


def table(found: Measured | None) -> list[str]:
    """Lines of Markdown; a sentence when there was no browser."""
    if found is None:
        return ["Not measured: there is no Chromium here."]
    lines = ["| page | first words after s | least s | times |", "|---|--:|--:|--:|"]
    for page in PAGES:
        ours, least = _times(found, page)
        lines.append(f"| {page} | {ours:.2f} | {least:.2f} | {ours / least:.2f} |")
    return lines


def promises(found: Measured | None) -> Iterator[Promise]:
    if found is None:
        return
    for page in PAGES:
        ours, least = _times(found, page)
        what = f"the first visit of the {page} on a slow phone, times the least"
        yield Promise(what, ours / least, MOST_TIMES_LEAST)


def _times(found: Measured, page: str) -> tuple[float, float]:
    return found.seconds[page], found.seconds[f"least {page}"]
