"""Assets that were found, as cards show them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, select
from sqlalchemy.orm import Session, aliased

from content.assets.models import (
    PLAYED_FORMATS,
    Asset,
    AssetKind,
    AssetState,
    AssetVersion,
    FileFormat,
    Page,
    Term,
    Vocabulary,
    asset_terms,
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
    asked_for = {"ids": [hit.group for hit in hits], "stage": weighed.stage}
    assets: dict[int, Any] = {row.id: row for row in session.execute(_shown_rows(), asked_for)}
    terms = _terms(session, list(assets))
    pictured = _pictured_pages(session, hits, assets.values())
    moments = _moments(session, hits, assets.values())
    found = []
    for hit in hits:
        if hit.group in assets:
            asset = assets[hit.group]
            proof = Proof.of(weighed.signals, asset)
            shown = _Shown(hit, asked, hit.group in pictured, proof, moments.get(hit.group))
            found.append(_found_asset(asset, tuple(terms[hit.group]), shown, at=at))
    return tuple(found)


@cache
def _shown_rows() -> Select[*tuple[Any, ...]]:
    """Of the assets `ids` what a card shows, and what each has proved in all and in a `stage`.

    Columns and no objects: of those a page makes hundreds, each with all that is known of an asset.
    """
    in_all, in_stage = aliased(AssetProof), aliased(AssetProof)
    of_asset = (
        Asset.id,
        Asset.ref,
        Asset.title,
        Asset.kind,
        Asset.state,
        Asset.summary,
        Asset.expires_at,
        Asset.verified_on,
        Asset.review_on,
        Asset.published_at,
    )
    of_version = (
        AssetVersion.id.label("version_id"),
        AssetVersion.number,
        AssetVersion.format,
        AssetVersion.page_count,
        AssetVersion.duration_ms,
        AssetVersion.blob_sha256,
        AssetVersion.cover_sha256,
    )
    return (
        select(*of_asset, *of_version, in_all.freshness, in_all.opened, in_stage.peers, in_stage.partners)
        .outerjoin(AssetVersion, AssetVersion.id == Asset.current_version_id)
        .outerjoin(in_all, and_(in_all.asset_id == Asset.id, in_all.stage == ANY_STAGE))
        .outerjoin(in_stage, and_(in_stage.asset_id == Asset.id, in_stage.stage == bindparam("stage")))
        .where(Asset.id.in_(bindparam("ids", expanding=True)))
    )


def _terms(session: Session, ids: list[int]) -> dict[int, list[tuple[Vocabulary, str]]]:
    """The words that each asset is tagged with."""
    found: dict[int, list[tuple[Vocabulary, str]]] = defaultdict(list)
    for asset_id, vocabulary, name in session.execute(_tags(), {"ids": ids}):
        found[asset_id].append((vocabulary, name))
    return found


@cache
def _tags() -> Select[int, Vocabulary, str]:
    return (
        select(asset_terms.c.asset_id, Term.vocabulary, Term.name)
        .join(Term, Term.id == asset_terms.c.term_id)
        .where(asset_terms.c.asset_id.in_(bindparam("ids", expanding=True)))
        .order_by(Term.vocabulary, Term.name)
    )


def _pictured_pages(session: Session, hits: tuple[Hit, ...], assets: Iterable[Any]) -> set[int]:
    """The assets of which the page that a hit opens at has a picture."""
    pages = {(hit.group, max(hit.page, 1)) for hit in hits}
    of_asset = {asset.version_id: asset.id for asset in assets if asset.version_id}
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


def _moments(session: Session, hits: tuple[Hit, ...], assets: Iterable[Any]) -> dict[int, int | None]:
    """By asset, when a hit is said."""
    played = {asset.id: asset.version_id for asset in assets if asset.format in PLAYED_FORMATS}
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


def _found_asset(
    asset: Any, terms: tuple[tuple[Vocabulary, str], ...], shown: _Shown, *, at: datetime
) -> FoundAsset:
    hit, asked = shown.hit, shown.asked
    return FoundAsset(
        ref=asset.ref,
        title=marked(asset.title, asked),
        kind=asset.kind,
        state=asset.state,
        is_expired=asset.expires_at is not None and asset.expires_at <= at,
        summary=asset.summary,
        version=asset.number,
        format=asset.format,
        page_count=asset.page_count or 0,
        duration_ms=asset.duration_ms,
        has_file=asset.blob_sha256 is not None,
        has_cover=asset.cover_sha256 is not None,
        verified_on=asset.verified_on,
        is_review_due=asset.review_on is not None and asset.review_on <= at.date(),
        is_new=asset.published_at is not None and asset.published_at > at - NEW_FOR,
        terms=terms,
        score=round(hit.score, 4),
        page=max(hit.page, 1),
        has_page_picture=shown.has_picture,
        snippet=hit.snippet if hit.pages else _quoted(asset.summary, shown),
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


def _quoted(summary: str, shown: _Shown) -> Marked:
    """The summary, unless the words stand in the guidance or the tags alone."""
    quoted = marked(summary[:_QUOTED_SUMMARY], shown.asked)
    return shown.hit.snippet if shown.hit.snippet.ranges and not quoted.ranges else quoted
