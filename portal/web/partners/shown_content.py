"""Content that a person can say they have shown: only what they may see themselves."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content.assets.audiences import visible_assets
from content.assets.models import Asset, AssetKind, AssetVersion
from partners.interactions import Shown
from portal.kernel.errors import NotFound
from portal.kernel.identity import Identity

AT_ONCE = 8
MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Pick:
    """A piece of content to choose; `version` is the current one's number."""

    ref: str
    title: str
    kind: AssetKind
    version: int
    pages: int
    has_cover: bool


def picks(session: Session, identity: Identity, *, search: str, at: datetime) -> Sequence[Pick]:
    """The newest content that the person may see, each word in its title."""
    title = func.lower(Asset.title)
    words = [title.contains(word, autoescape=True) for word in search.lower().split()[:8]]
    return _picks(session, identity, words, at=at)


def picks_by_ref(
    session: Session, identity: Identity, refs: Collection[str], *, at: datetime
) -> dict[str, Pick]:
    """What of these the person may see now."""
    if not refs:
        return {}
    found = _picks(session, identity, [Asset.ref.in_(refs)], at=at, limit=len(refs))
    return {pick.ref: pick for pick in found}


def shown_now(
    session: Session, identity: Identity, refs: Sequence[str], *, at: datetime
) -> tuple[Shown, ...]:
    """The current versions of what was chosen, in that order. Raises NotFound for what they may not see."""
    wanted = list(dict.fromkeys(refs))[:MOST_SHOWN]
    found = picks_by_ref(session, identity, wanted, at=at)
    if len(found) < len(wanted):
        raise NotFound
    return tuple(Shown(ref, found[ref].title, found[ref].version) for ref in wanted)


def _picks(
    session: Session, identity: Identity, where: Sequence[object], *, at: datetime, limit: int = AT_ONCE
) -> Sequence[Pick]:
    query = (
        select(
            Asset.ref,
            Asset.title,
            Asset.kind,
            AssetVersion.number,
            AssetVersion.page_count,
            AssetVersion.cover_sha256.is_not(None),
        )
        .join(AssetVersion, AssetVersion.id == Asset.current_version_id)
        .where(Asset.id.in_(visible_assets(identity, at=at)), *where)  # type: ignore[arg-type]
        .order_by(Asset.published_at.desc(), Asset.id.desc())
        .limit(limit)
    )
    return [Pick(*row) for row in session.execute(query)]
