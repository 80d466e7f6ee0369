"""Words that a change took away, renamed or added: put back when it is undone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from content.assets.asset_facts import terms_by_key, vocabulary_of
from content.assets.bulk_models import BulkChange
from content.assets.models import Asset, Term, asset_terms


def restored_terms(session: Session, change: BulkChange, *, at: datetime) -> dict[str, Term]:
    """Every term by its key once the words of the change are as they were before it.

    A word that was added and has been used since stays.
    """
    found = terms_by_key(session)
    for key, name in change.details.get("removed_terms", {}).items():
        if key not in found:
            vocabulary, ref = vocabulary_of(key)
            found[key] = Term(vocabulary=vocabulary, ref=ref, name=name)
            session.add(found[key])
    renamed = {key: name for key, name in change.details.get("renamed_terms", {}).items() if key in found}
    for key, name in renamed.items():
        found[key].name = name
    touch(session, [found[key].id for key in renamed], at=at)
    for key in change.details.get("added_terms", {}):
        if key in found and not _is_used(session, found[key]):
            session.delete(found.pop(key))
    return found


def touch(session: Session, term_ids: Iterable[int], *, at: datetime) -> None:
    """The assets of these words are to be indexed again."""
    having = select(asset_terms.c.asset_id).where(asset_terms.c.term_id.in_(list(term_ids)))
    session.execute(update(Asset).where(Asset.id.in_(having)).values(updated_at=at))


def _is_used(session: Session, term: Term) -> bool:
    return bool(session.scalar(select(func.count()).where(asset_terms.c.term_id == term.id)))
