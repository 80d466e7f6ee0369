"""Keeping the search index equal to the library.

The database is the truth: `keep_index` finds by itself what changed since it last ran, whatever was lost
between, and `rebuild` writes the index anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, or_, select, text
from sqlalchemy.orm import Session, selectinload, sessionmaker

from content.assets.caption_models import VersionCaptions
from content.assets.models import Asset, AssetVersion, FileFormat, Page
from content.finding.search_models import IndexedAsset
from content.processing.transcripts import parts_of, transcripts
from portal.kernel.db import reading, transaction
from portal.kernel.upserts import insert_into
from search.documents import WHOLE, Document
from search.engine import SearchEngine
from search.errors import IndexBeingRebuilt

_BATCH = 100
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


@dataclass(frozen=True, slots=True)
class _Page:
    """What is read of a page: making the whole of it takes longer than its words."""

    number: int
    title: str
    text: str
    is_spoken: bool


def keep_index(sessions: sessionmaker[Session], engine: SearchEngine) -> int:
    """Index what is new or changed, forget what is gone; returns how many assets.

    A lost index is rebuilt whole. Raises IndexLocked when another process is at it.
    """
    try:
        engine.check()
        return _index_changes(sessions, engine)
    except IndexBeingRebuilt:
        return rebuild(sessions, engine)


def rebuild(sessions: sessionmaker[Session], engine: SearchEngine) -> int:
    """Write the whole index anew; returns how many assets. Raises IndexLocked."""
    written: list[_Indexed] = []
    with reading(sessions) as session:
        engine.rebuild(_library(session, written))
    with transaction(sessions) as session:
        session.execute(delete(IndexedAsset))
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


def _index_changes(sessions: sessionmaker[Session], engine: SearchEngine) -> int:
    with reading(sessions) as session:
        gone = list(session.scalars(_gone()))
        stale = list(session.scalars(_stale()))
    for batch in _batches(stale):
        with reading(sessions) as session:
            assets = _assets(session, batch)
            documents = documents_of(session, assets)
        engine.index(documents)
        with transaction(sessions) as session:
            _remember(session, [_state(asset) for asset in assets])
    if gone:
        engine.index({asset_id: [] for asset_id in gone})
        with transaction(sessions) as session:
            session.execute(delete(IndexedAsset).where(IndexedAsset.asset_id.in_(gone)))
    return len(stale) + len(gone)


def _stale() -> Select[int]:
    return (
        select(Asset.id)
        .outerjoin(IndexedAsset, IndexedAsset.asset_id == Asset.id)
        .where(
            or_(
                IndexedAsset.asset_id.is_(None),
                IndexedAsset.updated_at != Asset.updated_at,
                IndexedAsset.version_id.is_distinct_from(Asset.current_version_id),
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
    """Every asset with its documents, a batch in memory at a time; `written` gathers their states."""
    for batch in _batches(list(session.scalars(select(Asset.id).order_by(Asset.id)))):
        assets = _assets(session, batch)
        yield from documents_of(session, assets).items()
        written += [_state(asset) for asset in assets]
        session.expunge_all()


def _batches(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), _BATCH):
        yield ids[start : start + _BATCH]


def _assets(session: Session, ids: list[int]) -> Sequence[Asset]:
    return session.scalars(
        select(Asset).where(Asset.id.in_(ids)).options(selectinload(Asset.terms)).order_by(Asset.id)
    ).all()


def _state(asset: Asset) -> _Indexed:
    return _Indexed(asset.id, asset.current_version_id, asset.updated_at)


def _remember(session: Session, states: Iterable[_Indexed]) -> None:
    rows = [
        {"asset_id": state.asset_id, "version_id": state.version_id, "updated_at": state.updated_at}
        for state in states
    ]
    if not rows:
        return
    insert = insert_into(session, IndexedAsset)
    session.execute(
        insert.on_conflict_do_update(
            index_elements=[IndexedAsset.asset_id],
            set_={"version_id": insert.excluded.version_id, "updated_at": insert.excluded.updated_at},
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
