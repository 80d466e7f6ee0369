"""Many assets changed at once: looked at before, written with what was before, and undone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from content.assets.asset_facts import Difference, Facts, facts_of, loaded, put_back
from content.assets.bulk_models import BulkChange, BulkChangeRow, BulkKind
from content.assets.errors import AlreadyUndone, FileLost, NotApproved, TooManyAtOnce
from content.assets.models import Asset, AssetState, AssetVersion, Term
from content.assets.proposal_models import ChangeState
from content.editing.import_undo import files_replaced, take_back
from content.editing.proposing import READ_BY_PARTNERS, take_back_changes
from content.editing.publishing import release, reopen
from content.editing.stored_files import StoredFiles
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


@dataclass(frozen=True, slots=True)
class Undo:
    """Who takes a change back and when, the store that is asked, and whether a second person is wanted."""

    at: datetime
    by: Identity | str
    files: StoredFiles
    needs_approval: bool = False


NOTHING = Outcome((), (), 0)
CHANGED_SINCE = "It was changed since, and stays as it is now."
TIME_PASSED = "The time that was set for it had passed when it became a draft again."


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


def undo(session: Session, change_id: int, wanted: Undo) -> Undone:
    """Put back what was before, but for assets of which somebody changed the same since.

    Nothing comes to partners by it whose file the store has lost or, where a second person is wanted, that
    they have not approved. Raises NotFound, AlreadyUndone, StoreSilent.
    """
    at, by = wanted.at, wanted.by
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
        reason = _why_kept(asset, row, wanted)
        if reason is not None:
            kept.append(Refused(asset.ref, asset.title, reason))
            continue
        touched = asset.updated_at > change.at
        _put_back(asset, row.before, terms, at=at)
        if touched and "approved_at" in row.before:
            # something else of it has changed since, which is not what was approved
            reopen(asset)
        restored += 1
        activity.record(session, "asset.restored", ("asset", asset.ref), at=at, by=by, change=change.id)
    if change.kind is BulkKind.IMPORT:
        strict = wanted.needs_approval
        taken = take_back(session, change, at=at, needs_approval=strict, files=wanted.files)
        restored += taken.count
        kept += [Refused(asset.ref, asset.title, reason or CHANGED_SINCE) for asset, reason in taken.kept]
    taken_back, approved = _take_back_proposed(session, change, at=at, by=by)
    restored += taken_back
    kept += approved
    change.undone_at, change.undone_by_id = at, by.user_id if isinstance(by, Identity) else None
    told = {"restored": restored, "kept": len(kept)}
    activity.record(session, "bulk.undone", ("bulk_change", str(change.id)), at=at, by=by, **told)
    activity.write_waiting(session)
    return Undone(change.kind, restored, tuple(kept))


def files_to_put_back(session: Session, change_id: int) -> list[str]:
    """The files that undoing the change would show again; to be asked for before its transaction."""
    retired = (
        select(AssetVersion.blob_sha256)
        .join(Asset, Asset.current_version_id == AssetVersion.id)
        .join(BulkChangeRow, BulkChangeRow.asset_id == Asset.id)
        .where(BulkChangeRow.change_id == change_id, Asset.state != AssetState.PUBLISHED)
        .where(BulkChangeRow.before["state"].as_string() == AssetState.PUBLISHED)
    )
    change = session.get(BulkChange, change_id)
    replaced = files_replaced(session, change) if change and change.kind is BulkKind.IMPORT else []
    return [*filter(None, session.scalars(retired)), *replaced]


def _why_kept(asset: Asset, row: BulkChangeRow, wanted: Undo) -> str | None:
    """Why an asset stays as it is. Raises StoreSilent."""
    now = facts_of(asset)
    if any(now[name] != value for name, value in row.after.items()):
        return CHANGED_SINCE
    if wanted.needs_approval and _reaches_partners(asset, row.before):
        return NotApproved().sentence
    comes_back = row.before.get("state") == AssetState.PUBLISHED and asset.state is not AssetState.PUBLISHED
    if comes_back and asset.current_version is not None:
        try:
            wanted.files.refuse_unserved(asset.current_version)
        except FileLost as lost:
            return lost.sentence
    return None


def _put_back(asset: Asset, before: Facts, terms: Mapping[str, Term], *, at: datetime) -> None:
    put_back(asset, before, terms)
    if asset.state is AssetState.PUBLISHED:
        release(asset.current_version, at=at)
    if "approved_at" not in before and _is_read(before):
        # it was approved since, and not as it is again now
        reopen(asset)
    if asset.publish_at is not None and asset.publish_at <= at:
        # an undo takes out of sight; a time that has passed meanwhile would publish it again at once
        asset.publish_at = asset.publish_by_id = None
        asset.publish_problem = TIME_PASSED
    asset.updated_at = at


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


def latest_changes(session: Session, *, limit: int) -> list[BulkChange]:
    """The latest first."""
    people = (joinedload(BulkChange.by), joinedload(BulkChange.undone_by))
    changes = select(BulkChange).options(*people).order_by(BulkChange.id.desc())
    return list(session.scalars(changes.limit(limit)))
