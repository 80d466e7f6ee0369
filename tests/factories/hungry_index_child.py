"""The child that keeps the index, with an engine that some texts hang, feed without end, or kill.

`python -m tests.factories.hungry_index_child`; its batches have two seconds.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import pytest

from content.finding import index_child
from search.documents import Document
from search.engine import SearchEngine
from search.engines import engine_of


def _hang() -> None:
    threading.Event().wait()


def _feed() -> None:
    eaten = []
    while True:
        eaten.append(bytearray(50 * 1024 * 1024))


POISONS: dict[str, Callable[[], None]] = {"hangs": _hang, "feeds": _feed, "kills": os.abort}


class _Poisoned:
    def __init__(self, engine: SearchEngine) -> None:
        self._engine = engine

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def index(self, groups: Mapping[int, Sequence[Document]]) -> None:
        self._engine.index({group: list(_swallowed(documents)) for group, documents in groups.items()})

    def rebuild(self, groups: Iterable[tuple[int, Sequence[Document]]]) -> int:
        return self._engine.rebuild((group, list(_swallowed(documents))) for group, documents in groups)


def _swallowed(documents: Iterable[Document]) -> Iterator[Document]:
    for document in documents:
        for word, poison in POISONS.items():
            if word in document.text:
                poison()
        yield document


if __name__ == "__main__":
    with pytest.MonkeyPatch.context() as poisoned:
        poisoned.setattr(index_child, "BATCH_SECONDS", 2)
        poisoned.setattr(index_child, "engine_of", lambda *where: _Poisoned(engine_of(*where)))
        sys.exit(index_child.main())
