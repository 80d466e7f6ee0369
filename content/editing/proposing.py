"""Changing what is published where the house wants a second person: the change waits, what is there stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from content.assets.asset_facts import Difference, facts_of
from content.assets.audiences import Rule, refuse_unknown_partners
from content.assets.models import Asset, AssetState, AssetVersion
from content.assets.proposal_models import ChangeState, ProposedChange
from content.editing.approval_errors import NothingInReview, NotYours
from content.editing.describing import Description, describe, tidied
from portal.kernel import activity
from portal.kernel.identity import Identity

WORKER = "worker"
# what a second person approves: what partners read, and which of them
READ_BY_PARTNERS = (
    "title",
    "kind",
    "summary",
    "language",
    "when_to_use",
    "talk_track",
    "do_not_say",
    "audience",
)


@dataclass(frozen=True, slots=True)
class Described:
    """Whether something changed at once, and whether something waits for approval now."""

    changed: bool
    waits: bool = False


def describe_for_approval(
    session: Session, asset: Asset, description: Description, *, at: datetime, by: Identity | str
) -> Described:
    """Change an asset's facts; of a published one what partners read waits. Raises what `describe` raises."""
    if asset.state is not AssetState.PUBLISHED:
        return Described(describe(session, asset, description, at=at, by=by))
    wanted = tidied(description)
    refuse_unknown_partners(session, wanted.audience)
    there = facts_of(asset)
    difference = Difference.between({name: there[name] for name in READ_BY_PARTNERS}, _read_facts(wanted))
    changed = describe(session, asset, _as_it_is(asset, wanted), at=at, by=by)
    return Described(changed, waits=_propose_facts(session, asset, difference, at=at, by=by))


def follow(session: Session, version: AssetVersion, *, at: datetime, needs_approval: bool) -> None:
    """The newest version that was read is what every place shows; an older one changes nothing.

    Where a second person is wanted the next version of what is published waits for them.
    """
    asset = session.get_one(Asset, version.asset_id, with_for_update=True)
    current = session.get(AssetVersion, asset.current_version_id) if asset.current_version_id else None
    is_next = current is None or current.number <= version.number
    version.is_held = needs_approval and asset.state is AssetState.PUBLISHED and current is not None
    if version.is_held and is_next:
        hold_version(session, asset, version, at=at, by=WORKER)
    elif is_next:
        asset.current_version_id, asset.updated_at = version.id, at


def hold_version(
    session: Session, asset: Asset, version: AssetVersion, *, at: datetime, by: Identity | str
) -> None:
    """The version waits for a second person; one that waited before is not the next any more."""
    version.is_held = True
    authors = [version.created_by_id] if version.created_by_id else []
    change = ProposedChange(
        version_id=version.id,
        before={},
        after={},
        author_ids=authors,
        proposed_by_id=version.created_by_id,
    )
    _propose(session, asset, change, at=at, by=by)


def take_back_change(session: Session, change: ProposedChange, *, at: datetime, by: Identity) -> None:
    """Raises NothingInReview, NotYours."""
    if change.state is not ChangeState.WAITING:
        raise NothingInReview
    if by.user_id not in change.author_ids:
        raise NotYours
    _end(session, change, ChangeState.TAKEN_BACK, at=at, by=by)


def take_back_version(session: Session, version: AssetVersion, *, at: datetime) -> None:
    """What brought the version was undone, so that nothing of it waits any more."""
    waiting = (ProposedChange.version_id == version.id, ProposedChange.state == ChangeState.WAITING)
    done = {"state": ChangeState.TAKEN_BACK, "decided_at": at}
    session.execute(update(ProposedChange).where(*waiting).values(**done))


def waiting_change(session: Session, asset: Asset, *, is_version: bool) -> ProposedChange | None:
    """What waits of the asset: its next version, or other words."""
    of_version = ProposedChange.version_id.is_not(None)
    return session.scalar(
        select(ProposedChange).where(
            ProposedChange.asset_id == asset.id,
            ProposedChange.state == ChangeState.WAITING,
            of_version if is_version else ~of_version,
        )
    )


def _read_facts(wanted: Description) -> Mapping[str, Any]:
    facts = {name: getattr(wanted, name) for name in READ_BY_PARTNERS if name != "audience"}
    return {**facts, "kind": str(wanted.kind), "audience": ";".join(map(str, sorted(wanted.audience)))}


def _as_it_is(asset: Asset, wanted: Description) -> Description:
    same = {name: getattr(asset, name) for name in READ_BY_PARTNERS if name != "audience"}
    rules = frozenset(Rule(row.dimension, row.value) for row in asset.audience)
    return replace(wanted, **same, audience=rules)


def _propose_facts(
    session: Session, asset: Asset, difference: Difference, *, at: datetime, by: Identity | str
) -> bool:
    """Whether something waits after this that did not wait before."""
    before = waiting_change(session, asset, is_version=False)
    if difference.is_none:
        if before is not None:
            _end(session, before, ChangeState.TAKEN_BACK, at=at, by=by)
        return False
    facts = (dict(difference.before), dict(difference.after))
    if before is not None and (before.before, before.after) == facts:
        return False
    author = by.user_id if isinstance(by, Identity) else None
    # what somebody wrote into the change that this one replaces is in this one, too
    authors = {author, *(before.author_ids if before else ())} - {None}
    change = ProposedChange(
        before=facts[0], after=facts[1], author_ids=sorted(authors), proposed_by_id=author
    )
    _propose(session, asset, change, at=at, by=by)
    return True


def _propose(
    session: Session, asset: Asset, change: ProposedChange, *, at: datetime, by: Identity | str
) -> None:
    # two who propose at once come one after the other
    session.get_one(Asset, asset.id, with_for_update=True)
    earlier = waiting_change(session, asset, is_version=change.version_id is not None)
    if earlier is not None:
        earlier.state, earlier.decided_at = ChangeState.REPLACED, at
    change.asset_id, change.proposed_at, change.state = asset.id, at, ChangeState.WAITING
    session.add(change)
    session.flush()
    told = {"change": change.id, "of": sorted(change.after) or ["version"]}
    activity.record(session, "change.proposed", ("asset", asset.ref), at=at, by=by, **told)


def _end(
    session: Session, change: ProposedChange, state: ChangeState, *, at: datetime, by: Identity | str
) -> None:
    change.state, change.decided_at = state, at
    change.decided_by_id = by.user_id if isinstance(by, Identity) else None
    told = {"change": change.id}
    activity.record(session, f"change.{state}", ("asset", change.asset.ref), at=at, by=by, **told)
