"""The cycle collector, told that batches of rows are not cycles."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# objects made, less objects freed, before the youngest generation is looked through (Python's own: 700)
YOUNG = 50_000


def spare_the_collector() -> None:
    """For a process that serves and imports: what it loaded at start is not looked through again.

    Rows are freed by counting references; looking for cycles among a million of them took a sixth of an
    import's time.
    """
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 20)


@contextmanager
def collector_waits() -> Iterator[None]:
    """For one batch whose rows all live until it ends: looking through them finds nothing, and takes time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
