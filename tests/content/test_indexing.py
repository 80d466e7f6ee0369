"""The index follows the library, whatever was lost between."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, cast

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from content.assets.models import Asset, AssetVersion, AudienceRule, Page
from content.finding.indexing import keep_index, rebuild, why_not_indexed
from content.finding.search_models import IndexedAsset
from portal.kernel.db import reading, transaction
from portal.services import Services
from search.documents import Document
from search.engine import Asked, SearchEngine
from search.errors import IndexBeingRebuilt
from search.queries import parse
from tests.factories.choking import choking_on
from tests.factories.library import a_found_asset, a_read_version
from tests.factories.people import a_partner
from tests.factories.queue import forget_queue

EVERYONE = frozenset(range(1, 1000))


def found(services: Services, text: str) -> set[int]:
    return set(services.search.search(Asked(parse(text), EVERYONE)).groups)


def test_the_first_round_builds_an_index_that_is_not_there(services: Services) -> None:
    with transaction(services.sessions) as session:
        asset = a_found_asset(session, "First", "radio")
    with pytest.raises(IndexBeingRebuilt):
        found(services, "radio")
    assert keep_index(services.sessions, services.search, clock=services.clock) == 1
    assert found(services, "radio") == {asset.id}
    assert keep_index(services.sessions, services.search, clock=services.clock) == 0


def test_only_what_changed_is_indexed_again(services: Services) -> None:
    with transaction(services.sessions) as session:
        changing = a_found_asset(session, "First", "yesterday")
        a_found_asset(session, "Second", "always")
    keep_index(services.sessions, services.search, clock=services.clock)
    with transaction(services.sessions) as session:
        asset = session.get_one(Asset, changing.id)
        a_read_version(session, asset, "tomorrow", number=2)
    assert keep_index(services.sessions, services.search, clock=services.clock) == 1
    assert (found(services, "yesterday"), found(services, "tomorrow")) == (set(), {changing.id})
    with transaction(services.sessions) as session:
        asset = session.get_one(Asset, changing.id)
        asset.title, asset.updated_at = "Renamed", asset.updated_at + timedelta(minutes=1)
    assert keep_index(services.sessions, services.search, clock=services.clock) == 1
    assert found(services, "renamed") == {changing.id}


def test_of_long_files_few_are_in_memory_at_once(services: Services) -> None:
    keep_index(services.sessions, services.search, clock=services.clock)
    with transaction(services.sessions) as session:
        for number in range(5):
            a_found_asset(session, f"Manual {number}", *["radio"] * 800)
    counting = Counting(services.search)
    engine = cast("SearchEngine", counting)
    assert keep_index(services.sessions, engine, clock=services.clock) == 5
    assert counting.groups == [2, 2, 1]
    assert len(found(services, "radio")) == 5


class Counting:
    """The real engine, and how many groups it was given at once."""

    def __init__(self, engine: SearchEngine) -> None:
        self._engine = engine
        self.groups: list[int] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def index(self, groups: Mapping[int, Sequence[Document]]) -> None:
        self.groups.append(len(groups))
        self._engine.index(groups)


def test_what_is_gone_is_forgotten(services: Services) -> None:
    with transaction(services.sessions) as session:
        asset = a_found_asset(session, "First", "radio")
    keep_index(services.sessions, services.search, clock=services.clock)
    with transaction(services.sessions) as session:
        session.execute(delete(Page))
        session.execute(delete(AssetVersion))
        session.execute(delete(AudienceRule))
        session.execute(delete(Asset).where(Asset.id == asset.id))
    assert keep_index(services.sessions, services.search, clock=services.clock) == 1
    assert found(services, "radio") == set()
    assert keep_index(services.sessions, services.search, clock=services.clock) == 0


def test_a_rebuilt_index_answers_as_before(services: Services) -> None:
    with transaction(services.sessions) as session:
        for number in range(5):
            a_found_asset(session, f"Asset {number}", "radio " * number, "recall")
    keep_index(services.sessions, services.search, clock=services.clock)
    before = services.search.search(Asked(parse("radio recall"), EVERYONE))
    assert rebuild(services.sessions, services.search) == 5
    assert services.search.search(Asked(parse("radio recall"), EVERYONE)) == before
    assert keep_index(services.sessions, services.search, clock=services.clock) == 0


def test_a_very_long_page_is_found_by_its_last_word(services: Services) -> None:
    with transaction(services.sessions) as session:
        asset = a_found_asset(session, "Long", "word " * 50_000 + "zebra")
    keep_index(services.sessions, services.search, clock=services.clock)
    assert found(services, "zebra") == {asset.id}


def a_quirky_asset(services: Services) -> Asset:
    """One that is to be indexed, into an index that is there."""
    with transaction(services.sessions) as session:
        odd = a_found_asset(session, "Quirky", "radio poison")
    rebuild(services.sessions, services.search)
    with transaction(services.sessions) as session:
        session.execute(delete(IndexedAsset))
    return odd


def test_an_asset_that_the_index_does_not_take_keeps_no_other_out(services: Services) -> None:
    with transaction(services.sessions) as session:
        a_found_asset(session, "Before", "radio")
        odd = a_found_asset(session, "Quirky", "radio poison")
        after = a_found_asset(session, "After", "radio")
    rebuild(services.sessions, services.search)
    with transaction(services.sessions) as session:
        session.execute(update(Asset).values(updated_at=Asset.updated_at, summary="changed"))
        session.execute(delete(IndexedAsset))
    choking = choking_on("poison", services.search)
    assert keep_index(services.sessions, choking, clock=services.clock) == 3
    assert found(services, "radio") == {odd.id - 1, after.id}
    assert found(services, "quirky") == {odd.id}
    with reading(services.sessions) as session:
        assert why_not_indexed(session, odd.id) == "RecursionError"
        assert why_not_indexed(session, after.id) is None


def test_what_the_index_did_not_take_is_tried_again_later_and_later(services: Services) -> None:
    odd = a_quirky_asset(services)
    choking = choking_on("poison", services.search)
    start = services.clock()

    def indexed(engine: SearchEngine, minutes: float) -> int:
        return keep_index(services.sessions, engine, clock=lambda: start + timedelta(minutes=minutes))

    # waits of one, two and four minutes
    tried = [indexed(choking, minutes) for minutes in (0, 0.9, 1, 2.9, 3, 6.9, 7)]
    assert tried == [1, 0, 1, 0, 1, 0, 1]
    assert indexed(services.search, 15) == 1
    assert found(services, "poison") == {odd.id}
    with reading(services.sessions) as session:
        assert why_not_indexed(session, odd.id) is None


def test_a_rebuild_leaves_out_what_the_index_did_not_take(services: Services) -> None:
    odd = a_quirky_asset(services)
    keep_index(services.sessions, choking_on("poison", services.search), clock=services.clock)
    assert rebuild(services.sessions, services.search) == 0
    assert (found(services, "poison"), found(services, "quirky")) == (set(), {odd.id})
    with reading(services.sessions) as session:
        assert why_not_indexed(session, odd.id) == "RecursionError"


def test_an_engine_that_is_out_of_order_is_no_assets_fault(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = a_quirky_asset(services)

    def full(_groups: object) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(services.search, "index", full)
        with pytest.raises(OSError, match="no space left"):
            keep_index(services.sessions, services.search, clock=services.clock)
    with reading(services.sessions) as session:
        assert why_not_indexed(session, odd.id) is None
    assert keep_index(services.sessions, services.search, clock=services.clock) == 1
    assert found(services, "poison") == {odd.id}


def test_each_commit_that_changes_content_sends_word_and_no_other_does(services: Services) -> None:
    def sent(act: Callable[[Session], object]) -> bool:
        forget_queue(services)
        with transaction(services.sessions) as session:
            act(session)
            assert services.queue.waiting() == 0
        return services.queue.waiting() > 0

    with transaction(services.sessions) as session:
        asset = a_found_asset(session, "First", "radio")

    def renamed(session: Session) -> None:
        session.get_one(Asset, asset.id).title = "Second"

    assert sent(renamed)
    assert sent(lambda session: session.execute(update(Asset).values(summary="In bulk")))
    assert not sent(lambda session: session.get_one(Asset, asset.id))
    assert not sent(a_partner)
    forget_queue(services)
    with reading(services.sessions) as session:
        renamed(session)
        session.flush()
        session.rollback()
        session.commit()
    assert services.queue.waiting() == 0
