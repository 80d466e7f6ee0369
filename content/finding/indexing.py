"""Keeping the search index equal to the library.

The database is the truth: `keep_index` finds by itself what changed since it last ran, whatever was lost
between, and `rebuild` writes the index anew.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, func, or_, select, text
from sqlalchemy.orm import Session, selectinload, sessionmaker

from content.assets.caption_models import VersionCaptions
from content.assets.models import Asset, AssetVersion, FileFormat, Page
from content.finding.search_models import IndexedAsset
from content.processing.transcripts import parts_of, transcripts
from portal.kernel.db import reading, transaction
from portal.kernel.upserts import insert_into
from search.documents import WHOLE, Document
from search.engine import SearchEngine
from search.errors import IndexBeingRebuilt, IndexLocked

log = logging.getLogger("makegood.index")

# what the index did not take is tried again after so long, twice as long each time, up to a day
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(days=1)
_BATCH = 100
# as many as one asset may have: the words of so many are in memory at once, however long the files are
_PAGES_AT_ONCE = 2_000
# a page of more words is indexed in parts: PostgreSQL counts places up to 16,383
_WORDS_A_PART = 4000
# parts of a transcript are counted from here: behind those of whatever a page of the film says
_FIRST_SPOKEN = 1000


@dataclass(frozen=True, slots=True)
class _Indexed:
    """An asset as it was read for the index."""

    asset_id: int
    version_id: int | None
    updated_at: datetime
    reason: str | None = None
    tries: int = 0
    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Page:
    """What is read of a page: making the whole of it takes longer than its words."""

    number: int
    title: str
    text: str
    is_spoken: bool


def keep_index(
    sessions: sessionmaker[Session], engine: SearchEngine, *, clock: Callable[[], datetime]
) -> int:
    """Index what is new or changed, forget what is gone; returns how many assets.

    An asset that the index does not take is found by its title and tags, or not at all, and the others
    are indexed. A lost index is rebuilt whole. Raises IndexLocked when another process is at it.
    """
    try:
        engine.check()
        return _index_changes(sessions, engine, clock)
    except IndexBeingRebuilt:
        return rebuild(sessions, engine)


def rebuild(sessions: sessionmaker[Session], engine: SearchEngine) -> int:
    """Write the whole index anew; returns how many assets it holds whole. Raises IndexLocked."""
    written: list[_Indexed] = []
    with reading(sessions) as session:
        engine.rebuild(_library(session, written))
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


def documents_of(session: Session, assets: Sequence[Asset]) -> dict[int, list[Document]]:
    """Each asset as a whole, the pages of its current version when that is ready, and what is said in it."""
    pages = _current_pages(session, assets)
    said = transcripts(session, [asset.current_version_id for asset in assets if asset.current_version_id])
    return {
        asset.id: [
            _whole(asset),
            *_paged(asset, pages[asset.id]),
            *_spoken(asset, said.get(asset.current_version_id or 0, [])),
        ]
        for asset in assets
    }


def why_not_indexed(session: Session, asset_id: int) -> str | None:
    """Why search does not know all that an asset says: the kind of the mistake; None when it does."""
    return session.scalar(select(IndexedAsset.reason).where(IndexedAsset.asset_id == asset_id))


def not_indexed(session: Session) -> Sequence[str]:
    """Refs of the assets that search does not know whole."""
    query = select(Asset.ref).join(IndexedAsset, IndexedAsset.asset_id == Asset.id)
    return session.scalars(query.where(IndexedAsset.reason.is_not(None)).order_by(Asset.ref)).all()


def _index_changes(
    sessions: sessionmaker[Session], engine: SearchEngine, clock: Callable[[], datetime]
) -> int:
    with reading(sessions) as session:
        gone = list(session.scalars(_gone()))
        stale = [(asset_id, pages) for asset_id, pages in session.execute(_stale(at=clock()))]
    for batch in _batches(stale):
        with reading(sessions) as session:
            assets = _assets(session, batch)
            documents = documents_of(session, assets)
        refused = _index_all(engine, documents)
        with transaction(sessions) as session:
            tries = _tries(session, refused)
            states = [
                _refused(asset, refused[asset.id], tries.get(asset.id, 0), clock())
                if asset.id in refused
                else _state(asset)
                for asset in assets
            ]
            _remember(session, states)
    if gone:
        engine.index({asset_id: [] for asset_id in gone})
        with transaction(sessions) as session:
            session.execute(delete(IndexedAsset).where(IndexedAsset.asset_id.in_(gone)))
    return len(stale) + len(gone)


def _index_all(engine: SearchEngine, documents: dict[int, list[Document]]) -> dict[int, str]:
    """Index them together or, where that fails, one by one; why some were not taken whole, by asset."""
    try:
        engine.index(documents)
    except (IndexBeingRebuilt, IndexLocked):
        raise
    except Exception as error:  # noqa: BLE001  whatever an engine does not take is tried one by one
        # the message of a mistake may repeat what a file says
        log.warning("the index did not take %s assets together: %s", len(documents), type(error).__name__)
    else:
        return {}
    found = {asset_id: _index_one(engine, asset_id, whole) for asset_id, whole in documents.items()}
    return {asset_id: reason for asset_id, reason in found.items() if reason is not None}


def _index_one(engine: SearchEngine, asset_id: int, documents: list[Document]) -> str | None:
    """As much of it as the index takes; why that is not all.

    What people wrote of it comes first, what its file says is left out before. An engine that does not even
    forget the asset is out of order, which is no asset's fault: that is raised.
    """
    reason = None
    for part in (documents, documents[:1]):
        try:
            engine.index({asset_id: part})
        except (IndexBeingRebuilt, IndexLocked):
            raise
        except Exception as error:  # noqa: BLE001  whatever it does not take is told and left out
            reason = reason or type(error).__name__
            log.warning("the index did not take asset %s: %s", asset_id, type(error).__name__)
        else:
            return reason
    engine.index({asset_id: []})
    return reason


def _tries(session: Session, asset_ids: Iterable[int]) -> dict[int, int]:
    query = select(IndexedAsset.asset_id, IndexedAsset.tries).where(IndexedAsset.asset_id.in_(asset_ids))
    return {row.asset_id: row.tries for row in session.execute(query)}


def _refused(asset: Asset, reason: str, tries: int, at: datetime) -> _Indexed:
    wait = min(_FIRST_WAIT * 2 ** min(tries, 20), _LONGEST_WAIT)
    return _Indexed(asset.id, asset.current_version_id, asset.updated_at, reason, tries + 1, at + wait)


def _stale(*, at: datetime) -> Select[int, int]:
    return (
        _sized()
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


def _library(session: Session, written: list[_Indexed]) -> Iterator[tuple[int, list[Document]]]:
    """Every asset with its documents, a batch in memory at a time; `written` gathers their states.

    What the index refused before is left at its title and tags: one that it does not take would break
    off the whole.
    """
    refused = set(session.scalars(select(IndexedAsset.asset_id).where(IndexedAsset.reason.is_not(None))))
    every = [(asset_id, pages) for asset_id, pages in session.execute(_sized().order_by(Asset.id))]
    for batch in _batches(every):
        assets = _assets(session, batch)
        for asset_id, documents in documents_of(session, assets).items():
            yield asset_id, documents[:1] if asset_id in refused else documents
        written += [_state(asset) for asset in assets if asset.id not in refused]
        session.expunge_all()


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


def _current_pages(session: Session, assets: Sequence[Asset]) -> dict[int, list[_Page]]:
    pages: dict[int, list[_Page]] = defaultdict(list)
    rows = session.execute(
        select(AssetVersion.asset_id, Page.number, Page.title, Page.text, AssetVersion.format)
        .join(Page, Page.version_id == AssetVersion.id)
        .where(
            AssetVersion.id.in_([asset.current_version_id for asset in assets if asset.current_version_id])
        )
        .order_by(Page.version_id, Page.number)
    )
    for asset_id, number, title, text_, format_ in rows:
        # what stands on a page of a film or a recording was said in it
        pages[asset_id].append(_Page(number, title, text_, format_ in {FileFormat.AUDIO, FileFormat.VIDEO}))
    return pages


def _whole(asset: Asset) -> Document:
    """What can be said of the asset without its pages."""
    words = [asset.kind.replace("_", " "), *(term.name for term in asset.terms), asset.ref]
    return Document(
        asset.id,
        WHOLE,
        asset.title,
        asset.summary,
        language=asset.language,
        tags=", ".join(words),
        guidance=" · ".join(part for part in (asset.when_to_use, asset.talk_track, asset.do_not_say) if part),
    )


def _paged(asset: Asset, pages: Iterable[_Page]) -> Iterator[Document]:
    for page in pages:
        for part, words in enumerate(_parts(page.text)):
            yield Document(
                asset.id,
                page.number,
                page.title,
                words,
                part,
                language=asset.language,
                spoken=page.is_spoken,
            )


def _parts(text_: str) -> Iterator[str]:
    # so many words would not go into it
    if len(text_) < 2 * _WORDS_A_PART:
        yield text_
        return
    words = text_.split()
    for start in range(0, max(len(words), 1), _WORDS_A_PART):
        yield " ".join(words[start : start + _WORDS_A_PART])


def _spoken(asset: Asset, tracks: Iterable[VersionCaptions]) -> Iterator[Document]:
    """A film's transcript, as further parts of its one page."""
    parts = ((said, captions.language) for captions in tracks for said in parts_of(captions))
    for part, (said, language) in enumerate(parts, start=_FIRST_SPOKEN):
        yield Document(asset.id, 1, "", said, part, language=language, spoken=True)
