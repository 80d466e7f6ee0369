"""Assets that were found, as cards show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from content.models import Asset, AssetKind, AssetState, AssetVersion, FileFormat, Page, Vocabulary
from search.engine import Hit, PageHit
from search.queries import Query
from search.snippets import Marked, marked

NEW_FOR = timedelta(days=14)
_QUOTED_SUMMARY = 200


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


def found_assets(
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
        snippet=hit.snippet if hit.pages else _quoted(asset, shown),
        pages=hit.pages,
    )


def _quoted(asset: Asset, shown: _Shown) -> Marked:
    """The summary, unless the words stand in the guidance or the tags alone."""
    summary = marked(asset.summary[:_QUOTED_SUMMARY], shown.asked)
    return shown.hit.snippet if shown.hit.snippet.ranges and not summary.ranges else summary
