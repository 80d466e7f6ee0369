"""The weekly digest: planned once on Monday morning, and for each person what is new to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content.assets.mail_models import TaskSlot
from content.assets.mails import takes_slot, want_mails
from content.assets.models import Asset, AssetState
from content.finding.search_reports import DeadEnd, dead_end_counts
from content.readers.changes import Changes, changes_since
from content.readers.feedback import reported_count
from content.readers.must_read_queries import ToRead, to_read
from content.usage.usage_unused import unused_counts
from content.usage.visit_models import DigestRefusal
from partners.models import User
from partners.people import identity_of
from portal.kernel.identity import Permission, Role

TASK = "digest"
WEEK = timedelta(days=7)
MONDAY, MORNING = 0, 7
READERS = (Role.PARTNER, Role.PARTNER_ADMIN, Role.BRAND, Role.ADMIN)
MOST = 12


@dataclass(frozen=True, slots=True)
class BrandWeek:
    """What the library needs: for who writes content."""

    due_for_review: int = 0
    reported: int = 0
    # words that partners searched for
    found_nothing: int = 0
    never_opened: int = 0

    @property
    def needs_somebody(self) -> bool:
        return bool(self.due_for_review or self.reported or self.found_nothing)


@dataclass(frozen=True, slots=True)
class Digest:
    """A person's week. Partners have things to read, the brand's people a library to keep."""

    reader: User
    changes: Changes
    to_read: tuple[ToRead, ...] = ()
    brand: BrandWeek = field(default_factory=BrandWeek)

    @property
    def is_empty(self) -> bool:
        return not (self.changes.total or self.to_read or self.brand.needs_somebody)


def is_time(local: datetime) -> bool:
    """Monday morning where the house is; a worker that was away until Tuesday sends none."""
    return local.weekday() == MONDAY and local.hour >= MORNING


def is_planned(session: Session, on: date) -> bool:
    return session.get(TaskSlot, (TASK, on.isoformat())) is not None


def plan_digest(session: Session, on: date, *, at: datetime) -> int:
    """Ask for a mail to everybody who did not refuse it. Of two workers one does; the other gets 0."""
    if not takes_slot(session, TASK, on.isoformat(), at=at):
        return 0
    people = session.scalars(
        select(User.id).where(
            User.role.in_(READERS),
            User.disabled_at.is_(None),
            User.password_hash.is_not(None),
            User.id.not_in(select(DigestRefusal.user_id)),
        )
    ).all()
    return want_mails(session, TASK, on.isoformat(), people, at=at)


def digest_of(session: Session, user: User, *, today: date, at: datetime) -> Digest | None:
    """The person's last seven days; None when there is nothing to say."""
    identity = identity_of(session, user, today=today)
    is_brand = identity.may(Permission.CONTENT_WRITE)
    digest = Digest(
        user,
        # the brand's people made the changes themselves
        Changes(at - WEEK) if is_brand else changes_since(session, identity, at - WEEK, at=at, most=MOST),
        tuple(to_read(session, identity, at=at)),
        _brand_week(session, user, today=today, at=at) if is_brand else BrandWeek(),
    )
    return None if digest.is_empty else digest


def _brand_week(session: Session, user: User, *, today: date, at: datetime) -> BrandWeek:
    due = select(func.count()).where(Asset.state == AssetState.PUBLISHED, Asset.review_on <= today + WEEK)
    identity = identity_of(session, user, today=today)
    return BrandWeek(
        session.scalar(due) or 0,
        reported_count(session),
        dead_end_counts(session, today - WEEK)[DeadEnd.FOUND_NOTHING],
        unused_counts(session, identity, today=today, at=at).never,
    )
