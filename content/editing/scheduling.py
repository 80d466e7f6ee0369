"""Publishing at a set instant: nothing is visible a second before, and what fails then says why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from content.assets.errors import ExpiresBefore, NothingScheduled, NotInTheFuture, StoreSilent, WrongStep
from content.assets.models import Asset, AssetState
from content.editing.publishing import publish, publish_approved, refuse_unpublishable
from content.editing.stored_files import StoredFiles, files_to_publish
from portal.kernel import activity
from portal.kernel.db import reading, transaction
from portal.kernel.errors import Refusal
from portal.kernel.identity import Identity

WORKER = "worker"
Publish = Callable[..., None]
STARTS = (AssetState.DRAFT, AssetState.APPROVED, AssetState.RETIRED)


def schedule(session: Session, asset: Asset, publish_at: datetime, *, at: datetime, by: Identity) -> None:
    """Have it published at an instant, by whoever asks now. Again: at another one.

    Raises WrongStep, NotInTheFuture, ExpiresBefore, and what publishing it now would raise.
    """
    if asset.state not in STARTS:
        raise WrongStep("set to be published", asset.state)
    if publish_at <= at:
        raise NotInTheFuture
    refuse_unpublishable(asset, at=at)
    if asset.is_expired(publish_at):
        raise ExpiresBefore
    asset.publish_at, asset.publish_by_id, asset.publish_problem = publish_at, by.user_id, None
    asset.updated_at = at
    told = {"publish_at": publish_at.isoformat()}
    activity.record(session, "asset.scheduled", ("asset", asset.ref), at=at, by=by, **told)


def unschedule(session: Session, asset: Asset, *, at: datetime, by: Identity) -> None:
    """Raises NothingScheduled."""
    if asset.publish_at is None:
        raise NothingScheduled
    asset.publish_at = asset.publish_by_id = asset.publish_problem = None
    asset.updated_at = at
    activity.record(session, "asset.unscheduled", ("asset", asset.ref), at=at, by=by)


def publish_due(
    sessions: sessionmaker[Session],
    files: StoredFiles,
    *,
    needs_approval: bool,
    clock: Callable[[], datetime],
) -> int:
    """Publish what is due by now, each in a transaction of its own; how many were published.

    What the store cannot be asked for waits, says why, and is tried again at the next round.
    """
    with reading(sessions) as session:
        due = session.scalars(
            select(Asset.id).where(Asset.publish_at <= clock()).order_by(Asset.publish_at, Asset.id)
        ).all()
        wanted = files_to_publish(session, due) if due else []
    files.ask(wanted)
    step: Publish = partial(publish_approved if needs_approval else publish, files=files)
    return sum(_published(sessions, asset_id, step, clock()) for asset_id in due)


def _published(sessions: sessionmaker[Session], asset_id: int, step: Publish, at: datetime) -> bool:
    with transaction(sessions) as session:
        # another machine may have done it, or a person taken it back, in this moment
        asset = session.scalar(
            select(Asset).where(Asset.id == asset_id, Asset.publish_at <= at).with_for_update()
        )
        if asset is None:
            return False
        try:
            step(session, asset, at=at, by=WORKER)
        except StoreSilent as silent:
            asset.publish_problem = silent.sentence
            return False
        except Refusal as refusal:
            asset.publish_at, asset.publish_problem, asset.updated_at = None, refusal.sentence, at
            told = {"reason": refusal.sentence}
            activity.record(session, "asset.publish_failed", ("asset", asset.ref), at=at, by=WORKER, **told)
            return False
        return True
