"""One state of a Whoosh index, read into arrays as it is asked for."""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from search.documents import WHOLE
from search.postings import Amounts, Flags, Layout, Numbers
from search.ranking import (
    FIELDS,
    LENGTH_EFFECT,
    LONGEST_COUNTED,
    PAGE_WEIGHTS,
    SPOKEN_WEIGHTS,
    USUAL_LENGTH,
    WHOLE_WEIGHTS,
)

# postings of the words that were asked for last, kept in memory: 16 bytes each
_MOST_KNOWN = 2_000_000
# beginnings of words, and sets of visible groups, kept for as long as the index stays as it is
_MOST_PREFIXES = 500
_MOST_AUDIENCES = 100
_MOST_WORDS = 5_000


class WhooshSnapshot:
    """See search.postings.Snapshot and search.vocabularies.Vocabulary."""

    def __init__(self, reader: Any, table: Path) -> None:
        self.document_count = reader.doc_count_all()
        self._reader = reader
        weakref.finalize(self, reader.close)
        self._leaves = reader.leaf_readers() if self.document_count else []
        names = [leaf.segment().segment_id() for leaf, _offset in self._leaves]
        self.files = _seen_files(table, *(table.with_name(f"{name}.seg") for name in names))
        self.layout = self._read_layout()
        self._known: dict[tuple[str, str], tuple[Numbers, Amounts]] = {}
        self._known_postings = 0
        self._holders: dict[tuple[str, str], dict[str, int]] = {}
        self._holders_of: dict[str, int] = {}
        self._audiences: dict[frozenset[int], tuple[Flags, int]] = {}

    def is_current(self, table: Path) -> bool:
        """Whether the newest table of contents is the one that was read, and no file was touched since."""
        return table in self.files and self.files == _seen_files(*self.files)

    def _read_layout(self) -> Layout:
        page, spoken = self._column("page"), self._column("spoken").astype(bool)
        groups, slot = np.unique(self._column("group_number"), return_inverse=True)
        sheet = slot * (page.max(initial=0) + 1) + page
        weights = {
            field: np.where(
                page == WHOLE,
                WHOLE_WEIGHTS[field],
                np.where(spoken, SPOKEN_WEIGHTS[field], PAGE_WEIGHTS[field]),
            )
            for field in FIELDS
        }
        length = np.minimum(self._column("length"), LONGEST_COUNTED)
        weights["body"] = weights["body"] / (1 - LENGTH_EFFECT + LENGTH_EFFECT * length / USUAL_LENGTH)
        return Layout(groups, slot, page, sheet, weights)

    def _column(self, name: str) -> Numbers:
        values = [value for leaf, _offset in self._leaves for value in leaf.column_reader(name)]
        return np.array(values, dtype=np.int64)

    def occurrences(self, field: str, stem: str) -> tuple[Numbers, Amounts]:
        known = self._known.get((field, stem))
        if known is None:
            known = self._read(field, stem)
            if self._known_postings + len(known[0]) > _MOST_KNOWN:
                self._known, self._known_postings = {}, 0
            self._known[field, stem] = known
            self._known_postings += len(known[0])
        return known

    def _read(self, field: str, stem: str) -> tuple[Numbers, Amounts]:
        documents: list[int] = []
        counts: list[float] = []
        for matcher, offset in self._matchers(field, stem):
            while matcher.is_active():
                documents.append(matcher.id() + offset)
                counts.append(matcher.weight())
                matcher.next()
        return np.array(documents, dtype=np.int64), np.array(counts, dtype=np.float64)

    def positions(self, field: str, stem: str, documents: Sequence[int]) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for matcher, offset in self._matchers(field, stem):
            for document in documents:
                if not matcher.is_active():
                    break
                if document < matcher.id() + offset:
                    continue
                matcher.skip_to(document - offset)
                if matcher.is_active() and matcher.id() + offset == document:
                    found[document] = list(matcher.value_as("positions"))
        return found

    def _matchers(self, field: str, stem: str) -> Iterator[tuple[Any, int]]:
        for leaf, offset in self._leaves:
            if (field, stem) in leaf:
                yield leaf.postings(field, stem), offset

    def text_of(self, document: int) -> str:
        return str(self._reader.stored_fields(document)["text"])

    def seen(self, within: frozenset[int]) -> Flags:
        return self._audience(within)[0]

    def bits_of(self, groups: frozenset[int]) -> int:
        return self._audience(groups)[1]

    def _audience(self, within: frozenset[int]) -> tuple[Flags, int]:
        known = self._audiences.get(within)
        if known is None:
            _make_room(self._audiences, _MOST_AUDIENCES)
            keys = np.fromiter(within, dtype=np.int64, count=len(within))
            seen = np.isin(self.layout.groups, keys)
            known = self._audiences[within] = seen, _bits(seen)
        return known

    def holders(self, field: str, prefix: str) -> dict[str, int]:
        known = self._holders.get((field, prefix))
        if known is None:
            _make_room(self._holders, _MOST_PREFIXES)
            words = [word.decode() for word in self._reader.expand_prefix(field, prefix)]
            known = self._holders[field, prefix] = {word: self._holding(field, word) for word in words}
        return known

    def holders_of(self, word: str) -> int:
        known = self._holders_of.get(word)
        if known is None:
            _make_room(self._holders_of, _MOST_WORDS)
            known = self._holders_of[word] = self._holding("words", word)
        return known

    def _holding(self, field: str, word: str) -> int:
        holding = np.zeros(len(self.layout.groups), dtype=bool)
        holding[self.layout.slot[self._read(field, word)[0]]] = True
        return _bits(holding)

    def groups_of(self, bits: int, limit: int) -> tuple[int, ...]:
        found: list[int] = []
        while bits and len(found) < limit:
            highest = bits.bit_length() - 1
            found.append(int(self.layout.groups[highest]))
            bits ^= 1 << highest
        return tuple(found)

    def known_words(self, prefix: str) -> list[str]:
        return [word.decode() for word in self._reader.expand_prefix("words", prefix)]


def _bits(flags: Flags) -> int:
    return int.from_bytes(np.packbits(flags, bitorder="little").tobytes(), "little")


def _make_room(cache: dict[Any, Any], most: int) -> None:
    if len(cache) >= most:
        del cache[next(iter(cache))]


def _seen_files(*files: Path) -> dict[Path, tuple[int, int]]:
    """Size of each file, and when it was written in nanoseconds."""
    return {file: (found.st_size, found.st_mtime_ns) for file in files for found in [file.stat()]}
