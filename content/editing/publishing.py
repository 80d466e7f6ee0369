"""From draft to published and retired: each step is a verb that refuses what its state does not allow.

Publishing a draft at once is one person's decision; a house that wants two calls `publish_approved`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from content.assets.errors import (
    AlreadyExpired,
    ChangedSinceApproval,
    NobodyCanSeeIt,
    NotApproved,
    NotReady,
    OwnWork,
    WrongStep,
)
from content.assets.models import Asset, AssetState, AssetVersion, Processing
from content.editing.approval_errors import ChangedSinceSeen, NotYours
from content.editing.stored_files import StoredFiles
from portal.kernel import activity
from portal.kernel.identity import Identity


class Verb(Protocol):
    """Any of the verbs below; what else one needs was given to it before."""

    def __call__(self, session: Session, asset: Asset, *, at: datetime, by: Identity) -> None: ...


@dataclass(frozen=True, slots=True)
class _Step:
    verb: str
    starts: frozenset[AssetState]
    end: AssetState


_DRAFT, _IN_REVIEW, _APPROVED, _PUBLISHED, _RETIRED = AssetState
_SUBMIT = _Step("submitted", frozenset({_DRAFT, _RETIRED}), _IN_REVIEW)
_APPROVE = _Step("approved", frozenset({_IN_REVIEW}), _APPROVED)
_PUBLISH = _Step("published", frozenset({_DRAFT, _APPROVED, _RETIRED}), _PUBLISHED)
_WITHDRAW = _Step("withdrawn", frozenset({_PUBLISHED, _IN_REVIEW, _APPROVED}), _DRAFT)
_RETIRE = _Step("retired", frozenset({_PUBLISHED}), _RETIRED)


def submit(session: Session, asset: Asset, *, at: datetime, by: Identity | str) -> None:
    """Hand a draft, or what was retired, to someone else for approval."""
    _take(session, asset, _SUBMIT, at=at, by=by)
    asset.sent_back_reason = asset.sent_back_by_id = asset.sent_back_at = None
    asset.submitted_by_id, asset.submitted_at = _person(by), at


def approve(session: Session, asset: Asset, *, at: datetime, by: Identity, seen: str | None = None) -> None:
    """Approve what someone else made; always a person, so that it can be said who.

    They stand behind what it says: it is verified on the day that `at` is in its own zone.
    `seen` is the mark of what they looked at. Raises OwnWork, ChangedSinceSeen.
    """
    hold(session, asset)
    if seen is not None and seen != asset.mark:
        raise ChangedSinceSeen
    if by.user_id in asset.author_ids:
        raise OwnWork
    _take(session, asset, _APPROVE, at=at, by=by)
    asset.approved_by_id, asset.approved_at, asset.verified_on = by.user_id, at, at.date()
    asset.approved_version = asset.current_version.number if asset.current_version else None


def hold(session: Session, asset: Asset) -> None:
    """Its state as it is now, and until the end of the transaction nobody else's to change.

    So of who approves it and who changes it at one moment the second finds what the first did.
    """
    session.flush()
    session.refresh(asset, ["state", "updated_at"], with_for_update=True)


def publish(session: Session, asset: Asset, *, at: datetime, by: Identity | str, files: StoredFiles) -> None:
    """Let its audience see it from this instant on.

    Raises NotReady, NobodyCanSeeIt, AlreadyExpired, ChangedSinceApproval, StoreSilent, FileLost.
    """
    refuse_unpublishable(asset, at=at)
    if asset.state in _PUBLISH.starts and asset.current_version is not None:
        files.refuse_unserved(asset.current_version)
    _take(session, asset, _PUBLISH, at=at, by=by)
    _show_current(asset, at=at)
    asset.published_at = asset.published_at or at
    asset.publish_at = asset.publish_by_id = asset.publish_problem = None


def publish_approved(
    session: Session, asset: Asset, *, at: datetime, by: Identity | str, files: StoredFiles
) -> None:
    """Publish where the house wants a second person. Raises NotApproved, and what `publish` raises."""
    refuse_unapproved(asset)
    publish(session, asset, at=at, by=by, files=files)


def _show_current(asset: Asset, *, at: datetime) -> None:
    """Partners have the current version from now on; what it replaced as a draft stays with the brand."""
    if asset.published_at is None:
        for version in asset.versions:
            version.is_held = True
    release(asset.current_version, at=at)


def release(version: AssetVersion | None, *, at: datetime) -> None:
    """From a held version on partners have it."""
    if version is not None and version.is_held:
        version.is_held, version.released_at = False, at


def refuse_unapproved(asset: Asset) -> None:
    """Raises NotApproved."""
    if not asset.is_approved_as_it_is and asset.state is not AssetState.APPROVED:
        raise NotApproved


def refuse_unpublishable(asset: Asset, *, at: datetime) -> None:
    """Raises NotReady, NobodyCanSeeIt, AlreadyExpired, ChangedSinceApproval."""
    current = asset.current_version
    if current is None or not current.is_ready:
        newest = asset.versions[0] if asset.versions else None
        failed = newest is not None and newest.processing is Processing.FAILED
        raise NotReady(newest.reason if newest is not None and failed else None)
    if not asset.audience:
        raise NobodyCanSeeIt
    if asset.is_expired(at):
        raise AlreadyExpired
    approved = asset.approved_version
    if asset.state is AssetState.APPROVED and approved is not None and approved != current.number:
        raise ChangedSinceApproval(approved, current.number)


def withdraw(session: Session, asset: Asset, *, at: datetime, by: Identity | str) -> None:
    """Back to a draft, out of sight: the undo of publishing, submitting and approving."""
    _take(session, asset, _WITHDRAW, at=at, by=by)
    forget_approval(asset)
    asset.publish_at = asset.publish_by_id = asset.publish_problem = None


def take_back(session: Session, asset: Asset, *, at: datetime, by: Identity) -> None:
    """`withdraw`, but what waits for approval is taken back by its authors only. Raises NotYours."""
    if asset.state is AssetState.IN_REVIEW and by.user_id not in asset.author_ids:
        raise NotYours
    withdraw(session, asset, at=at, by=by)


def retire(session: Session, asset: Asset, *, at: datetime, by: Identity | str) -> None:
    """Take it out of use for good; publishing it again is the undo."""
    _take(session, asset, _RETIRE, at=at, by=by)


def written_by(asset: Asset, *, at: datetime, by: Identity | str) -> None:
    """They wrote in it: an author, who cannot approve it."""
    asset.updated_at, asset.changed_by_id = at, _person(by)
    reopen(asset)


def reopen(asset: Asset) -> None:
    """What was approved has changed: it waits for approval again, by somebody other than who changed it."""
    if asset.state is AssetState.RETIRED:
        forget_approval(asset)
    if asset.state is not AssetState.APPROVED:
        return
    if asset.publish_at is not None:
        asset.publish_problem = "It was changed after it had been approved."
    asset.state = AssetState.IN_REVIEW
    asset.publish_at = asset.publish_by_id = None
    asset.approved_by_id = asset.approved_at = asset.approved_version = None


def forget_approval(asset: Asset) -> None:
    asset.submitted_by_id = asset.submitted_at = None
    asset.approved_by_id = asset.approved_at = asset.approved_version = None


def _person(by: Identity | str) -> int | None:
    return by.user_id if isinstance(by, Identity) else None


def _take(session: Session, asset: Asset, step: _Step, *, at: datetime, by: Identity | str) -> None:
    if asset.state not in step.starts:
        raise WrongStep(step.verb, asset.state)
    facts = {"before": str(asset.state), "version": asset.current_version and asset.current_version.number}
    asset.state, asset.updated_at = step.end, at
    activity.record(session, f"asset.{step.verb}", ("asset", asset.ref), at=at, by=by, **facts)
