"""One state of a Whoosh index, read into arrays as it is asked for."""

from __future__ import annotations

import weakref
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
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
        self._gone = self._deleted()
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
        sheet = np.unique(slot * (page.max(initial=0) + 1) + page, return_inverse=True)[1]
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

    def _deleted(self) -> Flags:
        """The documents that were replaced, and still stand in the postings."""
        gone = np.zeros(self.document_count, dtype=bool)
        for leaf, offset in self._leaves:
            if leaf.has_deletions():
                gone[[offset + at for at in range(leaf.doc_count_all()) if leaf.is_deleted(at)]] = True
        return gone

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
        found = [
            (ids + offset, weights)
            for matcher, offset in self._matchers(field, stem)
            for ids, weights in _blocks(matcher)
        ]
        if not found:
            return np.array([], dtype=np.int64), np.array([], dtype=np.float64)
        documents, counts = (np.concatenate(some) for some in zip(*found, strict=True))
        kept = ~self._gone[documents]
        return documents[kept], counts[kept]

    def positions(self, field: str, stem: str, documents: Sequence[int]) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for matcher, offset in self._matchers(field, stem):
            found.update(_places(matcher, documents, offset))
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


def _stored(
    matcher: Any, is_skipped: Callable[[int], bool] = lambda _last: False
) -> Iterator[tuple[Any, Sequence[int]]]:
    """The matcher at each of its blocks, and the documents in it: a step for each costs ten times as much.

    Deleted documents are among them. A block is not unpacked when it `is_skipped` by its last document.
    """
    stored = getattr(matcher, "child", matcher)
    stored.reset()
    has_blocks = hasattr(stored, "_next_block")
    while stored.is_active():
        if not has_blocks:
            yield stored, (stored.id(),)
            stored.next()
            continue
        if not is_skipped(stored.block_max_id()):
            # Whoosh has no public way to a block; asking for the first document unpacks it
            stored.id()
            yield stored, stored._ids  # noqa: SLF001
        stored._next_block()  # noqa: SLF001


def _blocks(matcher: Any) -> Iterator[tuple[Numbers, Amounts]]:
    """Documents and how often the word stands in each."""
    for stored, ids in _stored(matcher):
        first = stored.weight()
        weights = stored._weights if len(ids) > 1 else (first,)  # noqa: SLF001
        yield np.array(ids, dtype=np.int64), np.array(weights, dtype=np.float64)


def _places(matcher: Any, documents: Sequence[int], offset: int) -> Iterator[tuple[int, list[int]]]:
    """Where the word stands in each of these documents, all of which hold it or belong to other segments."""
    wanted = [document - offset for document in documents[bisect_left(documents, offset) :]]
    for stored, ids in _stored(matcher, lambda last: bool(wanted) and wanted[0] > last):
        while wanted and wanted[0] <= ids[-1]:
            document = wanted.pop(0)
            place = bisect_left(ids, document)
            if ids[place] == document:
                if len(ids) > 1:
                    stored._i = place  # noqa: SLF001
                yield document + offset, list(stored.value_as("positions"))
        if not wanted:
            return


def _bits(flags: Flags) -> int:
    return int.from_bytes(np.packbits(flags, bitorder="little").tobytes(), "little")


def _make_room(cache: dict[Any, Any], most: int) -> None:
    if len(cache) >= most:
        del cache[next(iter(cache))]


def _seen_files(*files: Path) -> dict[Path, tuple[int, int]]:
    """Size of each file, and when it was written in nanoseconds."""
    return {file: (found.st_size, found.st_mtime_ns) for file in files for found in [file.stat()]}
