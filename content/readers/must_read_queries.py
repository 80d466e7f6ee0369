"""Must-reads as each side sees them: what a person still has to read; who has not, for the brand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session, contains_eager

from content.assets.audiences import visible_assets
from content.assets.models import Asset, AssetVersion
from content.readers.asked_people import has_opened, is_open_to_its_audience, may_see, partner_people
from content.readers.must_read_models import Acknowledgement, MustRead
from portal.kernel.errors import NotFound
from portal.kernel.identity import Identity

# how long a new version may be left unread when it asks again
ANEW = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class ToRead:
    """What a person has to read. `has_opened` is whether they opened the current version."""

    must_read_id: int
    ref: str
    title: str
    version: int
    due_on: date
    note: str
    has_opened: bool
    acknowledged_at: datetime | None = None

    def is_overdue(self, today: date) -> bool:
        return self.acknowledged_at is None and self.due_on < today


@dataclass(frozen=True, slots=True)
class Progress:
    """A must-read for the brand: how many people are asked, and how many have acknowledged it."""

    must_read: MustRead
    version: AssetVersion
    asked: int
    acknowledged: int

    @property
    def missing(self) -> int:
        return self.asked - self.acknowledged

    @property
    def due_on(self) -> date:
        return due_day(self.must_read, self.version)


@dataclass(frozen=True, slots=True)
class Unread:
    """A person who is asked and has not acknowledged it."""

    user_id: int
    person: str
    email: str
    partner_ref: str
    partner: str
    has_opened: bool


def due_day(must_read: MustRead, version: AssetVersion) -> date:
    """The last day: as asked, or two weeks after a version that asks again."""
    if must_read.asks_again and version.number > must_read.asked_version:
        return max(must_read.due_on, version.came_at.date() + ANEW)
    return must_read.due_on


def to_read(session: Session, identity: Identity, *, at: datetime) -> list[ToRead]:
    """What the person has not acknowledged yet, what is due first; nothing for the brand's own people."""
    if not identity.is_partner:
        return []
    rows = session.execute(_asked(identity, at=at).where(~_has_acknowledged(literal(identity.user_id))))
    return sorted((_to_read(*row, None) for row in rows), key=lambda one: (one.due_on, one.ref))


def own_state(session: Session, identity: Identity, asset: Asset, *, at: datetime) -> ToRead | None:
    """How the person stands to one asset; None when they are not asked."""
    if not identity.is_partner:
        return None
    when = (
        select(func.max(Acknowledgement.at))
        .where(
            Acknowledgement.must_read_id == MustRead.id,
            Acknowledgement.user_id == identity.user_id,
            _counts(),
        )
        .correlate(MustRead, AssetVersion)
        .scalar_subquery()
    )
    query = _asked(identity, at=at).add_columns(when).where(Asset.id == asset.id)
    row = session.execute(query).first()
    return _to_read(*row) if row else None


def asked_must_read(session: Session, identity: Identity, asset: Asset, *, at: datetime) -> MustRead | None:
    """The must-read by which the person is asked to read the asset."""
    row = session.execute(_asked(identity, at=at).where(Asset.id == asset.id)).first()
    return row[0] if row and identity.is_partner else None


def must_read_of(session: Session, ref: str) -> MustRead:
    """Of the asset of that ref, ended or not; for the brand. Raises NotFound."""
    found = session.scalar(
        select(MustRead).join(MustRead.asset).where(Asset.ref == ref).options(contains_eager(MustRead.asset))
    )
    if found is None:
        raise NotFound
    return found


def progress(
    session: Session, *, today: date, only: MustRead | None = None, asset: Asset | None = None
) -> list[Progress]:
    """Every must-read that is asked for, what is due first; or one, or that of an asset. For the brand."""
    wanted = MustRead.ended_at.is_(None) if only is None else MustRead.id == only.id
    if asset is not None:
        wanted = and_(wanted, MustRead.asset_id == asset.id)
    people = partner_people(today)
    asked = func.count(people.c.user_id)
    done = func.sum(case((_has_acknowledged(people.c.user_id), 1), else_=0))
    counted = (
        select(MustRead.id, asked.label("asked"), done.label("done"))
        .join(Asset, Asset.id == MustRead.asset_id)
        .join(AssetVersion, AssetVersion.id == Asset.current_version_id)
        .join(people, true())
        .where(may_see(people, Asset.id), wanted)
        .group_by(MustRead.id)
        .subquery()
    )
    query = (
        select(MustRead, AssetVersion, func.coalesce(counted.c.asked, 0), func.coalesce(counted.c.done, 0))
        .join(MustRead.asset)
        .join(AssetVersion, AssetVersion.id == Asset.current_version_id)
        .outerjoin(counted, counted.c.id == MustRead.id)
        .options(contains_eager(MustRead.asset))
        .where(wanted)
        .order_by(MustRead.due_on, MustRead.id)
    )
    return [Progress(*row) for row in session.execute(query)]


def not_acknowledged(
    session: Session, must_read: MustRead, *, today: date, limit: int | None = None, offset: int = 0
) -> list[Unread]:
    """Who is asked and has not, by partner and name; for the brand."""
    people = partner_people(today)
    query = _unread(people, must_read).order_by(people.c.partner, people.c.person, people.c.user_id)
    return [Unread(*row) for row in session.execute(query.limit(limit).offset(offset))]


def _unread(people: Subquery, must_read: MustRead) -> Select[int, str, str, str, str, bool]:
    return (
        select(
            people.c.user_id,
            people.c.person,
            people.c.email,
            people.c.partner_ref,
            people.c.partner,
            has_opened(people.c.user_id, AssetVersion.id),
        )
        .select_from(MustRead)
        .join(Asset, Asset.id == MustRead.asset_id)
        .join(AssetVersion, AssetVersion.id == Asset.current_version_id)
        .join(people, true())
        .where(MustRead.id == must_read.id, may_see(people, Asset.id), ~_has_acknowledged(people.c.user_id))
    )


def _asked(identity: Identity, *, at: datetime) -> Select[MustRead, Asset, AssetVersion, bool]:
    opened = has_opened(literal(identity.user_id), AssetVersion.id)
    return (
        select(MustRead, Asset, AssetVersion, opened)
        .join(Asset, Asset.id == MustRead.asset_id)
        .join(AssetVersion, AssetVersion.id == Asset.current_version_id)
        .where(
            MustRead.ended_at.is_(None),
            Asset.id.in_(visible_assets(identity, at=at)),
            *is_open_to_its_audience(),
        )
    )


def _has_acknowledged(user_id: ColumnElement[int]) -> ColumnElement[bool]:
    """The person of the row has acknowledged the must-read of the row, as far as that counts today."""
    mine = select(Acknowledgement.id).where(
        Acknowledgement.must_read_id == MustRead.id, Acknowledgement.user_id == user_id, _counts()
    )
    return mine.correlate_except(Acknowledgement).exists()


def _counts() -> ColumnElement[bool]:
    return or_(MustRead.asks_again.is_(False), Acknowledgement.version_id == AssetVersion.id)


def _to_read(
    must_read: MustRead, asset: Asset, version: AssetVersion, opened: object, acknowledged_at: datetime | None
) -> ToRead:
    return ToRead(
        must_read.id,
        asset.ref,
        asset.title,
        version.number,
        due_day(must_read, version),
        must_read.note,
        bool(opened),
        acknowledged_at,
    )
