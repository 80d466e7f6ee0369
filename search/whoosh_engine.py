"""The embedded engine: a Whoosh index in a folder. The one module that imports whoosh."""

from __future__ import annotations

import pickle
import shutil
import struct
import zlib
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import RLock
from typing import Any

from whoosh.analysis.tokenizers import SpaceSeparatedTokenizer
from whoosh.columns import NumericColumn
from whoosh.fields import COLUMN, ID, KEYWORD, STORED, TEXT, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.formats import Positions
from whoosh.index import FileIndex, LockError, create_in, open_dir
from whoosh.index import IndexError as WhooshError
from whoosh.reading import CorruptIndexError
from whoosh.util.filelock import try_for
from whoosh.writing import CLEAR, IndexWriter

from search.analysis import AnalysedGroup, analysed
from search.documents import WHOLE, Document
from search.engine import COMPLETIONS, DEFAULT_LIMIT, NOTHING, Asked, Completion, Found
from search.errors import IndexBeingRebuilt, IndexLocked
from search.postings import find
from search.queries import Query
from search.ranking import FIELDS
from search.vocabularies import completion, suggestion
from search.whoosh_snapshot import WhooshSnapshot

# grows with the schema and with the rules of search.words: an index of another form counts as lost
_NAME = "pages3"
_LOCK_SECONDS = 10.0
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
        words=KEYWORD(),
        heads=KEYWORD(),
        text=STORED(),
    )


_Posting = tuple[bytes, int, float | int, bytes]


class _Stems(TEXT):
    """Stems that were cut already: they need no tokens, which cost more than the rest of a document."""

    def __init__(self) -> None:
        super().__init__(analyzer=SpaceSeparatedTokenizer())
        self._places = Positions()

    def index(self, value: Sequence[str], **_how: Any) -> Generator[_Posting, Any, None]:
        places: dict[str, list[int]] = {}
        for place, stem in enumerate(value):
            places.setdefault(stem, []).append(place)
        for stem, found in places.items():
            yield stem.encode(), len(found), float(len(found)), self._places.encode(found)


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
        try:
            self.check()
        except IndexBeingRebuilt:
            return self._build_anew(groups)
        with self._writing(mergetype=CLEAR) as writer:
            return sum(_add(writer, each) for each in analysed(groups))

    def search(self, asked: Asked, *, limit: int = DEFAULT_LIMIT, offset: int = 0) -> Found:
        if asked.query.is_empty or not asked.within:
            return NOTHING
        with self._reading() as snapshot:
            return find(snapshot, asked, slice(offset, offset + limit))

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
        table = max(self._folder.glob(f"_{_NAME}_*.toc"), key=lambda file: file.stat().st_mtime_ns)
        if self._snapshot is None or not self._snapshot.is_current(table):
            # a memory map of a file that is cut short would kill the process with SIGBUS
            storage = FileStorage(str(self._folder), supports_mmap=False, readonly=True)
            index = FileIndex(storage, schema=_schema(), indexname=_NAME)
            self._snapshot = WhooshSnapshot(index.reader(), table)
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


def _build(index: FileIndex, groups: Iterable[tuple[int, Sequence[Document]]]) -> int:
    writer = index.writer()
    count = sum(_add(writer, each) for each in analysed(groups))
    writer.commit()
    return count


def _move_in(fresh: Path, folder: Path) -> None:
    for old in folder.iterdir():
        if old.is_file() and not old.name.endswith("_WRITELOCK"):
            old.unlink()
    files = [file for file in fresh.iterdir() if not file.name.endswith("_WRITELOCK")]
    for file in sorted(files, key=lambda file: file.suffix == ".toc"):
        shutil.move(file, folder / file.name)


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
            words=" ".join(sorted(group.words)) if is_whole else "",
            heads=" ".join(sorted(group.title_words)) if is_whole else "",
            text=found.quoted,
        )
    return len(group.documents)
