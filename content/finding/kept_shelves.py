"""What somebody may see, kept from one search to the next as long as nothing of it changed.

Each search asks for the library's stamp first, so that a change of audience, a publish, a retirement and an
expiry count at once (R6).
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from content.assets.audiences import audience_of, visible_assets
from content.assets.library_stamp import Stamp, library_stamp
from content.finding.shelves import Shelves, shelves_of
from portal.kernel.identity import Identity

# ids that are kept of all audiences of a database together: about 15 MB
_MOST_IDS = 200_000


@dataclass(frozen=True, slots=True)
class _Kept:
    stamp: Stamp
    shelves: Shelves


_kept: WeakKeyDictionary[Engine, dict[Hashable, _Kept]] = WeakKeyDictionary()


def visible_shelves(session: Session, identity: Identity, *, at: datetime) -> Shelves:
    """What the identity may see at an instant (content.assets.audiences.visible_assets)."""
    stamp = library_stamp(session, at=at)
    if stamp is None:
        return _read(session, identity, at)
    known = _kept.setdefault(session.get_bind().engine, {})
    audience = audience_of(identity)
    found = known.get(audience)
    if found is None or found.stamp != stamp:
        found = _Kept(stamp, _read(session, identity, at))
        if sum(len(one.shelves.ids) for one in list(known.values())) + len(found.shelves.ids) > _MOST_IDS:
            known.clear()
        known[audience] = found
    return found.shelves


def _read(session: Session, identity: Identity, at: datetime) -> Shelves:
    return shelves_of(session, visible_assets(identity, at=at), today=at.date())
