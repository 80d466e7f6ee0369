"""The embedded engine: a Whoosh index in a folder. The one module that imports whoosh."""

from __future__ import annotations

import pickle
import shutil
import struct
import weakref
import zlib
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import RLock
from typing import Any

from whoosh.analysis.tokenizers import SpaceSeparatedTokenizer
from whoosh.columns import NumericColumn
from whoosh.fields import COLUMN, ID, KEYWORD, STORED, TEXT, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex, LockError, create_in, open_dir
from whoosh.index import IndexError as WhooshError
from whoosh.reading import CorruptIndexError
from whoosh.util.filelock import try_for
from whoosh.writing import CLEAR, IndexWriter

from search.documents import WHOLE, Document
from search.engine import COMPLETIONS, DEFAULT_LIMIT, NOTHING, Completion, Found
from search.errors import IndexBeingRebuilt, IndexLocked
from search.postings import completion, find, suggestion
from search.queries import Query
from search.spelling import title_words, vocabulary
from search.words import one_line, stems_of

# grows with the schema and with the rules of search.words: an index of another form counts as lost
_NAME = "pages2"
_LOCK_SECONDS = 10.0
# postings of the words that were asked for last, kept in memory: 16 bytes each
_MOST_KNOWN = 2_000_000
# beginnings of words, and sets of visible groups, kept for as long as the index stays as it is
_MOST_PREFIXES = 500
_MOST_AUDIENCES = 100
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
        title=TEXT(analyzer=SpaceSeparatedTokenizer()),
        body=TEXT(analyzer=SpaceSeparatedTokenizer()),
        words=KEYWORD(),
        heads=KEYWORD(),
        text=STORED(),
    )


class WhooshEngine:
    """See search.engine.SearchEngine. Its writers are the worker and the commands, one at a time."""

    def __init__(self, folder: Path, *, lock_seconds: float = _LOCK_SECONDS) -> None:
        self._folder = folder
        self._lock_seconds = lock_seconds
        self._lock = RLock()
        self._snapshot: _WhooshSnapshot | None = None

    def index(self, groups: Mapping[int, Sequence[Document]]) -> None:
        with self._writing() as writer:
            for group, documents in groups.items():
                writer.delete_by_term("group", str(group))
                _add(writer, documents)

    def rebuild(self, groups: Iterable[tuple[int, Sequence[Document]]]) -> int:
        try:
            self.check()
        except IndexBeingRebuilt:
            return self._build_anew(groups)
        with self._writing(mergetype=CLEAR) as writer:
            return sum(_add(writer, documents) for _group, documents in groups)

    def search(
        self, query: Query, *, within: frozenset[int], limit: int = DEFAULT_LIMIT, offset: int = 0
    ) -> Found:
        if query.is_empty or not within:
            return NOTHING
        with self._reading() as snapshot:
            return find(snapshot, query, within, slice(offset, offset + limit))

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
    def _reading(self) -> Iterator[_WhooshSnapshot]:
        # one reader at a time: the interpreter runs one anyway, and Whoosh's files have one position each
        with self._lock:
            try:
                snapshot = self._current()
                yield snapshot
            except _BROKEN as error:
                self._snapshot = None
                raise IndexBeingRebuilt from error

    def _current(self) -> _WhooshSnapshot:
        table = max(self._folder.glob(f"_{_NAME}_*.toc"), key=lambda file: file.stat().st_mtime_ns)
        if self._snapshot is None or not self._snapshot.is_current(table):
            # a memory map of a file that is cut short would kill the process with SIGBUS
            storage = FileStorage(str(self._folder), supports_mmap=False, readonly=True)
            index = FileIndex(storage, schema=_schema(), indexname=_NAME)
            self._snapshot = _WhooshSnapshot(index.reader(), table)
        return self._snapshot

    @contextmanager
    def _writing(self, **how: Any) -> Iterator[IndexWriter]:
        try:
            index = open_dir(str(self._folder), indexname=_NAME, schema=_schema())
            writer = index.writer(timeout=self._lock_seconds)
        except LockError as error:
            raise IndexLocked from error
        except _BROKEN as error:
            raise IndexBeingRebuilt from error
        yield from _committing(writer, how)

    def _build_anew(self, groups: Iterable[tuple[int, Sequence[Document]]]) -> int:
        """Build beside the folder, then move the files in, the table of contents last."""
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = FileStorage(str(self._folder)).lock(f"{_NAME}_WRITELOCK")
        if not try_for(lock.acquire, timeout=self._lock_seconds, delay=0.1):
            raise IndexLocked
        try:
            with TemporaryDirectory(dir=self._folder.parent, prefix=f"{self._folder.name}-new-") as fresh:
                count = _build(create_in(fresh, _schema(), _NAME), groups)
                _move_in(Path(fresh), self._folder)
            return count
        finally:
            lock.release()


def _committing(writer: IndexWriter, how: dict[str, Any]) -> Iterator[IndexWriter]:
    try:
        yield writer
    except BaseException:
        writer.cancel()
        raise
    try:
        writer.commit(**how)
    except _BROKEN as error:
        raise IndexBeingRebuilt from error


def _seen(*files: Path) -> dict[Path, tuple[int, int]]:
    """Size of each file, and when it was written in nanoseconds."""
    return {file: (found.st_size, found.st_mtime_ns) for file in files for found in [file.stat()]}


def _build(index: FileIndex, groups: Iterable[tuple[int, Sequence[Document]]]) -> int:
    writer = index.writer()
    count = sum(_add(writer, documents) for _group, documents in groups)
    writer.commit()
    return count


def _move_in(fresh: Path, folder: Path) -> None:
    for old in folder.iterdir():
        if old.is_file() and not old.name.endswith("_WRITELOCK"):
            old.unlink()
    files = [file for file in fresh.iterdir() if not file.name.endswith("_WRITELOCK")]
    for file in sorted(files, key=lambda file: file.suffix == ".toc"):
        shutil.move(file, folder / file.name)


def _add(writer: IndexWriter, documents: Sequence[Document]) -> int:
    for document in documents:
        title, text = one_line(document.title), one_line(document.text)
        stems = stems_of(text)
        writer.add_document(
            group=str(document.group),
            group_number=document.group,
            page=document.page,
            title=" ".join(stems_of(title)),
            length=len(stems),
            body=" ".join(stems),
            words=" ".join(sorted(vocabulary(documents))) if document.page == WHOLE else "",
            heads=" ".join(sorted(title_words(documents))) if document.page == WHOLE else "",
            text=text,
        )
    return len(documents)


def _make_room(cache: dict[Any, Any], most: int) -> None:
    if len(cache) >= most:
        del cache[next(iter(cache))]


class _WhooshSnapshot:
    """One state of the index, as search.postings asks for it."""

    def __init__(self, reader: Any, table: Path) -> None:
        self.document_count = reader.doc_count_all()
        self._reader = reader
        weakref.finalize(self, reader.close)
        self._leaves = reader.leaf_readers() if self.document_count else []
        names = [leaf.segment().segment_id() for leaf, _offset in self._leaves]
        self.files = _seen(table, *(table.with_name(f"{name}.seg") for name in names))
        self.group_of = self._column("group_number")
        self.page_of = self._column("page")
        self.length_of = self._column("length")
        self._known: dict[tuple[str, str], tuple[array[int], array[int]]] = {}
        self._known_postings = 0
        self._groups = sorted(set(self.group_of))
        self._bit_of = {group: bit for bit, group in enumerate(self._groups)}
        self._holders: dict[tuple[str, str], dict[str, int]] = {}
        self._bits: dict[frozenset[int], int] = {}

    def is_current(self, table: Path) -> bool:
        """Whether the newest table of contents is the one that was read, and no file was touched since."""
        return table in self.files and self.files == _seen(*self.files)

    def _column(self, name: str) -> list[int]:
        return [value for leaf, _offset in self._leaves for value in leaf.column_reader(name)]

    def occurrences(self, field: str, stem: str) -> Iterable[tuple[int, int]]:
        known = self._known.get((field, stem))
        if known is None:
            known = self._read(field, stem)
            if self._known_postings + len(known[0]) > _MOST_KNOWN:
                self._known, self._known_postings = {}, 0
            self._known[field, stem] = known
            self._known_postings += len(known[0])
        return zip(*known, strict=True)

    def _read(self, field: str, stem: str) -> tuple[array[int], array[int]]:
        documents, counts = array("l"), array("l")
        for matcher, offset in self._matchers(field, stem):
            while matcher.is_active():
                documents.append(matcher.id() + offset)
                counts.append(round(matcher.weight()))
                matcher.next()
        return documents, counts

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

    def holders(self, field: str, prefix: str) -> dict[str, int]:
        known = self._holders.get((field, prefix))
        if known is None:
            _make_room(self._holders, _MOST_PREFIXES)
            words = [word.decode() for word in self._reader.expand_prefix(field, prefix)]
            known = self._holders[field, prefix] = {word: self._holding(field, word) for word in words}
        return known

    def _holding(self, field: str, word: str) -> int:
        bits = 0
        for document, _count in zip(*self._read(field, word), strict=True):
            bits |= 1 << self._bit_of[self.group_of[document]]
        return bits

    def bits_of(self, groups: frozenset[int]) -> int:
        bits = self._bits.get(groups)
        if bits is None:
            _make_room(self._bits, _MOST_AUDIENCES)
            signs = ("1" if group in groups else "0" for group in reversed(self._groups))
            bits = self._bits[groups] = int("".join(signs) or "0", 2)
        return bits

    def groups_of(self, bits: int, limit: int) -> tuple[int, ...]:
        found: list[int] = []
        while bits and len(found) < limit:
            highest = bits.bit_length() - 1
            found.append(self._groups[highest])
            bits ^= 1 << highest
        return tuple(found)

    def known_words(self, prefix: str) -> list[str]:
        return [word.decode() for word in self._reader.expand_prefix("words", prefix)]
