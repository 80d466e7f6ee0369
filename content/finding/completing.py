"""Completing what is being typed: titles and words of what the identity may see, and of nothing else (R6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from content.assets.audiences import visible_assets
from content.assets.models import Asset, AssetKind
from content.finding.kept_shelves import visible_shelves
from portal.kernel.identity import Identity
from search.engine import COMPLETIONS, SearchEngine
from search.errors import IndexBeingRebuilt

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class TitleCompletion:
    """An asset of which the title holds what was typed."""

    ref: str
    title: str
    kind: AssetKind


@dataclass(frozen=True, slots=True)
class Completions:
    """Titles, newest first, and whole texts that the one typed may become, the most frequent first.

    They are plain when the index is being rebuilt: titles alone, from the database.
    """

    titles: tuple[TitleCompletion, ...] = ()
    texts: tuple[str, ...] = ()
    is_plain: bool = False


def completions(
    session: Session, engine: SearchEngine, identity: Identity, text: str, *, at: datetime
) -> Completions:
    """What the text may become."""
    typed = text[:_LONGEST]
    if not typed.strip():
        return Completions()
    within = visible_shelves(session, identity, at=at).ids
    try:
        found = engine.complete(typed, within=within, limit=COMPLETIONS)
    except IndexBeingRebuilt:
        return Completions(_titles(session, _holding(typed.strip(), identity, at)), is_plain=True)
    titled = select(Asset.ref, Asset.title, Asset.kind).where(Asset.id.in_(found.groups))
    return Completions(
        _titles(session, titled.order_by(Asset.id.desc())) if found.groups else (),
        tuple(_continued(typed, word) for word in found.words),
    )


def _titles(session: Session, found: Select[str, str, AssetKind]) -> tuple[TitleCompletion, ...]:
    return tuple(TitleCompletion(ref, title, kind) for ref, title, kind in session.execute(found))


def _holding(typed: str, identity: Identity, at: datetime) -> Select[str, str, AssetKind]:
    title = func.lower(Asset.title)
    return (
        select(Asset.ref, Asset.title, Asset.kind)
        .where(
            Asset.id.in_(visible_assets(identity, at=at)),
            or_(
                title.startswith(typed.lower(), autoescape=True),
                title.contains(f" {typed.lower()}", autoescape=True),
            ),
        )
        .order_by(Asset.id.desc())
        .limit(COMPLETIONS)
    )


def _continued(typed: str, word: str) -> str:
    """The text with its last word finished."""
    kept = typed.rstrip()
    return kept[: len(kept) - len(kept.split()[-1])] + word
