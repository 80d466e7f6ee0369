"""Changing what is published where the house wants a second person: the change waits, what is there stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session, joinedload

from content.assets.asset_facts import Difference, Facts, facts_of
from content.assets.audiences import Rule, refuse_unknown_partners
from content.assets.models import Asset, AssetState, AssetVersion
from content.assets.proposal_models import ChangeOf, ChangeState, ProposedChange
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
class Wish:
    """What is to be there instead of what is: facts of one thing of an asset, before and after."""

    what: ChangeOf
    before: Facts
    after: Facts
    version_id: int | None = None
    language: str = ""


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
    wish = Wish(ChangeOf.WORDS, difference.before, difference.after)
    return Described(changed, waits=propose(session, asset, wish, at=at, by=by) is not None)


def must_wait(asset: Asset, version: AssetVersion | None = None) -> bool:
    """Whether partners have it already, so that a second person is asked before it is other than it is."""
    return asset.state is AssetState.PUBLISHED and (version is None or not version.is_held)


def propose(
    session: Session, asset: Asset, wish: Wish, *, at: datetime, by: Identity | str
) -> ProposedChange | None:
    """What waits for a second person after this; to wish for what is there takes back what waits."""
    # two who propose at once come one after the other
    session.get_one(Asset, asset.id, with_for_update=True)
    waits = waiting_change(session, asset, wish.what, wish.language)
    if wish.before == wish.after:
        if waits is not None:
            _end(session, waits, ChangeState.TAKEN_BACK, at=at, by=by)
        return None
    if waits is not None and _same(waits, wish):
        return waits
    author = by.user_id if isinstance(by, Identity) else None
    # what somebody wrote into the change that this one replaces is in this one, too
    authors = {author, *(waits.author_ids if waits else ())} - {None}
    change = ProposedChange(
        what=wish.what,
        language=wish.language,
        version_id=wish.version_id,
        before=dict(wish.before),
        after=dict(wish.after),
        author_ids=sorted(authors),
        proposed_by_id=author,
    )
    _put_up(session, asset, change, at=at, by=by)
    return change


def propose_for_each(
    session: Session, assets: Sequence[Asset], wish: Wish, *, at: datetime, by: Identity
) -> list[int]:
    """`propose` of the same for many of which nothing of the kind waits: few statements for all of them.

    The ids of what waits now. Whoever calls has locked the assets.
    """
    if not assets or wish.before == wish.after:
        return []
    shared = {
        "what": wish.what,
        "language": wish.language,
        "version_id": wish.version_id,
        "before": dict(wish.before),
        "after": dict(wish.after),
        "author_ids": [by.user_id],
        "proposed_by_id": by.user_id,
        "proposed_at": at,
        "state": ChangeState.WAITING,
    }
    written = insert(ProposedChange).returning(ProposedChange.asset_id, ProposedChange.id)
    rows = session.execute(written, [{"asset_id": asset.id, **shared} for asset in assets])
    made = {row.asset_id: row.id for row in rows}
    for asset in assets:
        told = {"change": made[asset.id], "of": sorted(wish.after)}
        activity.record(session, "change.proposed", ("asset", asset.ref), at=at, by=by, **told)
    activity.write_waiting(session)
    return sorted(made.values())


def join_authors(session: Session, version: AssetVersion, by: Identity) -> None:
    """They wrote in a version that waits for a second person, so they are none."""
    waits = waiting_change(session, version.asset, ChangeOf.VERSION)
    if waits is not None and waits.version_id == version.id:
        waits.author_ids = sorted({*waits.author_ids, by.user_id})


def follow(session: Session, version: AssetVersion, *, at: datetime, needs_approval: bool) -> None:
    """The newest version that was read is what every place shows; an older one changes nothing.

    Where a second person is wanted the next version of what is published waits for them. That of a draft is
    not for partners before it is published, so that those which it replaces never are.
    """
    asset = session.get_one(Asset, version.asset_id, with_for_update=True)
    current = session.get(AssetVersion, asset.current_version_id) if asset.current_version_id else None
    is_next = current is None or current.number <= version.number
    # what partners have already may be read once more, by a release that reads more of it
    is_other = current is not None and current.id != version.id
    is_public = asset.state is AssetState.PUBLISHED
    if current is None or is_other:
        version.is_held = version.is_held or not is_public or (needs_approval and is_other)
    if is_public and version.is_held and is_next:
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
        what=ChangeOf.VERSION,
        version_id=version.id,
        before={},
        after={},
        author_ids=authors,
        proposed_by_id=version.created_by_id,
    )
    _put_up(session, asset, change, at=at, by=by)


def take_back_change(session: Session, change: ProposedChange, *, at: datetime, by: Identity) -> None:
    """Raises NothingInReview, NotYours."""
    session.get_one(Asset, change.asset_id, with_for_update=True)
    session.refresh(change, ["state"])
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


def take_back_changes(
    session: Session, change_ids: Sequence[int], *, at: datetime, by: Identity | str
) -> list[ProposedChange]:
    """What proposed these was undone, so that none of them waits any more; all of them as they are then."""
    of_these = ProposedChange.id.in_(change_ids)
    # whoever approves one of them at this moment is first, or finds it taken back
    assets = select(ProposedChange.asset_id).where(of_these)
    session.execute(select(Asset.id).where(Asset.id.in_(assets)).order_by(Asset.id).with_for_update())
    changes = session.scalars(
        select(ProposedChange)
        .where(of_these)
        .options(joinedload(ProposedChange.asset))
        .execution_options(populate_existing=True)
    ).all()
    for change in changes:
        if change.state is ChangeState.WAITING:
            _end(session, change, ChangeState.TAKEN_BACK, at=at, by=by)
    return list(changes)


def waiting_change(
    session: Session, asset: Asset, what: ChangeOf, language: str = ""
) -> ProposedChange | None:
    return session.scalar(
        select(ProposedChange).where(
            ProposedChange.asset_id == asset.id,
            ProposedChange.state == ChangeState.WAITING,
            ProposedChange.what == what,
            ProposedChange.language == language,
        )
    )


def _read_facts(wanted: Description) -> Mapping[str, Any]:
    facts = {name: getattr(wanted, name) for name in READ_BY_PARTNERS if name != "audience"}
    return {**facts, "kind": str(wanted.kind), "audience": ";".join(map(str, sorted(wanted.audience)))}


def _as_it_is(asset: Asset, wanted: Description) -> Description:
    same = {name: getattr(asset, name) for name in READ_BY_PARTNERS if name != "audience"}
    rules = frozenset(Rule(row.dimension, row.value) for row in asset.audience)
    return replace(wanted, **same, audience=rules)


def _same(change: ProposedChange, wish: Wish) -> bool:
    there = (change.version_id, change.before, change.after)
    return there == (wish.version_id, wish.before, wish.after)


def _put_up(
    session: Session, asset: Asset, change: ProposedChange, *, at: datetime, by: Identity | str
) -> None:
    session.get_one(Asset, asset.id, with_for_update=True)
    earlier = waiting_change(session, asset, change.what, change.language or "")
    if earlier is not None:
        earlier.state, earlier.decided_at = ChangeState.REPLACED, at
    change.asset_id, change.proposed_at, change.state = asset.id, at, ChangeState.WAITING
    session.add(change)
    session.flush()
    told = {"change": change.id, "of": sorted(change.after) or [str(change.what)]}
    activity.record(session, "change.proposed", ("asset", asset.ref), at=at, by=by, **told)


def _end(
    session: Session, change: ProposedChange, state: ChangeState, *, at: datetime, by: Identity | str
) -> None:
    change.state, change.decided_at = state, at
    change.decided_by_id = by.user_id if isinstance(by, Identity) else None
    told = {"change": change.id}
    activity.record(session, f"change.{state}", ("asset", change.asset.ref), at=at, by=by, **told)
