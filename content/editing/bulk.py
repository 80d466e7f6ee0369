"""Many assets changed at once: looked at before, written with what was before, and undone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from content.assets.asset_facts import Difference, Facts, facts_of, loaded, put_back
from content.assets.bulk_models import BulkChange, BulkChangeRow, BulkKind
from content.assets.errors import AlreadyUndone, NotApproved, TooManyAtOnce
from content.assets.models import Asset, AssetState
from content.assets.proposal_models import ChangeState
from content.editing.import_undo import take_back
from content.editing.proposing import READ_BY_PARTNERS, take_back_changes
from content.editing.publishing import reopen
from content.editing.term_changes import restored_terms
from portal.kernel import activity
from portal.kernel.db import add_rows
from portal.kernel.errors import NotFound, Refusal
from portal.kernel.identity import Identity

MOST = 5_000
# of a change's details: the numbers of what it proposed of published assets
PROPOSED = "proposed_changes"
# one verb of the library, with the moment and the person in it; it refuses before it changes anything
Step = Callable[[Session, Asset], None]


@dataclass(frozen=True, slots=True)
class Changed:
    asset_id: int
    ref: str
    title: str
    difference: Difference


@dataclass(frozen=True, slots=True)
class Refused:
    """An asset that stays as it is, and why."""

    ref: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of each asset; what is not named stays as it is because it is so already."""

    changed: tuple[Changed, ...]
    refused: tuple[Refused, ...]
    same: int


@dataclass(frozen=True, slots=True)
class Undone:
    """How many assets are as they were, and those that somebody changed since."""

    kind: BulkKind
    restored: int
    kept: tuple[Refused, ...]


NOTHING = Outcome((), (), 0)
CHANGED_SINCE = "It was changed since, and stays as it is now."


def outcome_of(session: Session, ids: Iterable[int], step: Step) -> Outcome:
    """Take the step with each asset, in memory; nothing is written before a flush. Raises TooManyAtOnce.

    So the preview is what will happen: the same verbs, in a session of which nothing is kept.
    """
    wanted = set(ids)
    if len(wanted) > MOST:
        raise TooManyAtOnce(len(wanted), MOST)
    changed, refused, same = [], [], 0
    with session.no_autoflush:
        for asset in loaded(session, wanted):
            before = facts_of(asset)
            try:
                step(session, asset)
            except Refusal as refusal:
                refused.append(Refused(asset.ref, asset.title, refusal.sentence))
                continue
            difference = Difference.between(before, facts_of(asset))
            if difference.is_none:
                same += 1
            else:
                changed.append(Changed(asset.id, asset.ref, asset.title, difference))
    return Outcome(tuple(changed), tuple(refused), same)


def record(
    session: Session, kind: BulkKind, outcome: Outcome, *, at: datetime, by: Identity | str
) -> BulkChange:
    """Write what was done, so that it can be undone."""
    change = BulkChange(
        kind=kind,
        at=at,
        by_id=by.user_id if isinstance(by, Identity) else None,
        asset_count=len(outcome.changed),
        details={},
    )
    activity.write_waiting(session)
    session.add(change)
    session.flush()
    rows = [
        {
            "change_id": change.id,
            "asset_id": one.asset_id,
            "before": dict(one.difference.before),
            "after": dict(one.difference.after),
        }
        for one in outcome.changed
    ]
    add_rows(session, BulkChangeRow, rows)
    told = {"assets": change.asset_count}
    activity.record(session, f"bulk.{kind}", ("bulk_change", str(change.id)), at=at, by=by, **told)
    activity.write_waiting(session)
    return change


def undo(
    session: Session, change_id: int, *, at: datetime, by: Identity | str, needs_approval: bool = False
) -> Undone:
    """Put back what was before, but for assets of which somebody changed the same since.

    Where a second person is wanted, nothing comes to partners by it that they have not approved.
    Raises NotFound, AlreadyUndone.
    """
    change = session.scalar(
        select(BulkChange)
        .where(BulkChange.id == change_id)
        .options(selectinload(BulkChange.rows))
        .with_for_update()
    )
    if change is None:
        raise NotFound
    if change.undone_at is not None:
        raise AlreadyUndone
    assets = {asset.id: asset for asset in loaded(session, [row.asset_id for row in change.rows])}
    terms = restored_terms(session, change, at=at)
    kept, restored = [], 0
    for row in change.rows:
        asset = assets[row.asset_id]
        now = facts_of(asset)
        if any(now[name] != value for name, value in row.after.items()):
            kept.append(Refused(asset.ref, asset.title, CHANGED_SINCE))
            continue
        if needs_approval and _reaches_partners(asset, row.before):
            kept.append(Refused(asset.ref, asset.title, NotApproved().sentence))
            continue
        put_back(asset, row.before, terms)
        if "approved_at" not in row.before and _is_read(row.before):
            # it was approved since, and not as it is again now
            reopen(asset)
        asset.updated_at, restored = at, restored + 1
        activity.record(session, "asset.restored", ("asset", asset.ref), at=at, by=by, change=change.id)
    if change.kind is BulkKind.IMPORT:
        restored += take_back(session, change, at=at, needs_approval=needs_approval)
    taken_back, approved = _take_back_proposed(session, change, at=at, by=by)
    restored += taken_back
    kept += approved
    change.undone_at, change.undone_by_id = at, by.user_id if isinstance(by, Identity) else None
    told = {"restored": restored, "kept": len(kept)}
    activity.record(session, "bulk.undone", ("bulk_change", str(change.id)), at=at, by=by, **told)
    activity.write_waiting(session)
    return Undone(change.kind, restored, tuple(kept))


def _take_back_proposed(
    session: Session, change: BulkChange, *, at: datetime, by: Identity | str
) -> tuple[int, list[Refused]]:
    """How much of what it proposed waits no more, and what somebody has approved already."""
    ids = change.details.get(PROPOSED)
    found = take_back_changes(session, ids, at=at, by=by) if ids else []
    approved = [one.asset for one in found if one.state is ChangeState.APPROVED]
    taken_back = sum(one.state is ChangeState.TAKEN_BACK for one in found)
    return taken_back, [Refused(asset.ref, asset.title, CHANGED_SINCE) for asset in approved]


def _reaches_partners(asset: Asset, before: Facts) -> bool:
    """Whether partners would get by it what no second person has approved as it is."""
    if before.get("state", asset.state) != AssetState.PUBLISHED:
        return False
    if asset.state is AssetState.PUBLISHED:
        return _is_read(before)
    return not asset.is_approved_as_it_is


def _is_read(before: Facts) -> bool:
    return any(name in before for name in READ_BY_PARTNERS)


def latest_changes(session: Session, *, limit: int, offset: int = 0) -> list[BulkChange]:
    """The latest first."""
    people = (joinedload(BulkChange.by), joinedload(BulkChange.undone_by))
    changes = select(BulkChange).options(*people).order_by(BulkChange.id.desc())
    return list(session.scalars(changes.limit(limit).offset(offset)))
