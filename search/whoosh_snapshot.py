"""One state of a Whoosh index, read into arrays as it is asked for."""

from __future__ import annotations

import weakref
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
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
# postings as they are stored, with their places, of the words that were read last: some 100 bytes each,
# and a word about as much as ten of them
_MOST_UNPACKED = 100_000
_OF_A_WORD = 10
# beginnings of words, and sets of visible groups, kept for as long as the index stays as it is
_MOST_PREFIXES = 500
_MOST_AUDIENCES = 100
_MOST_WORDS = 5_000


# from how the places of a word in a document are encoded
PlacesOf = Callable[[bytes], list[int]]


@dataclass(frozen=True, slots=True)
class _Block:
    """Postings that stand together: documents, counted from `offset`, how often, and where (encoded)."""

    offset: int
    documents: Sequence[int]
    counts: Sequence[float]
    places: Sequence[bytes]


class WhooshSnapshot:
    """See search.postings.Snapshot and search.vocabularies.Vocabulary."""

    def __init__(self, reader: Any, table: Path, places_of: PlacesOf) -> None:
        self.document_count = reader.doc_count_all()
        self._reader, self._places_of = reader, places_of
        weakref.finalize(self, reader.close)
        self._leaves = reader.leaf_readers() if self.document_count else []
        self._gone = self._deleted()
        names = [leaf.segment().segment_id() for leaf, _offset in self._leaves]
        self.files = _seen_files(table, *(table.with_name(f"{name}.seg") for name in names))
        self.layout = self._read_layout()
        self._known: dict[tuple[str, str], tuple[Numbers, Amounts]] = {}
        self._known_postings = 0
        self._unpacked: dict[tuple[str, str], list[_Block]] = {}
        self._unpacked_postings = 0
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
            size = _OF_A_WORD + len(known[0])
            if self._known_postings + size > _MOST_KNOWN:
                self._known, self._known_postings = {}, 0
            self._known[field, stem] = known
            self._known_postings += size
        return known

    def _read(self, field: str, stem: str) -> tuple[Numbers, Amounts]:
        blocks = self._blocks(field, stem)
        if not blocks:
            return np.array([], dtype=np.int64), np.array([], dtype=np.float64)
        documents = np.concatenate([np.array(block.documents) + block.offset for block in blocks])
        counts = np.concatenate([np.array(block.counts, dtype=np.float64) for block in blocks])
        kept = ~self._gone[documents]
        return documents[kept], counts[kept]

    def positions(self, field: str, stem: str, documents: Sequence[int]) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for block in self._blocks(field, stem):
            found.update((document, self._places_of(places)) for document, places in _among(block, documents))
        return found

    def _blocks(self, field: str, stem: str) -> list[_Block]:
        """Unpacking them is most of the work of a question, which asks for a word and then for its places."""
        known = self._unpacked.get((field, stem))
        if known is None:
            known = [
                block
                for leaf, offset in self._leaves
                if (field, stem) in leaf
                for block in _stored(leaf.postings(field, stem), offset)
            ]
            self._keep(field, stem, known)
        return known

    def _keep(self, field: str, stem: str, blocks: list[_Block]) -> None:
        self._unpacked[field, stem] = blocks
        self._unpacked_postings += _size(blocks)
        while self._unpacked_postings > _MOST_UNPACKED and len(self._unpacked) > 1:
            self._unpacked_postings -= _size(self._unpacked.pop(next(iter(self._unpacked))))

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


def _stored(matcher: Any, offset: int) -> Iterator[_Block]:
    """The blocks of a word, deleted documents among them: a step for each costs ten times as much."""
    stored = getattr(matcher, "child", matcher)
    stored.reset()
    has_blocks = hasattr(stored, "_next_block")
    while stored.is_active():
        first = (stored.id(),), (stored.weight(),), (stored.value(),)
        if not has_blocks:
            yield _Block(offset, *first)
            stored.next()
            continue
        # Whoosh has no public way to a block; asking for the first document unpacked it
        yield _Block(offset, stored._ids, stored._weights, stored._values)  # noqa: SLF001
        stored._next_block()  # noqa: SLF001


def _among(block: _Block, documents: Sequence[int]) -> Iterator[tuple[int, bytes]]:
    """Where the word stands (encoded) in those of the documents that are in the block."""
    first, last = (block.documents[at] + block.offset for at in (0, -1))
    for document in documents[bisect_left(documents, first) : bisect_right(documents, last)]:
        place = bisect_left(block.documents, document - block.offset)
        if block.documents[place] == document - block.offset:
            yield document, block.places[place]


def _size(blocks: list[_Block]) -> int:
    return _OF_A_WORD + sum(len(block.documents) for block in blocks)


def _bits(flags: Flags) -> int:
    return int.from_bytes(np.packbits(flags, bitorder="little").tobytes(), "little")


def _make_room(cache: dict[Any, Any], most: int) -> None:
    if len(cache) >= most:
        del cache[next(iter(cache))]


def _seen_files(*files: Path) -> dict[Path, tuple[int, int]]:
    """Size of each file, and when it was written in nanoseconds."""
    return {file: (found.st_size, found.st_mtime_ns) for file in files for found in [file.stat()]}
