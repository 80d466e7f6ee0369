"""Finding content: the text by the engine, who may see it and what narrows it by the database.

The ids that the identity may see go into the search itself, so that nothing of what is hidden shows in
hits, counts, facets, suggestions or scores (R6).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from content.assets.audiences import visible_assets
from content.assets.id_sets import holds, in_set
from content.assets.models import Asset
from content.editing.translations import spare_among
from content.finding.facets import Choices, Facet, FacetCount, Scope, narrowed
from content.finding.found_assets import FoundAsset, found_assets
from content.finding.kept_shelves import visible_shelves
from content.finding.merged_words import words_of_today
from content.finding.plain_search import PlainSearch
from content.finding.proofs import ANY_STAGE, SIGNALS, Signal, Weighed, proved
from content.finding.shelves import Shelves, shelves_of
from content.finding.synonyms import with_synonyms
from content.readers.saving import saved_ids
from portal.kernel.identity import Identity
from search.asking import ask
from search.engine import Asked, Found, Hit, SearchReader
from search.errors import IndexBeingRebuilt
from search.queries import Query, parse
from search.snippets import Marked

__all__ = ["FindQuery", "Findings", "FoundAsset", "Sort", "find"]


# so many are not sorted: the newest of them are met first, along the index of all
_MANY = 500


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
    # what counts beside the words; each can be left out
    signals: frozenset[Signal] = SIGNALS
    sort: Sort = Sort.BEST
    limit: int = 20
    offset: int = 0

    @property
    def choices(self) -> Choices:
        return {facet: values for facet in Facet if (values := getattr(self, facet.value))}

    @property
    def weighed(self) -> Weighed:
        """Partners are compared in the journey stage that was chosen, if one was."""
        return Weighed(self.signals, self.stage[0] if len(self.stage) == 1 else ANY_STAGE)

    @property
    def has_words(self) -> bool:
        return bool(self.text.strip())


@dataclass(frozen=True, slots=True)
class Findings:
    """A window of the assets found, how many there are in all, and what would narrow them.

    `suggestion` is what may have been meant beside what was found; `corrected` is what was searched for
    instead, when nothing was found of what was typed. It `is_plain` when the index is being rebuilt and the
    database answered: no stems, no mistakes forgiven, at most `plain_search.MOST_FOUND` assets.
    """

    items: tuple[FoundAsset, ...]
    total: int
    page_count: int
    facets: dict[Facet, tuple[FacetCount, ...]]
    suggestion: str | None = None
    corrected: str | None = None
    is_plain: bool = False


def find(
    session: Session, engine: SearchReader, identity: Identity, query: FindQuery, *, at: datetime
) -> Findings:
    """What the identity may see of what was asked for; plainly from the database while there is no index."""
    query = replace(query, **words_of_today(session, query.choices))  # type: ignore[arg-type]
    if not query.has_words:
        return _listing(session, identity, query, at=at)
    try:
        return _found(session, engine, identity, query, at=at)
    except IndexBeingRebuilt:
        return replace(_found(session, PlainSearch(session), identity, query, at=at), is_plain=True)


def _found(
    session: Session, engine: SearchReader, identity: Identity, query: FindQuery, *, at: datetime
) -> Findings:
    visible = _reachable(session, identity, query, at=at)

    def read(text: str) -> Query:
        return with_synonyms(session, parse(text, visible.languages))

    asked = Asked(read(query.text), visible.ids, proved(session, query.weighed))
    # hits are made once, of what is left in the end
    limit = query.limit if query.sort is Sort.BEST else 0
    answer = ask(engine, asked, read, limit=0 if query.choices else limit, offset=query.offset)
    found = answer.found
    matching = frozenset(found.groups)
    spare = frozenset() if query.language else spare_among(session, identity, matching)
    left = narrowed(session, Scope(visible.shelves, matching - spare, matching), query.choices)
    if spare or query.choices:
        found = found.among(left.ids, limit=limit, offset=query.offset)
    hits = found.hits if query.sort is Sort.BEST else _sorted_hits(session, found, query)
    return Findings(
        found_assets(session, hits, answer.query, weighed=query.weighed, at=at),
        len(found.groups),
        found.page_count,
        left.facets,
        None if answer.is_corrected else answer.suggestion,
        answer.suggestion if answer.is_corrected else None,
    )


def _listing(session: Session, identity: Identity, query: FindQuery, *, at: datetime) -> Findings:
    visible = _reachable(session, identity, query, at=at)
    spare = frozenset() if query.language else spare_among(session, identity, visible.ids)
    left = narrowed(session, Scope(visible.shelves, visible.ids - spare, visible.ids), query.choices)
    window = session.scalars(_in_window(session, left.ids, query))
    hits = tuple(Hit(asset_id, 0.0, 0, Marked(""), ()) for asset_id in window)
    items = found_assets(session, hits, parse(""), weighed=query.weighed, at=at)
    return Findings(items, len(left.ids), 0, left.facets)


def _reachable(session: Session, identity: Identity, query: FindQuery, *, at: datetime) -> Shelves:
    if not query.saved:
        return visible_shelves(session, identity, at=at)
    saved = visible_assets(identity, at=at).where(Asset.id.in_(saved_ids(identity)))
    return shelves_of(session, saved, today=at.date())


def _sorted_hits(session: Session, found: Found, query: FindQuery) -> tuple[Hit, ...]:
    ids = list(session.scalars(_in_window(session, frozenset(found.groups), query)))
    hits = found.among(frozenset(ids), limit=len(ids)).hits
    return tuple(sorted(hits, key=lambda hit: ids.index(hit.group)))


def _in_window(session: Session, kept: frozenset[int], query: FindQuery) -> Select[int]:
    """Ids of one window in the order asked for; without words the best are the newest."""
    is_kept = in_set(session, Asset.id, kept)
    ids = select(Asset.id).limit(query.limit).offset(query.offset)
    if query.sort is Sort.TITLE:
        return ids.where(is_kept).order_by(func.lower(Asset.title), Asset.id)
    if query.sort is Sort.VERIFIED:
        return ids.where(is_kept).order_by(
            Asset.verified_on.is_(None), Asset.verified_on.desc(), Asset.id.desc()
        )
    if len(kept) > _MANY:
        is_kept = holds(session, Asset.id, kept)
    return ids.where(is_kept).order_by(Asset.new_since.desc(), Asset.id.desc())
