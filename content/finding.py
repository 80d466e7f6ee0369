"""Finding content: the text by the engine, who may see it and what narrows it by the database.

The ids that the identity may see go into the search itself, so that nothing of what is hidden shows in
hits, counts, facets, suggestions or scores (R6).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, selectinload

from content.audiences import visible_assets
from content.facets import Choices, Facet, FacetCount, facet_counts, narrowed
from content.id_sets import among
from content.models import Asset, AssetKind, AssetState, AssetVersion, FileFormat, Page, Vocabulary
from content.saving import saved_ids
from content.synonyms import with_synonyms
from portal.kernel.identity import Identity
from search.engine import Found, Hit, PageHit, SearchEngine
from search.queries import Query, parse
from search.snippets import Marked, marked

NEW_FOR = timedelta(days=14)
_QUOTED_SUMMARY = 200


class Sort(StrEnum):
    BEST = "best"
    NEWEST = "newest"
    VERIFIED = "verified"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class FindQuery:
    """Words (see search.queries), and what narrows them: within a facet any value, all facets together.

    Without words it lists everything, newest first.
    """

    text: str = ""
    kind: tuple[str, ...] = ()
    stage: tuple[str, ...] = ()
    industry: tuple[str, ...] = ()
    persona: tuple[str, ...] = ()
    product: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    freshness: tuple[str, ...] = ()
    # only what the one who asks has saved
    saved: bool = False
    sort: Sort = Sort.BEST
    limit: int = 20
    offset: int = 0

    @property
    def choices(self) -> Choices:
        return {facet: values for facet in Facet if (values := getattr(self, facet.value))}

    @property
    def has_words(self) -> bool:
        return bool(self.text.strip())


@dataclass(frozen=True, slots=True)
class FoundAsset:
    """An asset as a card shows it, opening at `page`; `pages` are empty when only its title matched."""

    ref: str
    title: Marked
    kind: AssetKind
    state: AssetState
    is_expired: bool
    summary: str
    version: int | None
    format: FileFormat | None
    page_count: int
    duration_ms: int | None
    has_cover: bool
    has_file: bool
    verified_on: date | None
    is_review_due: bool
    is_new: bool
    terms: tuple[tuple[Vocabulary, str], ...]
    score: float
    page: int
    has_page_picture: bool
    snippet: Marked
    pages: tuple[PageHit, ...]

    def terms_of(self, vocabulary: Vocabulary) -> tuple[str, ...]:
        return tuple(name for known, name in self.terms if known is vocabulary)


@dataclass(frozen=True, slots=True)
class Findings:
    """A window of the assets found, how many there are in all, and what would narrow them."""

    items: tuple[FoundAsset, ...]
    total: int
    page_count: int
    facets: dict[Facet, tuple[FacetCount, ...]]
    suggestion: str | None = None


def find(
    session: Session, engine: SearchEngine, identity: Identity, query: FindQuery, *, at: datetime
) -> Findings:
    """What the identity may see of what was asked for. Raises IndexBeingRebuilt."""
    if not query.has_words:
        return _listing(session, identity, query, at=at)
    today = at.date()
    asked = with_synonyms(session, parse(query.text))
    within = frozenset(session.scalars(_reachable(identity, query, at=at)))
    found = engine.search(asked, within=within, limit=query.limit, offset=query.offset)
    scope = among(session, Asset.id, found.groups)
    facets = facet_counts(session, scope, query.choices, today=today)
    if query.choices:
        kept = session.scalars(select(Asset.id).where(scope, narrowed(query.choices, today=today)))
        found = engine.search(asked, within=frozenset(kept), limit=query.limit, offset=query.offset)
    hits = found.hits if query.sort is Sort.BEST else _sorted_hits(session, engine, asked, (found, query))
    items = _found_assets(session, hits, asked, at=at)
    suggestion = engine.suggest(asked, within=within)
    return Findings(items, len(found.groups), found.page_count, facets, suggestion)


def _listing(session: Session, identity: Identity, query: FindQuery, *, at: datetime) -> Findings:
    today = at.date()
    scope = Asset.id.in_(_reachable(identity, query, at=at))
    kept = scope & narrowed(query.choices, today=today)
    ids = session.scalars(_in_window(kept, query))
    hits = tuple(Hit(asset_id, 0.0, 0, Marked(""), ()) for asset_id in ids)
    total = session.scalar(select(func.count()).select_from(Asset).where(kept)) or 0
    facets = facet_counts(session, scope, query.choices, today=today)
    return Findings(_found_assets(session, hits, parse(""), at=at), total, 0, facets)


def _reachable(identity: Identity, query: FindQuery, *, at: datetime) -> Select[int]:
    visible = visible_assets(identity, at=at)
    return visible.where(Asset.id.in_(saved_ids(identity))) if query.saved else visible


def _sorted_hits(
    session: Session, engine: SearchEngine, asked: Query, window: tuple[Found, FindQuery]
) -> tuple[Hit, ...]:
    found, query = window
    ids = list(session.scalars(_in_window(among(session, Asset.id, found.groups), query)))
    hits = engine.search(asked, within=frozenset(ids), limit=len(ids)).hits
    return tuple(sorted(hits, key=lambda hit: ids.index(hit.group)))


def _in_window(kept: ColumnElement[bool], query: FindQuery) -> Select[int]:
    """Ids of one window in the order asked for; without words the best are the newest."""
    ids = select(Asset.id).where(kept).limit(query.limit).offset(query.offset)
    if query.sort is Sort.TITLE:
        return ids.order_by(func.lower(Asset.title), Asset.id)
    if query.sort is Sort.VERIFIED:
        return ids.order_by(Asset.verified_on.is_(None), Asset.verified_on.desc(), Asset.id.desc())
    return ids.order_by(func.coalesce(Asset.published_at, Asset.created_at).desc(), Asset.id.desc())


def _found_assets(
    session: Session, hits: tuple[Hit, ...], asked: Query, *, at: datetime
) -> tuple[FoundAsset, ...]:
    rows = session.execute(
        select(Asset, AssetVersion)
        .outerjoin(AssetVersion, AssetVersion.id == Asset.current_version_id)
        .where(Asset.id.in_([hit.group for hit in hits]))
        .options(selectinload(Asset.terms))
    )
    assets = {asset.id: (asset, version) for asset, version in rows}
    pictured = _pictured_pages(session, hits, [version for _asset, version in assets.values() if version])
    return tuple(
        _found_asset(*assets[hit.group], _Shown(hit, asked, hit.group in pictured), at=at)
        for hit in hits
        if hit.group in assets
    )


def _pictured_pages(session: Session, hits: tuple[Hit, ...], versions: list[AssetVersion]) -> set[int]:
    """The assets of which the page that a hit opens at has a picture."""
    pages = {(hit.group, max(hit.page, 1)) for hit in hits}
    of_asset = {version.id: version.asset_id for version in versions}
    rows = session.execute(
        select(Page.version_id, Page.number).where(
            Page.version_id.in_(of_asset),
            Page.number.in_({number for _asset_id, number in pages}),
            Page.image_sha256.is_not(None),
        )
    )
    return {of_asset[version_id] for version_id, number in rows if (of_asset[version_id], number) in pages}


@dataclass(frozen=True, slots=True)
class _Shown:
    """A hit, what was asked, and whether its page has a picture."""

    hit: Hit
    asked: Query
    has_picture: bool


def _found_asset(asset: Asset, version: AssetVersion | None, shown: _Shown, *, at: datetime) -> FoundAsset:
    hit, asked = shown.hit, shown.asked
    return FoundAsset(
        ref=asset.ref,
        title=marked(asset.title, asked),
        kind=asset.kind,
        state=asset.state,
        is_expired=asset.is_expired(at),
        summary=asset.summary,
        version=version.number if version else None,
        format=version.format if version else None,
        page_count=version.page_count if version else 0,
        duration_ms=version.duration_ms if version else None,
        has_file=version is not None and version.blob_sha256 is not None,
        has_cover=version is not None and version.cover_sha256 is not None,
        verified_on=asset.verified_on,
        is_review_due=asset.review_on is not None and asset.review_on <= at.date(),
        is_new=asset.published_at is not None and asset.published_at > at - NEW_FOR,
        terms=tuple((term.vocabulary, term.name) for term in asset.terms),
        score=round(hit.score, 4),
        page=max(hit.page, 1),
        has_page_picture=shown.has_picture,
        snippet=hit.snippet if hit.pages else marked(asset.summary[:_QUOTED_SUMMARY], asked),
        pages=hit.pages,
    )
