"""The answer of GET /api/v1/search."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from content.finding.facets import FacetCount
from content.finding.finding import FindQuery, FoundAsset, find
from content.finding.found_assets import Reason
from portal.kernel.cursors import WrongCursor, cursor_of, key_of
from portal.kernel.identity import Identity
from search.engine import SearchReader
from search.errors import IndexBeingRebuilt


@dataclass(frozen=True, slots=True)
class SearchItem:
    """One item an asset, at its best page; `version` is null while it has none that is ready."""

    ref: str
    title: str
    kind: str
    version: int | None
    page: int
    snippet: str
    # when the snippet is said, in a film or a sound
    moment_ms: int | None
    score: float
    reasons: list[Reason]


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    items: list[SearchItem]
    total: int
    facets: dict[str, list[FacetCount]]
    suggestion: str | None
    # what was searched for instead, since nothing was found of what was typed
    corrected: str | None
    # a sentence when search answers otherwise than usual
    note: str | None
    next: str | None


def search_answer(
    session: Session, engine: SearchReader, identity: Identity, query: FindQuery, *, at: datetime
) -> SearchAnswer:
    """A page of the answer; the next one starts at `offset_of(next)`."""
    findings = find(session, engine, identity, query, at=at)
    end = query.offset + len(findings.items)
    return SearchAnswer(
        items=[_item(found) for found in findings.items],
        total=findings.total,
        facets={facet.value: list(counts) for facet, counts in findings.facets.items()},
        suggestion=findings.suggestion,
        corrected=findings.corrected,
        note=IndexBeingRebuilt.note if findings.is_plain else None,
        next=cursor_of(f"after:{end}") if findings.items and end < findings.total else None,
    )


def offset_of(cursor: str | None) -> int:
    """Where the page of a cursor starts. Raises WrongCursor."""
    if cursor is None:
        return 0
    name, _, offset = key_of(cursor).partition(":")
    if name != "after" or not offset.isdecimal() or len(offset) > 9:
        raise WrongCursor
    return int(offset)


def _item(found: FoundAsset) -> SearchItem:
    return SearchItem(
        ref=found.ref,
        title=found.title.text,
        kind=found.kind.value,
        version=found.version,
        page=found.page,
        snippet=found.snippet.text,
        moment_ms=found.moment_ms,
        score=found.score,
        reasons=list(found.reasons),
    )
