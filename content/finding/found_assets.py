"""Assets that were found, as cards show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from sqlalchemy import Select, and_, bindparam, select
from sqlalchemy.orm import Session, aliased, selectinload

from content.assets.models import (
    PLAYED_FORMATS,
    Asset,
    AssetKind,
    AssetState,
    AssetVersion,
    FileFormat,
    Page,
    Vocabulary,
)
from content.finding.proof_models import AssetProof
from content.finding.proofs import ANY_STAGE, Proof, Signal, Weighed
from content.processing.transcripts import moment_of, transcripts
from search.engine import Hit, PageHit
from search.queries import Query
from search.snippets import Marked, marked

NEW_FOR = timedelta(days=14)
WORDS = "words"
_QUOTED_SUMMARY = 200


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an asset stands where it does: a signal ("words", or of proofs) and its share of the score.

    The shares of an asset add up to 1. `partners` is how many opened or showed it lately, told with "peers".
    """

    signal: str
    share: float
    partners: int | None = None


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
    # when it is said, where the hit was said in a film or a sound
    moment_ms: int | None
    reasons: tuple[Reason, ...]

    def terms_of(self, vocabulary: Vocabulary) -> tuple[str, ...]:
        return tuple(name for known, name in self.terms if known is vocabulary)


def found_assets(
    session: Session, hits: tuple[Hit, ...], asked: Query, *, weighed: Weighed, at: datetime
) -> tuple[FoundAsset, ...]:
    ids = [hit.group for hit in hits]
    rows = session.execute(_shown_rows(), {"ids": ids, "stage": weighed.stage})
    assets = {
        asset.id: (asset, version, Proof.of(weighed.signals, in_all, in_stage))
        for asset, version, in_all, in_stage in rows
    }
    versions = [version for _asset, version, _proof in assets.values() if version]
    pictured = _pictured_pages(session, hits, versions)
    moments = _moments(session, hits, versions)
    found = []
    for hit in hits:
        if hit.group in assets:
            asset, version, proof = assets[hit.group]
            shown = _Shown(hit, asked, hit.group in pictured, proof, moments.get(hit.group))
            found.append(_found_asset(asset, version, shown, at=at))
    return tuple(found)


@cache
def _shown_rows() -> Select[Asset, AssetVersion, AssetProof, AssetProof]:
    """Of the assets `ids` what a card shows, and what each has proved in all and in a `stage`."""
    in_all, in_stage = aliased(AssetProof), aliased(AssetProof)
    return (
        select(Asset, AssetVersion, in_all, in_stage)
        .outerjoin(AssetVersion, AssetVersion.id == Asset.current_version_id)
        .outerjoin(in_all, and_(in_all.asset_id == Asset.id, in_all.stage == ANY_STAGE))
        .outerjoin(in_stage, and_(in_stage.asset_id == Asset.id, in_stage.stage == bindparam("stage")))
        .where(Asset.id.in_(bindparam("ids", expanding=True)))
        .options(selectinload(Asset.terms))
    )


def _pictured_pages(session: Session, hits: tuple[Hit, ...], versions: list[AssetVersion]) -> set[int]:
    """The assets of which the page that a hit opens at has a picture."""
    pages = {(hit.group, max(hit.page, 1)) for hit in hits}
    of_asset = {version.id: version.asset_id for version in versions}
    numbers = {number for _asset_id, number in pages}
    rows = session.execute(_pictured(), {"versions": list(of_asset), "numbers": list(numbers)})
    return {of_asset[version_id] for version_id, number in rows if (of_asset[version_id], number) in pages}


@cache
def _pictured() -> Select[int, int]:
    return select(Page.version_id, Page.number).where(
        Page.version_id.in_(bindparam("versions", expanding=True)),
        Page.number.in_(bindparam("numbers", expanding=True)),
        Page.image_sha256.is_not(None),
    )


def _moments(session: Session, hits: tuple[Hit, ...], versions: list[AssetVersion]) -> dict[int, int | None]:
    """By asset, when a hit is said."""
    played = {version.asset_id: version.id for version in versions if version.format in PLAYED_FORMATS}
    spoken = {hit.group: hit.snippet for hit in hits if hit.pages and hit.group in played}
    if not spoken:
        return {}
    tracks = transcripts(session, [played[asset_id] for asset_id in spoken])
    return {
        asset_id: moment_of(tracks.get(played[asset_id], []), snippet) for asset_id, snippet in spoken.items()
    }


@dataclass(frozen=True, slots=True)
class _Shown:
    """A hit, what was asked, whether its page has a picture, what it has proved, and when it is said."""

    hit: Hit
    asked: Query
    has_picture: bool
    proof: Proof
    moment_ms: int | None


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
        moment_ms=shown.moment_ms,
        reasons=_reasons(hit, shown.proof),
    )


def _reasons(hit: Hit, proof: Proof) -> tuple[Reason, ...]:
    """None for an asset that was listed and not searched for."""
    if hit.score <= 0:
        return ()
    words = Reason(WORDS, round(hit.text_score / hit.score, 4))
    return (
        words,
        *(
            Reason(
                signal.value,
                round(hit.text_score * share / hit.score, 4),
                proof.partners if signal is Signal.PEERS else None,
            )
            for signal, share in proof.shares.items()
            if share
        ),
    )


def _quoted(asset: Asset, shown: _Shown) -> Marked:
    """The summary, unless the words stand in the guidance or the tags alone."""
    summary = marked(asset.summary[:_QUOTED_SUMMARY], shown.asked)
    return shown.hit.snippet if shown.hit.snippet.ranges and not summary.ranges else summary
