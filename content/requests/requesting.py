"""Asking for content that is missing, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.assets.audiences import visible_assets
from content.assets.models import Asset, AssetKind
from content.finding.search_log import logged_text
from content.requests.request_errors import (
    AlreadyAskedFor,
    AnswerNotVisible,
    NothingAskedFor,
    ReasonMissing,
    RequestIsOver,
)
from content.requests.request_models import ContentRequest, RequestState
from partners.models import Organisation
from partners.people import identity_of
from portal.kernel import activity
from portal.kernel.identity import Identity

LONGEST = 150
LONGEST_NOTE = 2_000


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody looks for, in their words."""

    words: str
    kind: AssetKind | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the brand does about a request: done names the asset, declined gives a reason."""

    state: RequestState
    asset_ref: str = ""
    reason: str = ""


def ask_for(session: Session, identity: Identity, wish: Wish, *, at: datetime) -> ContentRequest:
    """Raises NothingAskedFor, AlreadyAskedFor."""
    words = " ".join(wish.words.split())[:LONGEST]
    if not words:
        raise NothingAskedFor
    searched_as = logged_text(words)
    # of two who ask at once the second is told of the first
    session.execute(
        select(Organisation.id)
        .where(Organisation.id == identity.organisation_id)
        .with_for_update(key_share=True)
    )
    same = session.scalar(
        select(ContentRequest).where(
            ContentRequest.organisation_id == identity.organisation_id,
            ContentRequest.searched_as == searched_as,
            ContentRequest.state.in_([RequestState.OPEN, RequestState.PLANNED]),
        )
    )
    if same is not None:
        raise AlreadyAskedFor(same.id, same.words)
    asked = ContentRequest(
        organisation_id=identity.organisation_id,
        asked_by_id=identity.user_id,
        asked_at=at,
        words=words,
        searched_as=searched_as,
        kind=wish.kind,
        note=wish.note.strip()[:LONGEST_NOTE],
        state=RequestState.OPEN,
    )
    session.add(asked)
    session.flush()
    activity.record(session, "request.asked", _subject(asked), at=at, by=identity, words=words)
    return asked


def take_back(session: Session, asked: ContentRequest, *, at: datetime, by: Identity) -> None:
    """Raises RequestIsOver once the brand has said something."""
    if asked.state is not RequestState.OPEN:
        raise RequestIsOver
    activity.record(session, "request.taken_back", _subject(asked), at=at, by=by, words=asked.words)
    session.delete(asked)


def decide(
    session: Session, asked: ContentRequest, decision: Decision, *, at: datetime, by: Identity
) -> None:
    """Any state can follow any other, so that each can be undone. Raises AnswerNotVisible, ReasonMissing."""
    reason = decision.reason.strip()[:LONGEST_NOTE]
    if decision.state is RequestState.DECLINED and not reason:
        raise ReasonMissing
    is_done = decision.state is RequestState.DONE
    asked.answer_id = _answer(session, asked, decision.asset_ref, at=at) if is_done else None
    asked.state, asked.reason, asked.seen_at = decision.state, reason, None
    asked.decided_at, asked.decided_by_id = at, by.user_id
    told = {"state": str(decision.state), "asset": decision.asset_ref, "reason": reason}
    activity.record(session, "request.decided", _subject(asked), at=at, by=by, **told)
    session.flush()
    session.refresh(asked, ["answer"])


def _answer(session: Session, asked: ContentRequest, ref: str, *, at: datetime) -> int:
    """The asset, when the person who asked may open it now."""
    asker = identity_of(session, asked.asked_by, today=at.date())
    found = session.scalar(
        select(Asset.id).where(Asset.ref == ref.strip(), Asset.id.in_(visible_assets(asker, at=at)))
    )
    if found is None:
        raise AnswerNotVisible(ref.strip(), asked.organisation.name)
    return found


def _subject(asked: ContentRequest) -> tuple[str, str]:
    return "content_request", str(asked.id)
