"""Who a random viewer id is, and how that is forgotten."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from content.usage.usage_models import Viewer, ViewerClass
from portal.kernel.identity import Identity
from portal.kernel.upserts import insert_into


def viewer_id_of(session: Session, user_id: int) -> str:
    """The viewer id of a person who logs in; a new one after an erasure."""
    found = session.scalar(select(Viewer.viewer_id).where(Viewer.user_id == user_id))
    if found is not None:
        return found
    # two first openings at the same time: one inserts, both read
    session.execute(
        insert_into(session, Viewer)
        .values(viewer_id=new_viewer_id(), user_id=user_id)
        .on_conflict_do_nothing(index_elements=[Viewer.user_id])
    )
    return session.scalars(select(Viewer.viewer_id).where(Viewer.user_id == user_id)).one()


def viewer_class_of(identity: Identity) -> ViewerClass:
    return ViewerClass.PARTNER if identity.is_partner else ViewerClass.BRAND


def new_viewer_id() -> str:
    return secrets.token_hex(16)


def erase_viewer(session: Session, user_id: int, *, at: datetime) -> None:
    """Forget who the viewer was: events and figures stay, without a person (rule 9)."""
    session.execute(
        update(Viewer).where(Viewer.user_id == user_id).values(user_id=None, name=None, erased_at=at)
    )
