"""The second person: they let a change of what is published go live, or send work back with a reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from content.assets.asset_facts import facts_of, put_back
from content.assets.errors import OwnWork
from content.assets.mails import want_mails
from content.assets.models import Asset, AssetState, AssetVersion
from content.assets.proposal_models import ChangeOf, ChangeState, ProposedChange
from content.editing.approval_errors import (
    ChangedMeanwhile,
    NewerVersionThere,
    NothingInReview,
    ReasonMissing,
)
from content.editing.branding_zones import take_zone
from content.editing.bulk import Refused
from content.editing.captioning import take_captions
from content.editing.proposed_changes import waiting_by_asset
from content.editing.publishing import approve, withdraw
from content.editing.stored_files import StoredFiles
from content.editing.translations import take_translation
from portal.kernel import activity
from portal.kernel.errors import Refusal
from portal.kernel.identity import Identity

# the mail to authors; its slot is ASSET or CHANGE, a dot, and the number of that
SENT_BACK = "sent_back"
ASSET, CHANGE = "asset", "change"
MOST_REASON = 1_000


def approve_asset(session: Session, asset: Asset, *, at: datetime, by: Identity, files: StoredFiles) -> None:
    """Approve all that waits of it: the asset itself, or each change of a published one.

    Raises WrongStep where nothing waits, and what `approve` and `approve_change` raise.
    """
    waiting = waiting_by_asset(session, [asset.id]).get(asset.id, [])
    if any(by.user_id in change.author_ids for change in waiting):
        raise OwnWork
    if asset.state is AssetState.IN_REVIEW or not waiting:
        approve(session, asset, at=at, by=by)
    for change in waiting:
        approve_change(session, change, at=at, by=by, files=files)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is to be approved: an asset that was handed in, with the mark of what was looked at, or a change
    of a published one.
    """

    what: str
    id: int
    seen: str | None = None


@dataclass(frozen=True, slots=True)
class Approved:
    """The titles of what was approved, and what stays with the reason."""

    titles: tuple[str, ...]
    refused: tuple[Refused, ...]


def approve_all(
    session: Session, chosen: Sequence[Chosen], *, at: datetime, by: Identity, files: StoredFiles
) -> Approved:
    """Approve what may be approved by this person; the others stay, each with its reason."""
    titles, refused = [], []
    for one in chosen:
        change = session.get(ProposedChange, one.id) if one.what == CHANGE else None
        asset = change.asset if change else session.get(Asset, one.id)
        if asset is None:
            continue
        try:
            if change is not None:
                approve_change(session, change, at=at, by=by, files=files)
            else:
                approve(session, asset, at=at, by=by, seen=one.seen)
        except Refusal as refusal:
            refused.append(Refused(asset.ref, asset.title, refusal.sentence))
            continue
        titles.append(asset.title)
    return Approved(tuple(titles), tuple(refused))


def approve_change(
    session: Session, change: ProposedChange, *, at: datetime, by: Identity, files: StoredFiles
) -> None:
    """Partners get it from this instant on.

    Raises NothingInReview, OwnWork, ChangedMeanwhile, NewerVersionThere, AlreadyInLanguage,
    StoreSilent, FileLost.
    """
    asset = session.get_one(Asset, change.asset_id, with_for_update=True)
    _refuse_decided(session, change)
    if by.user_id in change.author_ids:
        raise OwnWork
    if change.what is ChangeOf.VERSION:
        files.refuse_unserved(session.get_one(AssetVersion, change.version_id))
    _TAKE[change.what](session, asset, change, at=at)
    asset.updated_at = at
    if asset.state is AssetState.PUBLISHED:
        # only this change was looked at: what else is in a draft has yet to be approved
        current = session.get(AssetVersion, asset.current_version_id) if asset.current_version_id else None
        asset.approved_by_id, asset.approved_at = by.user_id, at
        asset.approved_version = current.number if current else None
    _decide(session, change, ChangeState.APPROVED, at=at, by=by)


def send_change_back(
    session: Session, change: ProposedChange, reason: str, *, at: datetime, by: Identity
) -> None:
    """Its authors are told why by mail, and see it on the asset. Raises NothingInReview, ReasonMissing."""
    session.get_one(Asset, change.asset_id, with_for_update=True)
    _refuse_decided(session, change)
    change.reason = _said(reason)
    _decide(session, change, ChangeState.SENT_BACK, at=at, by=by)
    _tell(session, f"{CHANGE}.{change.id}", change.author_ids, at=at, by=by)


def send_back(session: Session, asset: Asset, reason: str, *, at: datetime, by: Identity) -> None:
    """What waits for approval is a draft again, with the reason. Raises NothingInReview, ReasonMissing."""
    if asset.state is not AssetState.IN_REVIEW:
        raise NothingInReview
    words, authors = _said(reason), asset.author_ids
    withdraw(session, asset, at=at, by=by)
    asset.sent_back_reason, asset.sent_back_by_id, asset.sent_back_at = words, by.user_id, at
    activity.record(session, "asset.sent_back", ("asset", asset.ref), at=at, by=by, reason=words)
    _tell(session, f"{ASSET}.{asset.id}.{at:%Y%m%d%H%M%S}", authors, at=at, by=by)


def sent_back_work(session: Session, slot: str) -> tuple[Asset, str, str] | None:
    """(asset, reason, who sent it back) of a mail that waits; None when it was handed in again since."""
    what, key, *_ = slot.split(".")
    if what == CHANGE:
        change = session.get(ProposedChange, int(key))
        if change is None or change.decided_by is None:
            return None
        return change.asset, change.reason, change.decided_by.name
    asset = session.get(Asset, int(key))
    if asset is None or asset.sent_back_reason is None or asset.sent_back_by is None:
        return None
    return asset, asset.sent_back_reason, asset.sent_back_by.name


def _refuse_decided(session: Session, change: ProposedChange) -> None:
    """Of two who decide at once the second one is told."""
    session.refresh(change, ["state"])
    if change.state is not ChangeState.WAITING:
        raise NothingInReview


def _take_facts(_session: Session, asset: Asset, change: ProposedChange, *, at: datetime) -> None:  # noqa: ARG001  as the others
    there = facts_of(asset)
    if any(there[name] != value for name, value in change.before.items()):
        raise ChangedMeanwhile
    put_back(asset, change.after, {})
    asset.changed_by_id = change.proposed_by_id


def _take_version(session: Session, asset: Asset, change: ProposedChange, *, at: datetime) -> None:
    version = session.get_one(AssetVersion, change.version_id)
    current = session.get(AssetVersion, asset.current_version_id) if asset.current_version_id else None
    if current is not None and current.number > version.number:
        raise NewerVersionThere(current.number)
    version.is_held, version.released_at = False, at
    asset.current_version_id = version.id


class _Take(Protocol):
    def __call__(
        self, session: Session, asset: Asset, change: ProposedChange, /, *, at: datetime
    ) -> None: ...


_TAKE: Mapping[ChangeOf, _Take] = {
    ChangeOf.VERSION: _take_version,
    ChangeOf.WORDS: _take_facts,
    ChangeOf.CAPTIONS: take_captions,
    ChangeOf.ZONE: take_zone,
    ChangeOf.TRANSLATION: take_translation,
}


def _decide(
    session: Session, change: ProposedChange, state: ChangeState, *, at: datetime, by: Identity
) -> None:
    change.state, change.decided_at, change.decided_by_id = state, at, by.user_id
    told = {"change": change.id, "reason": change.reason}
    activity.record(session, f"change.{state}", ("asset", change.asset.ref), at=at, by=by, **told)


def _said(reason: str) -> str:
    words = " ".join(reason.split())
    if not words:
        raise ReasonMissing
    return words[:MOST_REASON]


def _tell(session: Session, slot: str, authors: Iterable[int], *, at: datetime, by: Identity) -> None:
    want_mails(session, SENT_BACK, slot, sorted(set(authors) - {by.user_id}), at=at)
