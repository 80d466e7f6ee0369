"""Keeping the search index equal to the library.

The database is the truth: `keep_index` finds by itself what changed since it last ran, whatever was lost
between, and `rebuild` writes the index anew. What may be its last deed is told first to whoever watches: the
process that it runs in has limits, and may end at any text (content.finding.index_child).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, func, or_, select, text
from sqlalchemy.orm import Session, selectinload, sessionmaker

from content.assets.models import Asset, AssetVersion
from content.finding.indexed_documents import documents_of
from content.finding.search_models import IndexedAsset
from portal.kernel.db import reading, transaction
from portal.kernel.upserts import insert_into
from search.documents import Document
from search.engine import SearchEngine
from search.errors import IndexBeingRebuilt, IndexLocked

log = logging.getLogger("makegood.index")

# what the index did not take is tried again after so long, twice as long each time, up to a day
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(days=1)
_BATCH = 100
# as many as one asset may have: the words of so many are in memory at once, however long the files are
_PAGES_AT_ONCE = 2_000
# why an asset is not indexed at which the process ended
STOPPED = "stopped at 60 seconds or 1 GB"
# told which assets are about to be tried; none means that what follows is due to all of them
Watch = Callable[[Sequence[int]], None]
_NO_ASSETS_FAULT = (IndexBeingRebuilt, IndexLocked, MemoryError)


@dataclass(frozen=True, slots=True)
class _Indexed:
    """An asset as it was read for the index."""

    asset_id: int
    version_id: int | None
    updated_at: datetime
    reason: str | None = None
    tries: int = 0
    retry_at: datetime | None = None


def _nobody(_asset_ids: Sequence[int]) -> None:
    pass


def keep_index(
    sessions: sessionmaker[Session],
    engine: SearchEngine,
    *,
    clock: Callable[[], datetime],
    watch: Watch = _nobody,
) -> int:
    """Index what is new or changed, forget what is gone; returns how many assets.

    An asset that the index does not take is found by its title and tags, or not at all, and the others
    are indexed. A lost index is rebuilt whole. Raises IndexLocked when another process is at it, and
    MemoryError: no asset can be blamed for it by the process that has no memory left.
    """
    try:
        engine.check()
        return _Keeping(sessions, engine, clock, watch).index_changes()
    except IndexBeingRebuilt:
        return rebuild(sessions, engine, watch=watch)


def rebuild(sessions: sessionmaker[Session], engine: SearchEngine, *, watch: Watch = _nobody) -> int:
    """Write the whole index anew; returns how many assets it holds whole. Raises IndexLocked."""
    written: list[_Indexed] = []
    with reading(sessions) as session:
        engine.rebuild(_library(session, written, watch))
    with transaction(sessions) as session:
        session.execute(delete(IndexedAsset).where(IndexedAsset.reason.is_(None)))
        _remember(session, written)
        _count_anew(session)
    return len(written)


def _count_anew(session: Session) -> None:
    """What PostgreSQL plans by; it counts by itself only a minute after many rows, or a backup, came in.

    Until then it takes these tables for empty, and asks for what somebody may see asset by asset.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ANALYZE assets, asset_versions, audience_rules, pages, asset_terms"))


def why_not_indexed(session: Session, asset_id: int) -> str | None:
    """Why search does not know all that an asset says: the kind of the mistake; None when it does."""
    return session.scalar(select(IndexedAsset.reason).where(IndexedAsset.asset_id == asset_id))


def not_indexed(session: Session) -> Sequence[str]:
    """Refs of the assets that search does not know whole."""
    query = select(Asset.ref).join(IndexedAsset, IndexedAsset.asset_id == Asset.id)
    return session.scalars(query.where(IndexedAsset.reason.is_not(None)).order_by(Asset.ref)).all()


def suspect(session: Session, asset_ids: Iterable[int], *, at: datetime) -> None:
    """What was being tried when the process ended is tried one by one from now on."""
    known = select(IndexedAsset.asset_id).where(IndexedAsset.reason.is_not(None))
    query = select(Asset).where(Asset.id.in_(asset_ids), Asset.id.not_in(known))
    _remember(session, [replace(_state(one), reason=STOPPED, retry_at=at) for one in session.scalars(query)])


@dataclass(frozen=True, slots=True)
class _Keeping:
    sessions: sessionmaker[Session]
    engine: SearchEngine
    clock: Callable[[], datetime]
    watch: Watch

    def index_changes(self) -> int:
        with reading(self.sessions) as session:
            gone = list(session.scalars(_gone()))
            stale = session.execute(_stale(at=self.clock())).all()
        for batch in _batches((asset_id, pages) for asset_id, pages, reason in stale if reason is None):
            self._index_together(batch)
        for asset_id, _, reason in stale:
            if reason is not None:
                self._index_doubtful(asset_id)
        if gone:
            self.watch(())
            self.engine.index({asset_id: [] for asset_id in gone})
            with transaction(self.sessions) as session:
                session.execute(delete(IndexedAsset).where(IndexedAsset.asset_id.in_(gone)))
        return len(stale) + len(gone)

    def _index_together(self, batch: list[int]) -> None:
        self.watch(batch)
        with reading(self.sessions) as session:
            assets = _assets(session, batch)
            documents = documents_of(session, assets)
        refused = self._index_all(documents)
        states = [
            _refused(asset, refused[asset.id], at=self.clock()) if asset.id in refused else _state(asset)
            for asset in assets
        ]
        with transaction(self.sessions) as session:
            _remember(session, states)

    def _index_all(self, documents: dict[int, list[Document]]) -> dict[int, str]:
        """Index them together or, where that fails, one by one; why some were not taken whole, by asset."""
        try:
            self.engine.index(documents)
        except _NO_ASSETS_FAULT:
            raise
        except Exception as error:  # noqa: BLE001  whatever an engine does not take is tried one by one
            # the message of a mistake may repeat what a file says
            log.warning("the index did not take %s assets together: %s", len(documents), type(error).__name__)
        else:
            return {}
        found = {asset_id: self._index_one(asset_id, whole) for asset_id, whole in documents.items()}
        return {asset_id: reason for asset_id, reason in found.items() if reason is not None}

    def _index_doubtful(self, asset_id: int) -> None:
        """One that was not taken before: its title first, and what comes of it if this ends the process."""
        with transaction(self.sessions) as session:
            asset = _assets(session, [asset_id])[0]
            tries = session.get_one(IndexedAsset, asset_id).tries
            mark = _refused(asset, STOPPED, tries=tries, at=self.clock())
            _remember(session, [mark])
        self.watch([asset_id])
        with reading(self.sessions) as session:
            asset = _assets(session, [asset_id])[0]
            documents = documents_of(session, [asset])[asset_id]
        self._index_one(asset_id, documents[:1])
        reason = self._index_one(asset_id, documents)
        with transaction(self.sessions) as session:
            _remember(session, [replace(mark, reason=reason) if reason else _state(asset)])

    def _index_one(self, asset_id: int, documents: list[Document]) -> str | None:
        """As much of it as the index takes; why that is not all.

        What people wrote of it comes first, what its file says is left out before. An engine that does not
        even forget the asset is out of order, which is no asset's fault: that is raised.
        """
        reason = None
        for part in (documents, documents[:1]):
            self.watch([asset_id])
            try:
                self.engine.index({asset_id: part})
            except _NO_ASSETS_FAULT:
                raise
            except Exception as error:  # noqa: BLE001  whatever it does not take is told and left out
                reason = reason or type(error).__name__
                log.warning("the index did not take asset %s: %s", asset_id, type(error).__name__)
            else:
                return reason
        self.engine.index({asset_id: []})
        return reason


def _refused(asset: Asset, reason: str, *, at: datetime, tries: int = 0) -> _Indexed:
    wait = min(_FIRST_WAIT * 2 ** min(tries, 20), _LONGEST_WAIT)
    return _Indexed(asset.id, asset.current_version_id, asset.updated_at, reason, tries + 1, at + wait)


def _stale(*, at: datetime) -> Select[int, int, str | None]:
    """With what is known against them."""
    return (
        _sized()
        .add_columns(IndexedAsset.reason)
        .outerjoin(IndexedAsset, IndexedAsset.asset_id == Asset.id)
        .where(
            or_(
                IndexedAsset.asset_id.is_(None),
                IndexedAsset.updated_at != Asset.updated_at,
                IndexedAsset.version_id.is_distinct_from(Asset.current_version_id),
                IndexedAsset.retry_at <= at,
            )
        )
        .order_by(Asset.id)
    )


def _gone() -> Select[int]:
    return (
        select(IndexedAsset.asset_id)
        .outerjoin(Asset, Asset.id == IndexedAsset.asset_id)
        .where(Asset.id.is_(None))
    )


def _library(session: Session, written: list[_Indexed], watch: Watch) -> Iterator[tuple[int, list[Document]]]:
    """Every asset with its documents, a batch in memory at a time; `written` gathers their states.

    What the index refused before is left at its title and tags: one that it does not take would break
    off the whole.
    """
    refused = set(session.scalars(select(IndexedAsset.asset_id).where(IndexedAsset.reason.is_not(None))))
    every = [(asset_id, pages) for asset_id, pages in session.execute(_sized().order_by(Asset.id))]
    for batch in _batches(every):
        watch(batch)
        assets = _assets(session, batch)
        for asset_id, documents in documents_of(session, assets).items():
            watch([asset_id])
            yield asset_id, documents[:1] if asset_id in refused else documents
        written += [_state(asset) for asset in assets if asset.id not in refused]
        session.expunge_all()
    watch(())


def _sized() -> Select[int, int]:
    """Every asset, and how many pages its current version has."""
    pages = func.coalesce(AssetVersion.page_count, 0)
    return select(Asset.id, pages).outerjoin(AssetVersion, AssetVersion.id == Asset.current_version_id)


def _batches(sized: Iterable[tuple[int, int]]) -> Iterator[list[int]]:
    batch: list[int] = []
    together = 0
    for asset_id, pages in sized:
        if batch and (len(batch) == _BATCH or together + pages > _PAGES_AT_ONCE):
            yield batch
            batch, together = [], 0
        batch.append(asset_id)
        together += pages
    if batch:
        yield batch


def _assets(session: Session, ids: list[int]) -> Sequence[Asset]:
    return session.scalars(
        select(Asset).where(Asset.id.in_(ids)).options(selectinload(Asset.terms)).order_by(Asset.id)
    ).all()


def _state(asset: Asset) -> _Indexed:
    return _Indexed(asset.id, asset.current_version_id, asset.updated_at)


def _remember(session: Session, states: Iterable[_Indexed]) -> None:
    rows = [asdict(state) for state in states]
    if not rows:
        return
    insert = insert_into(session, IndexedAsset)
    session.execute(
        insert.on_conflict_do_update(
            index_elements=[IndexedAsset.asset_id],
            set_={name: insert.excluded[name] for name in rows[0] if name != "asset_id"},
        ),
        rows,
    )
