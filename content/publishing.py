"""From draft to published and retired: each step is a verb that refuses what its state does not allow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from content.errors import AlreadyExpired, NobodyCanSeeIt, NotReady, OwnWork, WrongStep
from content.models import Asset, AssetState, Processing
from portal.kernel import activity
from portal.kernel.identity import Identity


@dataclass(frozen=True, slots=True)
class _Step:
    verb: str
    starts: frozenset[AssetState]
    end: AssetState


_DRAFT, _IN_REVIEW, _APPROVED, _PUBLISHED, _RETIRED = AssetState
_SUBMIT = _Step("submitted", frozenset({_DRAFT}), _IN_REVIEW)
_APPROVE = _Step("approved", frozenset({_IN_REVIEW}), _APPROVED)
_PUBLISH = _Step("published", frozenset({_DRAFT, _APPROVED, _RETIRED}), _PUBLISHED)
_WITHDRAW = _Step("withdrawn", frozenset({_PUBLISHED, _IN_REVIEW, _APPROVED}), _DRAFT)
_RETIRE = _Step("retired", frozenset({_PUBLISHED}), _RETIRED)


def submit(session: Session, asset: Asset, *, at: datetime, by: Identity | str) -> None:
    """Hand a draft to someone else for approval."""
    _take(session, asset, _SUBMIT, at=at, by=by)


def approve(session: Session, asset: Asset, *, at: datetime, by: Identity | str) -> None:
    """Approve what someone else made. Raises OwnWork."""
    if isinstance(by, Identity) and by.user_id == asset.created_by_id:
        raise OwnWork
    _take(session, asset, _APPROVE, at=at, by=by)


def publish(session: Session, asset: Asset, *, at: datetime, by: Identity | str) -> None:
    """Let its audience see it from this instant on. Raises NotReady, NobodyCanSeeIt, AlreadyExpired."""
    current = asset.current_version
    if current is None or not current.is_ready:
        newest = asset.versions[0] if asset.versions else None
        failed = newest is not None and newest.processing is Processing.FAILED
        raise NotReady(newest.reason if newest is not None and failed else None)
    if not asset.audience:
        raise NobodyCanSeeIt
    if asset.is_expired(at):
        raise AlreadyExpired
    _take(session, asset, _PUBLISH, at=at, by=by)
    asset.published_at = asset.published_at or at


def withdraw(session: Session, asset: Asset, *, at: datetime, by: Identity | str) -> None:
    """Back to a draft, out of sight: the undo of publishing, submitting and approving."""
    _take(session, asset, _WITHDRAW, at=at, by=by)


def retire(session: Session, asset: Asset, *, at: datetime, by: Identity | str) -> None:
    """Take it out of use for good; publishing it again is the undo."""
    _take(session, asset, _RETIRE, at=at, by=by)


def _take(session: Session, asset: Asset, step: _Step, *, at: datetime, by: Identity | str) -> None:
    if asset.state not in step.starts:
        raise WrongStep(step.verb, asset.state)
    facts = {"before": str(asset.state), "version": asset.current_version and asset.current_version.number}
    asset.state, asset.updated_at = step.end, at
    activity.record(session, f"asset.{step.verb}", ("asset", asset.ref), at=at, by=by, **facts)
