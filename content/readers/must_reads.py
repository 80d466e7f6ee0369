"""Asking for a must-read, ending it, acknowledging it, and reminding those who have not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from content.assets.mails import takes_slot, want_mails
from content.assets.models import Asset, AssetState
from content.readers.asked_people import has_opened
from content.readers.must_read_errors import NotAsked, NotOpenedYet, NotPublished, RemindedToday
from content.readers.must_read_models import Acknowledgement, MustRead
from content.readers.must_read_queries import asked_must_read, not_acknowledged
from portal.kernel import activity
from portal.kernel.identity import Identity
from portal.kernel.upserts import insert_into

REMINDER = "must_read"
LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class Ask:
    """By when, whether a new version asks again, and what to tell the readers."""

    due_on: date
    asks_again: bool = False
    note: str = ""


def ask_to_read(session: Session, identity: Identity, asset: Asset, ask: Ask, *, at: datetime) -> MustRead:
    """Ask everybody who may see the asset; asked before, the terms change. Raises NotPublished."""
    current = asset.current_version
    if asset.state is not AssetState.PUBLISHED or current is None:
        raise NotPublished
    # of two who ask at once the second changes the terms
    session.execute(select(Asset.id).where(Asset.id == asset.id).with_for_update())
    must_read = session.scalar(select(MustRead).where(MustRead.asset_id == asset.id))
    if must_read is None or must_read.ended_at is not None:
        must_read = must_read or MustRead(asset_id=asset.id)
        must_read.asked_version, must_read.asked_at = current.number, at
        must_read.asked_by_id, must_read.ended_at = identity.user_id, None
    must_read.due_on, must_read.asks_again = ask.due_on, ask.asks_again
    must_read.note = " ".join(ask.note.split())[:LONGEST_NOTE]
    session.add(must_read)
    session.flush()
    facts = {"due_on": ask.due_on.isoformat(), "asks_again": ask.asks_again}
    activity.record(session, "must_read.asked", ("asset", asset.ref), at=at, by=identity, **facts)
    return must_read


def stop_asking(session: Session, identity: Identity, must_read: MustRead, *, at: datetime) -> None:
    """Nobody has to read it any more; who has is kept."""
    must_read.ended_at = at
    activity.record(session, "must_read.ended", ("asset", must_read.asset.ref), at=at, by=identity)


def go_on_asking(session: Session, identity: Identity, must_read: MustRead, *, at: datetime) -> None:
    """The undo of ending."""
    must_read.ended_at = None
    activity.record(session, "must_read.resumed", ("asset", must_read.asset.ref), at=at, by=identity)


def acknowledge(session: Session, identity: Identity, asset: Asset, *, at: datetime) -> None:
    """Person, version and instant are kept; twice is once. Raises NotAsked, NotOpenedYet."""
    must_read = asked_must_read(session, identity, asset, at=at)
    version = asset.current_version
    if must_read is None or version is None:
        raise NotAsked
    if not session.scalar(select(has_opened(literal(identity.user_id), literal(version.id)))):
        raise NotOpenedYet
    row = {
        "must_read_id": must_read.id,
        "user_id": identity.user_id,
        "organisation_id": identity.organisation_id,
        "version_id": version.id,
        "at": at,
    }
    session.execute(
        insert_into(session, Acknowledgement)
        .values(row)
        .on_conflict_do_nothing(index_elements=["must_read_id", "user_id", "version_id"])
    )


def remind(session: Session, identity: Identity, must_read: MustRead, *, today: date, at: datetime) -> int:
    """How many get a mail: who has not acknowledged it, once a day. Raises NotPublished, RemindedToday."""
    if must_read.asset.state is not AssetState.PUBLISHED:
        raise NotPublished
    slot = f"{must_read.id}.{today.isoformat()}"
    if not takes_slot(session, REMINDER, slot, at=at):
        raise RemindedToday
    people = [row.user_id for row in not_acknowledged(session, must_read, today=today)]
    count = want_mails(session, REMINDER, slot, people, at=at)
    facts = {"people": count}
    activity.record(
        session, "must_read.reminded", ("asset", must_read.asset.ref), at=at, by=identity, **facts
    )
    return count
