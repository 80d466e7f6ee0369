"""Work of the background that one worker takes at a time: held by a lease, and given up after three tries.

A worker that is killed leaves a lease that ends; the next one starts again.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, update
from sqlalchemy.orm import Session

from content.assets.cobranding_models import WantedCopy
from content.assets.models import AssetVersion, Processing

MOST_TRIES = 3
# a store that does not answer may do so then
WAIT_FOR_STORE = timedelta(seconds=30)

Leased = type[AssetVersion | WantedCopy]


def is_free(work: Leased, at: datetime) -> ColumnElement[bool]:
    """Nobody has it: it waits and its time has come, or the lease of who had it is over."""
    over = work.lease_until <= at
    return or_(
        and_(work.processing == Processing.PENDING, or_(work.lease_until.is_(None), over)),
        and_(work.processing == Processing.PROCESSING, over),
    )


def take(session: Session, work: Leased, row_id: int, *, at: datetime, until: datetime) -> int | None:
    """The number of this try, which may be one more than MOST_TRIES; None when it is not free."""
    return session.execute(
        update(work)
        .where(work.id == row_id, is_free(work, at))
        .values(processing=Processing.PROCESSING, tries=work.tries + 1, lease_until=until)
        .returning(work.tries)
        .execution_options(synchronize_session=False)
    ).scalar()
