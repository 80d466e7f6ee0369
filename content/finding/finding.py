"""Finding content: the text by the engine, who may see it and what narrows it by the database.

The ids that the identity may see go into the search itself, so that nothing of what is hidden shows in
hits, counts, facets, suggestions or scores (R6).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from content.assets.audiences import visible_assets
from content.assets.id_sets import among
from content.assets.models import Asset
from content.assets.visible import visible_library
from content.editing.translations import has_translations, is_spare, spare_among
from content.finding.facets import Choices, Facet, FacetCount, facet_counts, narrowed
from content.finding.found_assets import FoundAsset, found_assets
from content.finding.plain_search import PlainSearch
from content.finding.proofs import ANY_STAGE, SIGNALS, Signal, Weighed, proved
from content.finding.synonyms import with_synonyms
from content.readers.saving import saved_ids
from portal.kernel.identity import Identity
from search.asking import ask
from search.engine import Asked, Found, Hit, SearchReader
from search.errors import IndexBeingRebuilt
from search.queries import Query, parse
from search.snippets import Marked

__all__ = ["FindQuery", "Findings", "FoundAsset", "Sort", "find"]


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
    if not query.has_words:
        return _listing(session, identity, query, at=at)
    try:
        return _found(session, engine, identity, query, at=at)
    except IndexBeingRebuilt:
        return replace(_found(session, PlainSearch(session), identity, query, at=at), is_plain=True)


def _found(
    session: Session, engine: SearchReader, identity: Identity, query: FindQuery, *, at: datetime
) -> Findings:
    today = at.date()
    visible = visible_library(session, _reachable(identity, query, at=at))

    def read(text: str) -> Query:
        return with_synonyms(session, parse(text, visible.languages))

    asked = Asked(read(query.text), visible.ids, proved(session, query.weighed))
    # hits are made once, of what is left in the end
    limit = query.limit if query.sort is Sort.BEST else 0
    answer = ask(engine, asked, read, limit=0 if query.choices else limit, offset=query.offset)
    asked, found = replace(asked, query=answer.query), answer.found
    matching = found.groups
    spare = frozenset() if query.language else spare_among(session, identity, matching)
    if spare:
        asked = replace(asked, within=frozenset(matching) - spare)
        found = engine.search(asked, limit=0 if query.choices else limit, offset=query.offset)
    scope = among(session, Asset.id, found.groups)
    facets = facet_counts(session, scope, query.choices, today=today)
    if spare:
        # choosing a language shows what is in it, whatever stands for it otherwise
        whole = facet_counts(session, among(session, Asset.id, matching), query.choices, today=today)
        facets[Facet.LANGUAGE] = whole[Facet.LANGUAGE]
    if query.choices:
        kept = session.scalars(select(Asset.id).where(scope, narrowed(query.choices, today=today)))
        asked = replace(asked, within=frozenset(kept))
        found = engine.search(asked, limit=limit, offset=query.offset)
    hits = found.hits if query.sort is Sort.BEST else _sorted_hits(session, engine, asked, (found, query))
    return Findings(
        found_assets(session, hits, answer.query, weighed=query.weighed, at=at),
        len(found.groups),
        found.page_count,
        facets,
        None if answer.is_corrected else answer.suggestion,
        answer.suggestion if answer.is_corrected else None,
    )


def _listing(session: Session, identity: Identity, query: FindQuery, *, at: datetime) -> Findings:
    today = at.date()
    scope: ColumnElement[bool] = Asset.id.in_(_reachable(identity, query, at=at))
    whole: ColumnElement[bool] = scope
    joins = not query.language and has_translations(session)
    if joins:
        scope &= ~is_spare(identity.language, _reachable(identity, query, at=at))
    kept = scope & narrowed(query.choices, today=today)
    ids = session.scalars(_in_window(kept, query))
    hits = tuple(Hit(asset_id, 0.0, 0, Marked(""), ()) for asset_id in ids)
    total = session.scalar(select(func.count()).select_from(Asset).where(kept)) or 0
    facets = facet_counts(session, scope, query.choices, today=today)
    if joins:
        facets[Facet.LANGUAGE] = facet_counts(session, whole, query.choices, today=today)[Facet.LANGUAGE]
    return Findings(found_assets(session, hits, parse(""), weighed=query.weighed, at=at), total, 0, facets)


def _reachable(identity: Identity, query: FindQuery, *, at: datetime) -> Select[int]:
    visible = visible_assets(identity, at=at)
    return visible.where(Asset.id.in_(saved_ids(identity))) if query.saved else visible


def _sorted_hits(
    session: Session, engine: SearchReader, asked: Asked, window: tuple[Found, FindQuery]
) -> tuple[Hit, ...]:
    found, query = window
    ids = list(session.scalars(_in_window(among(session, Asset.id, found.groups), query)))
    hits = engine.search(replace(asked, within=frozenset(ids)), limit=len(ids)).hits
    return tuple(sorted(hits, key=lambda hit: ids.index(hit.group)))


def _in_window(kept: ColumnElement[bool], query: FindQuery) -> Select[int]:
    """Ids of one window in the order asked for; without words the best are the newest."""
    ids = select(Asset.id).where(kept).limit(query.limit).offset(query.offset)
    if query.sort is Sort.TITLE:
        return ids.order_by(func.lower(Asset.title), Asset.id)
    if query.sort is Sort.VERIFIED:
        return ids.order_by(Asset.verified_on.is_(None), Asset.verified_on.desc(), Asset.id.desc())
    return ids.order_by(func.coalesce(Asset.published_at, Asset.created_at).desc(), Asset.id.desc())
