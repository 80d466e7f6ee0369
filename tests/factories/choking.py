"""A real engine that breaks on one word, as an engine may on a text that nobody foresaw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from search.documents import Document
from search.engine import SearchEngine


def choking_on(word: str, engine: SearchEngine) -> SearchEngine:
    return cast("SearchEngine", _Choking(engine, word))


class _Choking:
    def __init__(self, engine: SearchEngine, word: str) -> None:
        self._engine, self._word = engine, word

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def index(self, groups: Mapping[int, Sequence[Document]]) -> None:
        self._engine.index({group: list(self._swallowed(documents)) for group, documents in groups.items()})

    def _swallowed(self, documents: Sequence[Document]) -> Iterator[Document]:
        for document in documents:
            if self._word in document.text:
                raise RecursionError(document.text)
            yield document
