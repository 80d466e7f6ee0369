"""Interactions with an account: log one, change or undo it for a while, and read them back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from partners.account_models import (
    Account,
    Interaction,
    InteractionKind,
    JourneyStage,
    ShownContent,
    Touchpoint,
)
from partners.accounts import account
from partners.errors import InteractionInFuture, NotYoursToChange, TextTooLong, TooLateToChange
from portal.kernel.activity import record
from portal.kernel.errors import NotAllowed, NotFound
from portal.kernel.identity import Identity, Permission

CHANGEABLE_FOR = timedelta(hours=24)
# clocks of phones are not exact
AHEAD = timedelta(minutes=5)
MOST_NOTE = 10_000
MOST_PEOPLE = 500

USUAL_TOUCHPOINT = {
    InteractionKind.CALL: Touchpoint.PHONE,
    InteractionKind.MEETING: Touchpoint.MEETING,
    InteractionKind.MAIL: Touchpoint.EMAIL,
    InteractionKind.CHAT: Touchpoint.SOCIAL,
    InteractionKind.STORE_VISIT: Touchpoint.STORE,
    InteractionKind.CONTENT_SHOWN: Touchpoint.MEETING,
    InteractionKind.COMPLAINT: Touchpoint.PHONE,
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A version of an asset that was shown, as the asker could see it; `seconds` by page when presented."""

    asset_ref: str
    title: str
    version: int
    seconds: Mapping[int, int] | None = None


@dataclass(frozen=True, slots=True)
class LoggedInteraction:
    """What happened, as the person who was there says it. `people` are names in one line."""

    kind: InteractionKind
    at: datetime
    people: str = ""
    note: str = ""
    stage: JourneyStage | None = None
    touchpoint: Touchpoint | None = None
    minutes: int | None = None
    shown: tuple[Shown, ...] = ()


def log_interaction(
    session: Session, identity: Identity, account_ref: str, logged: LoggedInteraction, *, at: datetime
) -> Interaction:
    """Raises NotFound, NotAllowed, InteractionInFuture, TextTooLong."""
    found = _writable_account(session, identity, account_ref)
    _check(logged, at=at)
    interaction = Interaction(account_id=found.id, user_id=identity.user_id, created_at=at)
    _fill(interaction, logged)
    session.add(interaction)
    session.flush()
    record(session, _verb("logged", logged.kind), ("account", found.ref), at=at, by=identity)
    return interaction


def change_interaction(
    session: Session, identity: Identity, interaction_id: int, logged: LoggedInteraction, *, at: datetime
) -> Interaction:
    """Raises NotFound, NotYoursToChange, TooLateToChange, InteractionInFuture, TextTooLong."""
    interaction = changeable_interaction(session, identity, interaction_id, at=at)
    _check(logged, at=at)
    _fill(interaction, logged)
    session.flush()
    record(session, _verb("changed", logged.kind), ("account", interaction.account.ref), at=at, by=identity)
    return interaction


def undo_interaction(session: Session, identity: Identity, interaction_id: int, *, at: datetime) -> Account:
    """Take back what was logged by mistake. Raises NotFound, NotYoursToChange, TooLateToChange."""
    interaction = changeable_interaction(session, identity, interaction_id, at=at)
    found = interaction.account
    session.delete(interaction)
    record(session, _verb("took back", interaction.kind), ("account", found.ref), at=at, by=identity)
    return found


def changeable_interaction(
    session: Session, identity: Identity, interaction_id: int, *, at: datetime
) -> Interaction:
    """The interaction, when its author asks in time. Raises NotFound, NotYoursToChange, TooLateToChange."""
    interaction = session.get(
        Interaction,
        interaction_id,
        options=[joinedload(Interaction.account), selectinload(Interaction.shown)],
    )
    if interaction is None:
        raise NotFound
    _writable_account(session, identity, interaction.account.ref)
    if interaction.user_id != identity.user_id:
        raise NotYoursToChange
    if at - interaction.created_at > CHANGEABLE_FOR:
        raise TooLateToChange(int(CHANGEABLE_FOR.total_seconds() // 3600))
    return interaction


def interactions(
    session: Session, found: Account, *, before: datetime | None = None, limit: int = 50
) -> Sequence[Interaction]:
    """The newest of an account that `accounts.account` has let through, with author and content shown."""
    query = (
        select(Interaction)
        .where(Interaction.account_id == found.id)
        .order_by(Interaction.at.desc(), Interaction.id.desc())
        .limit(limit)
        .options(joinedload(Interaction.user), selectinload(Interaction.shown))
    )
    if before is not None:
        query = query.where(Interaction.at < before)
    return session.scalars(query).all()


def interaction_count(session: Session, found: Account) -> int:
    return session.scalar(select(func.count()).where(Interaction.account_id == found.id)) or 0


def shown_count(session: Session, found: Account) -> int:
    """How many pieces of content the account has seen in talks."""
    query = (
        select(func.count(ShownContent.asset_ref.distinct()))
        .join(Interaction, Interaction.id == ShownContent.interaction_id)
        .where(Interaction.account_id == found.id)
    )
    return session.scalar(query) or 0


def _writable_account(session: Session, identity: Identity, ref: str) -> Account:
    """Existence is checked before the role: another partner's account is not there at all."""
    found = account(session, identity, ref)
    if not identity.may(Permission.ACCOUNTS_WRITE):
        raise NotAllowed
    return found


def _verb(verb: str, kind: InteractionKind) -> str:
    return f"{verb} {kind.replace('_', ' ')}"


def _check(logged: LoggedInteraction, *, at: datetime) -> None:
    if logged.at > at + AHEAD:
        raise InteractionInFuture
    if len(logged.note) > MOST_NOTE:
        raise TextTooLong("The note", MOST_NOTE)
    if len(logged.people) > MOST_PEOPLE:
        raise TextTooLong("The list of people", MOST_PEOPLE)


def _fill(interaction: Interaction, logged: LoggedInteraction) -> None:
    interaction.kind = logged.kind
    interaction.touchpoint = logged.touchpoint or USUAL_TOUCHPOINT[logged.kind]
    interaction.stage = logged.stage
    interaction.at = logged.at
    interaction.minutes = logged.minutes
    interaction.people = logged.people.strip()
    interaction.note = logged.note.strip()
    kept = {(one.asset_ref, one.version): one for one in interaction.shown}
    interaction.shown = [
        kept.get((one.asset_ref, one.version))
        or ShownContent(
            asset_ref=one.asset_ref,
            title=one.title,
            version=one.version,
            seconds=None if one.seconds is None else {str(page): s for page, s in one.seconds.items()},
        )
        for one in logged.shown
    ]
