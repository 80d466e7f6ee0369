"""A person's own searches: saved under a name, and the last ten as they were typed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from content.finding.own_search_errors import NameMissing, NothingToSave, TooManySaved
from content.finding.own_search_models import RecentSearch, SavedSearch
from portal.kernel.errors import NotFound
from portal.kernel.identity import Identity
from portal.kernel.upserts import insert_into

MOST_RECENT = 10
MOST_SAVED = 50
LONGEST_NAME = 80
PUT_BACK_WITHIN = timedelta(hours=1)


def saved_searches(session: Session, identity: Identity) -> Sequence[SavedSearch]:
    """By name."""
    return session.scalars(
        _own(identity).where(SavedSearch.removed_at.is_(None)).order_by(func.lower(SavedSearch.name))
    ).all()


def save_search(session: Session, identity: Identity, name: str, query: str, *, at: datetime) -> SavedSearch:
    """The same name again takes the new filters. Raises NameMissing, NothingToSave, TooManySaved."""
    name = " ".join(name.split())[:LONGEST_NAME]
    if not name:
        raise NameMissing
    if not query:
        raise NothingToSave
    session.execute(
        delete(SavedSearch).where(
            SavedSearch.user_id == identity.user_id, SavedSearch.removed_at < at - PUT_BACK_WITHIN
        )
    )
    kept = saved_searches(session, identity)
    same = next((one for one in kept if one.name.casefold() == name.casefold()), None)
    if same is not None:
        same.name, same.query, same.saved_at = name, query, at
        return same
    if len(kept) >= MOST_SAVED:
        raise TooManySaved(MOST_SAVED)
    saved = SavedSearch(user_id=identity.user_id, name=name, query=query, saved_at=at)
    session.add(saved)
    session.flush()
    return saved


def saved_search(session: Session, identity: Identity, search_id: int) -> SavedSearch:
    """One of the person's own, a removed one too. Raises NotFound."""
    found = session.scalar(_own(identity).where(SavedSearch.id == search_id))
    if found is None:
        raise NotFound
    return found


def recent_searches(session: Session, identity: Identity) -> Sequence[str]:
    """The last ten, the newest first."""
    return session.scalars(
        select(RecentSearch.text)
        .where(RecentSearch.user_id == identity.user_id)
        .order_by(RecentSearch.at.desc(), RecentSearch.id.desc())
        .limit(MOST_RECENT)
    ).all()


def remember_search(session: Session, user_id: int, text: str, *, at: datetime) -> None:
    """Put the words at the top of the person's last ten."""
    words = " ".join(text.split())[:200]
    if not words:
        return
    statement = insert_into(session, RecentSearch).values(user_id=user_id, text=words, at=at)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["user_id", "text"], set_={"at": statement.excluded.at}
        )
    )
    newest = (
        select(RecentSearch.id)
        .where(RecentSearch.user_id == user_id)
        .order_by(RecentSearch.at.desc(), RecentSearch.id.desc())
        .limit(MOST_RECENT)
    )
    session.execute(
        delete(RecentSearch).where(RecentSearch.user_id == user_id, RecentSearch.id.not_in(newest))
    )


def forget_recent_searches(session: Session, identity: Identity) -> None:
    session.execute(delete(RecentSearch).where(RecentSearch.user_id == identity.user_id))


def _own(identity: Identity) -> Select[SavedSearch]:
    return select(SavedSearch).where(SavedSearch.user_id == identity.user_id)
