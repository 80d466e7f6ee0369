"""What somebody may see, kept from one search to the next as long as nothing of it changed.

Each search asks for the library's stamp first, and nothing is kept beyond an expiry or the end of a day, so
that a change of audience, a publish, a retirement and an expiry count at once (R6).
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from content.assets.audiences import audience_of, visible_assets
from content.assets.library_stamp import library_stamp
from content.assets.models import Asset, AssetState
from content.finding.shelves import Shelves, shelves_of
from portal.kernel.identity import Identity

# ids that are kept of all audiences of a database together: about 15 MB
_MOST_IDS = 200_000


@dataclass(frozen=True, slots=True)
class _Kept:
    """Shelves as they stood at an instant; `until` is the next expiry."""

    shelves: Shelves
    stamp: int
    since: datetime
    until: datetime | None

    def holds(self, stamp: int, at: datetime) -> bool:
        return (
            self.stamp == stamp
            and self.since <= at
            and self.since.date() == at.date()
            and (self.until is None or at < self.until)
        )


_kept: WeakKeyDictionary[Engine, dict[Hashable, _Kept]] = WeakKeyDictionary()


def visible_shelves(session: Session, identity: Identity, *, at: datetime) -> Shelves:
    """What the identity may see at an instant (content.assets.audiences.visible_assets)."""
    stamp = library_stamp(session)
    if stamp is None:
        return _read(session, identity, at)
    known = _kept.setdefault(session.get_bind().engine, {})
    audience = audience_of(identity)
    found = known.get(audience)
    if found is None or not found.holds(stamp, at):
        found = _Kept(_read(session, identity, at), stamp, at, _next_expiry(session, at))
        if sum(len(one.shelves.ids) for one in list(known.values())) + len(found.shelves.ids) > _MOST_IDS:
            known.clear()
        known[audience] = found
    return found.shelves


def _read(session: Session, identity: Identity, at: datetime) -> Shelves:
    return shelves_of(session, visible_assets(identity, at=at), today=at.date())


def _next_expiry(session: Session, at: datetime) -> datetime | None:
    published = Asset.state == AssetState.PUBLISHED
    return session.scalar(select(func.min(Asset.expires_at)).where(published, Asset.expires_at > at))
