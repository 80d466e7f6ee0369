"""The steps of a change to many assets: publish, retire, confirm, and giving all of them the same facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from content.assets.audiences import Rule, refuse_unknown_partners, replace_rules
from content.assets.freshness import Confirmation, confirm
from content.assets.models import Asset, AssetState, Term
from content.editing import publishing
from content.editing.approval_errors import ApprovedOneByOne
from content.editing.bulk import Step
from content.editing.stored_files import StoredFiles
from portal.kernel import activity
from portal.kernel.identity import Identity


@dataclass(frozen=True, slots=True)
class Edit:
    """What all get: columns by name, an audience instead of theirs, terms more and terms less."""

    columns: Mapping[str, object] = field(default_factory=dict)
    audience: frozenset[Rule] | None = None
    more: Sequence[Term] = ()
    less: Sequence[Term] = ()


def publish_step(at: datetime, by: Identity, files: StoredFiles, *, needs_approval: bool) -> Step:
    verb = publishing.publish_approved if needs_approval else publishing.publish

    def step(session: Session, asset: Asset) -> None:
        verb(session, asset, at=at, by=by, files=files)

    return step


def retire_step(at: datetime, by: Identity) -> Step:
    return lambda session, asset: publishing.retire(session, asset, at=at, by=by)


def confirm_step(given: Confirmation, at: datetime, by: Identity) -> Step:
    return lambda session, asset: confirm(session, asset, given, at=at, by=by)


def edit_for_approval_step(session: Session, edit: Edit, at: datetime, by: Identity) -> Step:
    """`edit_step` where a second person is wanted: what partners read of what is published stays."""
    step = edit_step(session, edit, at, by)

    def refusing(session: Session, asset: Asset) -> None:
        is_same = edit.audience in {None, frozenset(Rule(row.dimension, row.value) for row in asset.audience)}
        is_same &= edit.columns.get("language", asset.language) == asset.language
        if asset.state is AssetState.PUBLISHED and not is_same:
            raise ApprovedOneByOne
        step(session, asset)

    return refusing


def edit_step(session: Session, edit: Edit, at: datetime, by: Identity) -> Step:
    """Raises UnknownPartner at once, before any asset is looked at."""
    if edit.audience is not None:
        refuse_unknown_partners(session, edit.audience)
    removed = {term.id for term in edit.less}

    def step(session: Session, asset: Asset) -> None:
        before = _told(asset)
        for name, value in edit.columns.items():
            setattr(asset, name, value)
        if edit.audience is not None:
            replace_rules(asset, edit.audience)
        kept = [term for term in asset.terms if term.id not in removed]
        known = {term.id for term in kept}
        wanted = [*kept, *(term for term in edit.more if term.id not in known)]
        if {term.id for term in wanted} != {term.id for term in asset.terms}:
            asset.terms = wanted
        if _told(asset) == before:
            return
        if "review_on" in edit.columns:
            asset.hidden_at = None
        asset.changed_by_id, asset.updated_at = by.user_id, at
        publishing.reopen(asset)
        activity.record(session, "asset.edited", ("asset", asset.ref), at=at, by=by, bulk=True)

    return step


def _told(asset: Asset) -> tuple[object, ...]:
    rules = frozenset(Rule(row.dimension, row.value) for row in asset.audience)
    terms = frozenset(term.id for term in asset.terms)
    return asset.owner_id, asset.review_on, asset.expires_at, asset.language, rules, terms
