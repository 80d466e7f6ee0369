"""The embedded engine: a Whoosh index in a folder. It and whoosh_files are all that imports whoosh."""

from __future__ import annotations

import pickle
import shutil
import struct
import zlib
from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from math import log
from pathlib import Path
from threading import RLock
from typing import Any
from uuid import uuid4

from whoosh.analysis.tokenizers import SpaceSeparatedTokenizer
from whoosh.codec.base import Segment
from whoosh.columns import NumericColumn
from whoosh.fields import COLUMN, ID, KEYWORD, STORED, TEXT, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.formats import Positions
from whoosh.index import FileIndex, LockError, create_in, open_dir
from whoosh.index import IndexError as WhooshError
from whoosh.reading import CorruptIndexError, SegmentReader
from whoosh.system import pack_uint
from whoosh.util.filelock import try_for
from whoosh.writing import IndexWriter, SegmentWriter

from search.analysis import AnalysedGroup, analysed
from search.documents import WHOLE, Document
from search.engine import COMPLETIONS, DEFAULT_LIMIT, NOTHING, Asked, Completion, Found
from search.errors import IndexBeingRebuilt, IndexLocked
from search.postings import find
from search.queries import Query
from search.ranking import FIELDS
from search.vocabularies import completion, suggestion
from search.whoosh_files import ReadFiles
from search.whoosh_snapshot import WhooshSnapshot

# grows with the schema and with the rules of search.words: an index of another form counts as lost
_NAME = "pages3"
_LOCK_SECONDS = 10.0
# so many parts of the index of about one size become one; each size is up to four times the one before
_ALIKE, _MERGED_SIZES = 4, 5
# what stands in the folder: the lock, the generation that answers, and one that is being built
_LOCK = "WRITELOCK"
_GENERATION = "generation-"
_UNFINISHED = "unfinished-"
# what reading a lost, truncated or garbled index has been seen to raise (F14), and what garbled bytes may
_BROKEN = (
    EOFError,
    pickle.UnpicklingError,
    WhooshError,
    CorruptIndexError,
    OSError,
    struct.error,
    zlib.error,
    AssertionError,
    AttributeError,
    ImportError,
    LookupError,
    TypeError,
    ValueError,
    OverflowError,
    MemoryError,
)


def _schema() -> Schema:
    return Schema(
        group=ID(),
        group_number=COLUMN(NumericColumn("q")),
        page=COLUMN(NumericColumn("i")),
        length=COLUMN(NumericColumn("i")),
        spoken=COLUMN(NumericColumn("b")),
        **{field: _Stems() for field in FIELDS},
        words=_Words(),
        heads=_Words(),
        text=STORED(),
    )


_ONCE = pack_uint(1)
_PLACES = Positions()
_Posting = tuple[bytes, int, float | int, bytes]


class _Stems(TEXT):
    """Stems that were cut already: they need no tokens, which cost more than the rest of a document."""

    def __init__(self) -> None:
        super().__init__(analyzer=SpaceSeparatedTokenizer())

    def index(self, value: Sequence[str], **_how: Any) -> Generator[_Posting, Any, None]:
        places: dict[str, list[int]] = {}
        for place, stem in enumerate(value):
            places.setdefault(stem, []).append(place)
        for stem, found in places.items():
            yield stem.encode(), len(found), float(len(found)), _PLACES.encode(found)


class _Words(KEYWORD):
    """Different words that were cut already."""

    def index(self, value: Iterable[str], **_how: Any) -> Generator[_Posting, Any, None]:
        for word in value:
            yield word.encode(), 1, 1.0, _ONCE


class WhooshEngine:
    """See search.engine.SearchEngine. Its writers are the worker and the commands, one at a time."""

    def __init__(self, folder: Path, *, lock_seconds: float = _LOCK_SECONDS) -> None:
        self._folder = folder
        self._lock_seconds = lock_seconds
        self._lock = RLock()
        self._snapshot: WhooshSnapshot | None = None

    def index(self, groups: Mapping[int, Sequence[Document]]) -> None:
        with self._writing() as writer:
            for group in groups:
                writer.delete_by_term("group", str(group))
            for each in analysed(groups.items()):
                _add(writer, each)

    def rebuild(self, groups: Iterable[tuple[int, Sequence[Document]]]) -> int:
        """Build a generation beside the one that answers, which goes on until the new one has its name.

        The lock is held for all of it, so that no change is written into what is about to go.
        """
        with self._locked():
            fresh = self._folder / f"{_UNFINISHED}{uuid4().hex}"
            try:
                fresh.mkdir()
                count = _build(create_in(str(fresh), _schema(), _NAME), groups)
                fresh.rename(self._folder / _after(self._generations()))
            finally:
                self._remove_all_but_newest()
        return count

    def search(self, asked: Asked, *, limit: int = DEFAULT_LIMIT, offset: int = 0) -> Found:
        if asked.query.is_empty or not asked.within:
            return NOTHING

        def again(within: frozenset[int], window: slice) -> Found:
            with self._reading() as snapshot:
                return replace(find(snapshot, replace(asked, within=within), window), again=again)

        return again(asked.within, slice(offset, offset + limit))

    def suggest(self, query: Query, *, within: frozenset[int]) -> str | None:
        with self._reading() as snapshot:
            return suggestion(snapshot, query, within)

    def complete(self, text: str, *, within: frozenset[int], limit: int = COMPLETIONS) -> Completion:
        with self._reading() as snapshot:
            return completion(snapshot, text, within, limit)

    def generation(self) -> int:
        with self._reading() as snapshot:
            return max(changed_at for _size, changed_at in snapshot.files.values())

    def check(self) -> None:
        with self._reading() as snapshot:
            if snapshot.document_count:
                snapshot.text_of(0)
            snapshot.known_words("a")

    @contextmanager
    def _reading(self) -> Iterator[WhooshSnapshot]:
        # one reader at a time: the interpreter runs one anyway, and Whoosh's files have one position each
        with self._lock:
            try:
                snapshot = self._current()
                yield snapshot
            except _BROKEN as error:
                self._snapshot = None
                raise IndexBeingRebuilt from error

    def _current(self) -> WhooshSnapshot:
        newest = self._newest()
        try:
            return self._opened(newest)
        except _BROKEN:
            if self._newest() == newest:
                raise
            # it was replaced and removed in the moment between
            return self._opened(self._newest())

    def _opened(self, folder: Path) -> WhooshSnapshot:
        table = max(folder.glob(f"_{_NAME}_*.toc"), key=lambda file: file.stat().st_mtime_ns)
        if self._snapshot is None or not self._snapshot.is_current(table):
            index = FileIndex(ReadFiles(folder), schema=_schema(), indexname=_NAME)
            self._snapshot = WhooshSnapshot(index.reader(), table, _PLACES.decode_positions)
        return self._snapshot

    def _generations(self) -> list[Path]:
        return sorted(self._folder.glob(f"{_GENERATION}*"))

    def _newest(self) -> Path:
        return self._generations()[-1]

    def _remove_all_but_newest(self) -> None:
        """Older generations, what a killed rebuild left, and files of earlier releases."""
        kept = {self._folder / _LOCK, *self._generations()[-1:]}
        for old in set(self._folder.iterdir()) - kept:
            if old.is_dir():
                shutil.rmtree(old, ignore_errors=True)
            else:
                old.unlink(missing_ok=True)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = FileStorage(str(self._folder)).lock(_LOCK)
        if not try_for(lock.acquire, timeout=self._lock_seconds, delay=0.1):
            raise IndexLocked
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def _writing(self) -> Iterator[IndexWriter]:
        with self._locked():
            try:
                index = open_dir(str(self._newest()), indexname=_NAME, schema=_schema())
                writer = index.writer(timeout=self._lock_seconds)
            except LockError as error:
                raise IndexLocked from error
            except _BROKEN as error:
                raise IndexBeingRebuilt from error
            with _committed(writer):
                yield writer


@contextmanager
def _committed(writer: IndexWriter) -> Iterator[IndexWriter]:
    try:
        yield writer
    except BaseException:
        writer.cancel()
        raise
    try:
        writer.commit(mergetype=_merge_alike)
    except MemoryError:
        # what is written is too much of it; an index that was garbled is found by reading
        raise
    except _BROKEN as error:
        raise IndexBeingRebuilt from error


def _merge_alike(writer: SegmentWriter, segments: Sequence[Segment]) -> list[Segment]:
    """What is left beside the writer's own part. Small parts of about one size become one, large ones stay.

    The policies of Whoosh merge everything now and then: with 20,000 pages a change then took a minute.
    """
    alike: dict[int, list[Segment]] = defaultdict(list)
    for segment in segments:
        alike[_size_of(segment)].append(segment)
    merged = [size for size in range(_MERGED_SIZES) if len(alike[size]) >= _ALIKE]
    for size in merged:
        for segment in alike.pop(size):
            with closing(SegmentReader(writer.storage, writer.schema, segment)) as reader:
                writer.add_reader(reader)
    return [segment for kept in alike.values() for segment in kept]


def _size_of(segment: Segment) -> int:
    """0 for up to 3 documents, 1 for up to 15, 2 for up to 63 and so on."""
    return int(log(max(segment.doc_count_all(), 1), _ALIKE))


def _build(index: FileIndex, groups: Iterable[tuple[int, Sequence[Document]]]) -> int:
    with _committed(index.writer()) as writer:
        return sum(_add(writer, each) for each in analysed(groups))


def _after(generations: list[Path]) -> str:
    last = int(generations[-1].name.removeprefix(_GENERATION)) if generations else 0
    return f"{_GENERATION}{last + 1:08d}"


def _add(writer: IndexWriter, group: AnalysedGroup) -> int:
    for found in group.documents:
        document = found.document
        is_whole = document.page == WHOLE
        writer.add_document(
            group=str(document.group),
            group_number=document.group,
            page=document.page,
            length=len(found.body),
            spoken=int(document.spoken),
            title=found.title,
            tags=found.tags,
            guidance=found.guidance,
            body=found.body,
            words=sorted(group.words) if is_whole else [],
            heads=sorted(group.title_words) if is_whole else [],
            text=found.quoted,
        )
    return len(group.documents)
