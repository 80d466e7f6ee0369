"""Partners' own copies are made in the background: asked for, made by the worker, told why where not."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, sessionmaker

from content.assets.cobranding_models import WantedCopy
from content.assets.errors import CannotBeBranded
from content.assets.models import Asset, AssetState, AssetVersion, Processing
from content.processing.cobranding import BrandingJob, cobranded, job_for
from content.processing.leases import MOST_TRIES, WAIT_FOR_STORE, is_free, take
from partners.models import Organisation
from portal.kernel.db import transaction
from portal.kernel.ports import BlobNotStored, BlobStore
from portal.kernel.upserts import insert_into

log = logging.getLogger("makegood.processing")

# longer than the child that makes one may take
LEASE = timedelta(minutes=2)
GIVEN_UP = f"Making it was interrupted {MOST_TRIES} times, so it was given up."
SOURCE_GONE = "The uploaded file is missing from the store."


def ask_for_copy(session: Session, job: BrandingJob, *, at: datetime) -> WantedCopy:
    """Have it made; what could not be made before is tried again, what is being made goes on."""
    row = {"version_id": job.version_id, "organisation_id": job.organisation_id, "asked_at": at}
    row |= {"processing": Processing.PENDING, "tries": 0}
    again = {"processing": Processing.PENDING, "tries": 0, "reason": None, "asked_at": at}
    session.execute(
        insert_into(session, WantedCopy)
        .values(row)
        .on_conflict_do_update(
            index_elements=["version_id", "organisation_id"],
            set_=again,
            where=WantedCopy.processing == Processing.FAILED,
        )
    )
    wanted = wanted_copy(session, job)
    assert wanted is not None
    return wanted


def wanted_copy(session: Session, job: BrandingJob) -> WantedCopy | None:
    """That it was asked for, and how far that is."""
    return session.scalar(
        select(WantedCopy)
        .where(WantedCopy.version_id == job.version_id, WantedCopy.organisation_id == job.organisation_id)
        .execution_options(populate_existing=True)
    )


def waiting(session: Session, *, at: datetime) -> list[int]:
    """Copies that nobody is making: new ones, and those whose worker was killed; oldest first."""
    return list(session.scalars(select(WantedCopy.id).where(is_free(WantedCopy, at)).order_by(WantedCopy.id)))


def make_copy(
    sessions: sessionmaker[Session], blobs: BlobStore, wanted_id: int, *, clock: Callable[[], datetime]
) -> None:
    """Make a copy that was asked for, unless another worker is at it.

    It carries what its partner and the brand say by now; of what nobody may open any more none is made. A
    store that does not answer leaves it to be tried again.
    """
    with transaction(sessions) as session:
        job = _claim(session, wanted_id, at=clock())
    if job is None:
        return
    reason = None
    try:
        cobranded(sessions, blobs, job, at=clock())
    except CannotBeBranded as refusal:
        reason = refusal.sentence
    except BlobNotStored:
        reason = SOURCE_GONE
    except OSError as error:
        log.warning("a partner's copy waits for the store: %s", error)
        with transaction(sessions) as session:
            later = {"processing": Processing.PENDING, "lease_until": clock() + WAIT_FOR_STORE}
            session.execute(update(WantedCopy).where(WantedCopy.id == wanted_id).values(later))
        return
    with transaction(sessions) as session:
        wanted = session.get(WantedCopy, wanted_id)
        if wanted is not None and reason is None:
            session.delete(wanted)
        elif wanted is not None:
            wanted.processing, wanted.reason, wanted.lease_until = Processing.FAILED, reason, None


def _claim(session: Session, wanted_id: int, *, at: datetime) -> BrandingJob | None:
    """What is to be made, taken for the length of a lease; None where there is nothing to make."""
    taken = take(session, WantedCopy, wanted_id, at=at, until=at + LEASE)
    if taken is None:
        return None
    wanted = session.get_one(WantedCopy, wanted_id, populate_existing=True)
    if taken > MOST_TRIES:
        wanted.processing, wanted.reason, wanted.lease_until = Processing.FAILED, GIVEN_UP, None
        return None
    job = _job(session, wanted, at=at)
    if job is None:
        session.delete(wanted)
    return job


def _job(session: Session, wanted: WantedCopy, *, at: datetime) -> BrandingJob | None:
    version = session.scalar(
        select(AssetVersion)
        .join(Asset, Asset.current_version_id == AssetVersion.id)
        .where(
            AssetVersion.id == wanted.version_id,
            Asset.state == AssetState.PUBLISHED,
            or_(Asset.expires_at.is_(None), Asset.expires_at > at),
        )
    )
    if version is None:
        return None
    return job_for(session, version, session.get_one(Organisation, wanted.organisation_id))
