"""Many assets at once: what the preview says happens, with few queries, and the undo puts back what was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from content.assets.asset_facts import facts_of, loaded
from content.assets.audiences import parsed, set_audience
from content.assets.bulk_models import BulkKind
from content.assets.errors import AlreadyUndone, UnknownPartner
from content.assets.freshness import Confirmation
from content.assets.models import Asset, AssetState, Term, Vocabulary
from content.editing import bulk, publishing, scheduling
from content.editing.bulk import Outcome, Step, Undo
from content.editing.bulk_edits import Edit, confirm_step, edit_step, publish_step, retire_step
from portal.kernel.db import reading, transaction
from portal.kernel.identity import Identity, Role
from tests.factories.library import EVERY_FILE, a_found_asset, tag
from tests.factories.people import an_identity
from tests.factories.statements import statements_to

NOW = datetime(2026, 6, 15, 10, 0, tzinfo=UTC)
TODAY = NOW.date()
# reads and writes together, whatever the number of assets
A_FEW = 14


@pytest.fixture
def brand(sessions: sessionmaker[Session]) -> Identity:
    with transaction(sessions) as session:
        return an_identity(session, role=Role.BRAND)


def some(sessions: sessionmaker[Session], count: int, **facts: Any) -> list[int]:
    with transaction(sessions) as session:
        return [a_found_asset(session, f"Asset {number}", "words", **facts).id for number in range(count)]


def facts(sessions: sessionmaker[Session], ids: list[int]) -> dict[int, dict[str, Any]]:
    with reading(sessions) as session:
        return {asset.id: facts_of(asset) for asset in loaded(session, ids)}


def apply(sessions: sessionmaker[Session], kind: BulkKind, ids: list[int], step: Step, by: Identity) -> int:
    with transaction(sessions) as session:
        return bulk.record(session, kind, bulk.outcome_of(session, ids, step), at=NOW, by=by).id


def undone(sessions: sessionmaker[Session], change: int, by: Identity) -> bulk.Undone:
    with transaction(sessions) as session:
        return bulk.undo(session, change, Undo(NOW + timedelta(hours=1), by, EVERY_FILE))


def previewed(sessions: sessionmaker[Session], ids: list[int], step: Step) -> Outcome:
    with reading(sessions) as session:
        return bulk.outcome_of(session, ids, step)


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    counts: list[str] = []
    with statements_to(engine) as sent:
        yield counts
    # SQLite takes new rows whose keys it gives one by one
    counts += [
        one
        for one in sent
        if engine.dialect.name == "postgresql" or not one.startswith("INSERT INTO audience_rules")
    ]


def test_two_hundred_are_published_with_a_few_queries_and_taken_back_by_one_undo(
    sessions: sessionmaker[Session], engine: Engine, brand: Identity
) -> None:
    ids = some(sessions, 200, state=AssetState.DRAFT, published_at=None)
    with transaction(sessions) as session:
        for asset_id in ids[:3]:
            set_audience(session, session.get_one(Asset, asset_id), frozenset())
    before = facts(sessions, ids)
    step = publish_step(NOW, brand, EVERY_FILE, needs_approval=False)
    outcome = previewed(sessions, ids, step)
    assert (len(outcome.changed), len(outcome.refused)) == (197, 3)
    assert "nobody can yet" in outcome.refused[0].reason
    assert facts(sessions, ids) == before
    with counted(engine) as statements:
        change = apply(sessions, BulkKind.PUBLISH, ids, step, brand)
    assert len(statements) <= A_FEW, statements
    assert sum(one["state"] == "published" for one in facts(sessions, ids).values()) == 197
    with counted(engine) as statements:
        assert undone(sessions, change, brand).restored == 197
    assert len(statements) <= A_FEW, statements
    assert facts(sessions, ids) == before
    with pytest.raises(AlreadyUndone):
        undone(sessions, change, brand)


def test_what_somebody_changed_since_is_left_alone_and_named(
    sessions: sessionmaker[Session], brand: Identity
) -> None:
    ids = some(sessions, 3)
    change = apply(sessions, BulkKind.RETIRE, ids, retire_step(NOW, brand), brand)
    with transaction(sessions) as session:
        publishing.publish(session, session.get_one(Asset, ids[1]), at=NOW, by=brand, files=EVERY_FILE)
        # another fact than the one that the change was about does not matter
        session.get_one(Asset, ids[2]).summary = "New words"
    result = undone(sessions, change, brand)
    assert result.restored == 2
    assert [one.title for one in result.kept] == ["Asset 1"]
    assert facts(sessions, ids)[ids[2]]["state"] == "published"
    assert facts(sessions, ids)[ids[2]]["summary"] == "New words"


def test_an_edit_gives_all_the_same_facts_and_the_undo_each_its_own(
    sessions: sessionmaker[Session], engine: Engine, brand: Identity
) -> None:
    ids = some(sessions, 60)
    with transaction(sessions) as session:
        for number, asset in enumerate(loaded(session, ids)):
            tag(session, asset, Vocabulary.PERSONA, "Owner" if number % 2 else "Media buyer")
            set_audience(session, asset, parsed("tier:gold" if number % 3 else "all"))
            asset.review_on = date(2026, 7, 1) if number % 5 else None
    before = facts(sessions, ids)
    with transaction(sessions) as session:
        terms = {term.name: term for term in session.scalars(select(Term))}
        edit = Edit(
            {"owner_id": brand.user_id, "review_on": date(2026, 12, 1), "language": "de"},
            parsed("region:emea"),
            [terms["Owner"]],
            [terms["Media buyer"]],
        )
        with counted(engine) as statements:
            outcome = bulk.outcome_of(session, ids, edit_step(session, edit, NOW, brand))
            change = bulk.record(session, BulkKind.EDIT, outcome, at=NOW, by=brand).id
        assert len(statements) <= A_FEW, statements
    after = facts(sessions, ids).values()
    assert {one["audience"] for one in after} == {"region:emea"}
    assert {tuple(one["terms"]) for one in after} == {("persona:owner",)}
    assert {one["review_on"] for one in after} == {"2026-12-01"}
    assert undone(sessions, change, brand).restored == 60
    assert facts(sessions, ids) == before


def test_confirming_all_that_is_due_shows_what_was_hidden(
    sessions: sessionmaker[Session], brand: Identity
) -> None:
    ids = some(sessions, 2, review_on=date(2026, 5, 1), hidden_at=NOW)
    step = confirm_step(Confirmation.of(TODAY, 180), NOW, brand)
    change = apply(sessions, BulkKind.CONFIRM, ids, step, brand)
    assert {one["hidden_at"] for one in facts(sessions, ids).values()} == {None}
    undone(sessions, change, brand)
    assert {one["review_on"] for one in facts(sessions, ids).values()} == {"2026-05-01"}


def test_an_edit_for_a_partner_who_is_not_there_changes_nothing(session: Session) -> None:
    brand = an_identity(session, role=Role.BRAND)
    with pytest.raises(UnknownPartner):
        edit_step(session, Edit(audience=parsed("partner:NOBODY")), NOW, brand)


def test_an_undo_publishes_nothing_by_a_time_that_has_passed(
    sessions: sessionmaker[Session], brand: Identity
) -> None:
    ids = some(sessions, 1, state=AssetState.DRAFT, published_at=None)
    with transaction(sessions) as session:
        soon = NOW + timedelta(minutes=30)
        scheduling.schedule(session, session.get_one(Asset, ids[0]), soon, at=NOW, by=brand)
    step = publish_step(NOW, brand, EVERY_FILE, needs_approval=False)
    undone(sessions, apply(sessions, BulkKind.PUBLISH, ids, step, brand), brand)
    later = NOW + timedelta(hours=1)
    scheduling.publish_due(sessions, EVERY_FILE, needs_approval=False, clock=lambda: later)
    found = facts(sessions, ids)[ids[0]]
    assert (found["state"], found["publish_at"]) == ("draft", None)
    assert "had passed" in found["publish_problem"]
