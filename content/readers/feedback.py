"""Useful, not useful, out of date: said in one tap, changed or taken back, summed up for the brand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, func, select, update
from sqlalchemy.orm import Session

from content.assets.models import Asset, AssetState, AssetVersion
from content.readers.reader_models import Answer, Feedback
from partners.models import Organisation, User
from portal.kernel import activity
from portal.kernel.identity import Identity
from portal.kernel.upserts import insert_into

LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class Said:
    """An answer; the note says what is out of date."""

    answer: Answer
    note: str = ""


@dataclass(frozen=True, slots=True)
class FeedbackSums:
    """How many people gave each answer. A person who answered two versions counts in both."""

    useful: int = 0
    not_useful: int = 0
    out_of_date: int = 0

    @property
    def total(self) -> int:
        return self.useful + self.not_useful + self.out_of_date

    def __add__(self, other: FeedbackSums) -> FeedbackSums:
        return FeedbackSums(
            self.useful + other.useful,
            self.not_useful + other.not_useful,
            self.out_of_date + other.out_of_date,
        )


@dataclass(frozen=True, slots=True)
class Report:
    """Somebody says that a version is out of date, and perhaps why."""

    version: int
    note: str
    person: str
    partner: str
    at: datetime
    is_settled: bool


def give_feedback(
    session: Session, identity: Identity, version: AssetVersion, said: Said, *, at: datetime
) -> None:
    """Keep the person's answer on a version that the guard has granted; an earlier one is replaced."""
    note = " ".join(said.note.split())[:LONGEST_NOTE] if said.answer is Answer.OUT_OF_DATE else ""
    row = {
        "asset_id": version.asset_id,
        "version_id": version.id,
        "user_id": identity.user_id,
        "organisation_id": identity.organisation_id,
        "answer": said.answer,
        "note": note,
        "given_at": at,
        "settled_at": None,
    }
    statement = insert_into(session, Feedback).values(row)
    changed = {name: row[name] for name in ("answer", "note", "given_at", "settled_at")}
    session.execute(
        statement.on_conflict_do_update(index_elements=[Feedback.user_id, Feedback.version_id], set_=changed)
    )


def take_back_feedback(session: Session, identity: Identity, version: AssetVersion) -> None:
    """The undo of answering."""
    own = (Feedback.user_id == identity.user_id, Feedback.version_id == version.id)
    session.execute(delete(Feedback).where(*own))


def own_feedback(session: Session, identity: Identity, version: AssetVersion) -> Said | None:
    """What the person said of this version."""
    found = session.execute(
        select(Feedback.answer, Feedback.note).where(
            Feedback.user_id == identity.user_id, Feedback.version_id == version.id
        )
    ).first()
    return Said(*found) if found else None


def feedback_by_version(session: Session, asset_id: int) -> dict[int, FeedbackSums]:
    """Sums for the brand, by the number of the version, the newest first."""
    query = (
        select(AssetVersion.number, Feedback.answer, func.count())
        .join(AssetVersion, AssetVersion.id == Feedback.version_id)
        .where(Feedback.asset_id == asset_id)
        .group_by(AssetVersion.number, Feedback.answer)
        .order_by(AssetVersion.number.desc())
    )
    found: dict[int, FeedbackSums] = {}
    for number, answer, count in session.execute(query):
        found[number] = found.get(number, FeedbackSums()) + FeedbackSums(**{str(answer): count})
    return found


def feedback_by_asset(session: Session, asset_ids: Collection[int]) -> dict[int, FeedbackSums]:
    """Sums of these assets over all versions; for the brand."""
    query = (
        select(Feedback.asset_id, Feedback.answer, func.count())
        .where(Feedback.asset_id.in_(asset_ids))
        .group_by(Feedback.asset_id, Feedback.answer)
    )
    found: dict[int, FeedbackSums] = {}
    for asset_id, answer, count in session.execute(query):
        found[asset_id] = found.get(asset_id, FeedbackSums()) + FeedbackSums(**{str(answer): count})
    return found


def out_of_date_reports(session: Session, asset_id: int, *, most: int) -> list[Report]:
    """Who reported the asset as out of date, the last first; for the brand."""
    query = (
        select(
            AssetVersion.number,
            Feedback.note,
            User.name,
            Organisation.name,
            Feedback.given_at,
            Feedback.settled_at.is_not(None),
        )
        .join(AssetVersion, AssetVersion.id == Feedback.version_id)
        .join(User, User.id == Feedback.user_id)
        .join(Organisation, Organisation.id == Feedback.organisation_id)
        .where(Feedback.asset_id == asset_id, Feedback.answer == Answer.OUT_OF_DATE)
        .order_by(Feedback.given_at.desc(), Feedback.id.desc())
        .limit(most)
    )
    return [Report(*row) for row in session.execute(query)]


def is_reported_out_of_date() -> ColumnElement[bool]:
    """A condition on `Asset`: an open report on its current version. A new version leaves it behind."""
    return exists(
        select(Feedback.id).where(
            Feedback.version_id == Asset.current_version_id,
            Feedback.answer == Answer.OUT_OF_DATE,
            Feedback.settled_at.is_(None),
        )
    )


def reported_count(session: Session) -> int:
    """How many published assets have an open report."""
    counted = select(func.count()).select_from(Asset)
    return session.scalar(counted.where(Asset.state == AssetState.PUBLISHED, is_reported_out_of_date())) or 0


def settle_reports(session: Session, asset: Asset, *, at: datetime, by: Identity | str) -> int:
    """The content was looked into and is right: its open reports leave the review queue. How many."""
    settled = session.scalars(
        update(Feedback)
        .where(
            Feedback.asset_id == asset.id,
            Feedback.answer == Answer.OUT_OF_DATE,
            Feedback.settled_at.is_(None),
        )
        .values(settled_at=at)
        .returning(Feedback.id)
    ).all()
    if settled:
        facts = {"reports": len(settled)}
        activity.record(session, "asset.reports_settled", ("asset", asset.ref), at=at, by=by, **facts)
    return len(settled)
