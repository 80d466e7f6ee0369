"""What somebody may see is kept between searches, and never longer than it is true (R6)."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Column, Table, event, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import ClauseElement

from content.assets.audiences import audience_of, parsed, set_audience, visible_assets
from content.assets.caption_models import VersionCaptions
from content.assets.library_stamp import SHOWING, Stamp, library_stamp
from content.assets.models import Asset, AssetState, AssetVersion, Processing
from content.finding.kept_shelves import visible_shelves
from content.finding.shelves import shelves_of
from portal.kernel.db import reading, transaction
from portal.kernel.identity import Identity, Role
from portal.services import Services
from tests.factories.library import PUBLISHED, a_found_asset, a_read_version

AT = PUBLISHED + timedelta(days=10)
SOMEBODY = Identity(user_id=1, organisation_id=1, organisation_ref="P-A", role=Role.PARTNER)
GOLD = replace(SOMEBODY, tier="gold", region="emea", language="en")
WHO = (
    GOLD,
    replace(SOMEBODY, tier="silver", region="emea", language="de"),
    replace(SOMEBODY, tier="gold", categories=("auto",)),
    replace(SOMEBODY, role=Role.FINANCE),
    replace(SOMEBODY, role=Role.BRAND),
)
AUDIENCES = ("all", "", "tier:gold", "tier:silver;region:emea", "category:auto", "language:de")


def restate(session: Session, asset: Asset, chance: random.Random) -> None:
    asset.state = chance.choice(list(AssetState))


def readdress(session: Session, asset: Asset, chance: random.Random) -> None:
    set_audience(session, asset, parsed(chance.choice(AUDIENCES)))


def end(session: Session, asset: Asset, chance: random.Random) -> None:
    asset.expires_at = chance.choice([None, AT - timedelta(days=1), AT + timedelta(hours=1)])


def hide(session: Session, asset: Asset, chance: random.Random) -> None:
    asset.hidden_at = chance.choice([None, AT])


def verify(session: Session, asset: Asset, chance: random.Random) -> None:
    asset.verified_on = chance.choice([None, AT.date(), AT.date() - timedelta(days=60)])
    asset.review_on = chance.choice([None, AT.date() - timedelta(days=1)])


def translate(session: Session, asset: Asset, chance: random.Random) -> None:
    asset.language = chance.choice(["en", "de", "fr"])


def process_again(session: Session, asset: Asset, chance: random.Random) -> None:
    version = session.get_one(AssetVersion, asset.current_version_id)
    version.processing = chance.choice([Processing.READY, Processing.FAILED])


def replace_file(session: Session, asset: Asset, chance: random.Random) -> None:
    a_read_version(session, asset, "newer", number=len(asset.versions) + 1)


def caption(session: Session, asset: Asset, chance: random.Random) -> None:
    there = session.scalar(
        select(VersionCaptions).where(VersionCaptions.version_id == asset.current_version_id)
    )
    if there is None:
        session.add(
            VersionCaptions(
                version_id=asset.current_version_id, language="it", cues=[], text="", added_at=PUBLISHED
            )
        )
    elif chance.random() < 0.5:
        session.delete(there)
    else:
        there.language = chance.choice(["it", "es"])


CHANGES: tuple[Callable[[Session, Asset, random.Random], None], ...] = (
    restate,
    readdress,
    end,
    hide,
    verify,
    translate,
    process_again,
    replace_file,
    caption,
)


def is_kept_as_read(session: Session, at: datetime) -> bool:
    kept = [visible_shelves(session, who, at=at) for who in WHO]
    fresh = [shelves_of(session, visible_assets(who, at=at), today=at.date()) for who in WHO]
    return [(set(one.shelves), set(one.spoken)) for one in kept] == [
        (set(one.shelves), set(one.spoken)) for one in fresh
    ]


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_kept_is_what_would_be_read_anew_after_any_change(
    services: Services, change: Callable[[Session, Asset, random.Random], None]
) -> None:
    chance = random.Random(3)
    with transaction(services.sessions) as session:
        ids = [a_found_asset(session, f"Asset {number}", "page").id for number in range(3)]
        caption(session, session.get_one(Asset, ids[0]), chance)
    for _ in range(8):
        with reading(services.sessions) as session:
            assert is_kept_as_read(session, AT)
        with transaction(services.sessions) as session:
            change(session, session.get_one(Asset, chance.choice(ids)), chance)


def test_what_is_kept_ends_with_an_expiry_and_with_the_day(services: Services) -> None:
    with transaction(services.sessions) as session:
        a_found_asset(session, "Rates", "page", expires_at=AT + timedelta(hours=1), verified_on=AT.date())
        a_found_asset(session, "Reach", "page", expires_at=AT + timedelta(hours=2))
        a_found_asset(session, "Recall", "page", verified_on=AT.date() - timedelta(days=30))
    for minutes in (0, 30, 60, 119, 120, 24 * 60, 30 * 24 * 60, 0, 61):
        with reading(services.sessions) as session:
            assert is_kept_as_read(session, AT + timedelta(minutes=minutes))


def test_nothing_is_read_again_while_nothing_of_it_changes(services: Services) -> None:
    with transaction(services.sessions) as session:
        asset = a_found_asset(session, "Rates", "page").id
    assert len(statements_of(services, GOLD)) > 1
    with transaction(services.sessions) as session:
        session.get_one(Asset, asset).title = "Rates of the year"
    assert len(statements_of(services, GOLD)) == 1


def statements_of(services: Services, who: Identity) -> list[ClauseElement]:
    """What is asked of the database to show them their shelves."""
    found: list[ClauseElement] = []

    def note(*given: Any) -> None:
        found.append(given[4].compiled.statement)

    with reading(services.sessions) as session:
        session.connection()
        event.listen(services.engine, "before_cursor_execute", note)
        visible_shelves(session, who, at=AT)
        event.remove(services.engine, "before_cursor_execute", note)
    return found


def test_every_column_that_is_read_renews_the_stamp_when_it_changes(services: Services) -> None:
    read: dict[str, set[str]] = {}
    for statement in statements_of(services, GOLD):
        for part in visitors.iterate(statement):
            if isinstance(part, Column) and isinstance(part.table, Table) and not part.primary_key:
                read.setdefault(part.table.name, set()).add(part.name)
    assert read.pop("library_stamps") == {"stamp"}
    assert read.keys() == SHOWING.keys()
    for table, columns in SHOWING.items():
        assert not columns or read[table] <= set(columns)


def test_what_was_taken_back_is_not_kept(services: Services) -> None:
    with transaction(services.sessions) as session:
        asset = a_found_asset(session, "Rates", "page").id
    with reading(services.sessions) as session:
        assert visible_shelves(session, GOLD, at=AT).ids == {asset}
    with services.sessions() as session:
        session.connection(execution_options={"writes": True})
        session.get_one(Asset, asset).state = AssetState.RETIRED
        session.flush()
        assert visible_shelves(session, GOLD, at=AT).ids == set()
        session.rollback()
    with reading(services.sessions) as session:
        assert visible_shelves(session, GOLD, at=AT).ids == {asset}


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_that_change_the_library_do_not_wait_for_each_other(services: Services) -> None:
    with transaction(services.sessions) as session:
        first, second = (a_found_asset(session, title, "page").id for title in ("First", "Second"))
    with services.sessions() as slow:
        slow.get_one(Asset, first).state = AssetState.RETIRED
        slow.flush()
        with transaction(services.sessions) as quick:
            quick.get_one(Asset, second).state = AssetState.RETIRED
        with reading(services.sessions) as session:
            assert visible_shelves(session, GOLD, at=AT).ids == {first}
        slow.commit()
    with reading(services.sessions) as session:
        assert visible_shelves(session, GOLD, at=AT).ids == set()


def test_each_transaction_that_changes_it_gives_another_number(services: Services) -> None:
    seen: set[Stamp | None] = set()
    for number in range(5):
        with transaction(services.sessions) as session:
            a_found_asset(session, f"Asset {number}", "page")
            a_found_asset(session, f"Another {number}", "page")
        with reading(services.sessions) as session:
            seen.add(library_stamp(session, at=AT))
    assert len(seen - {None}) == 5


def test_those_who_count_as_one_audience_are_asked_for_in_the_same_words() -> None:
    chance = random.Random(5)

    def somebody() -> Identity:
        return replace(
            SOMEBODY,
            role=chance.choice([Role.PARTNER, Role.PARTNER, Role.FINANCE, Role.BRAND, Role.ADMIN]),
            organisation_ref=chance.choice(["P-A", "P-B"]),
            tier=chance.choice([None, "gold"]),
            partner_type=chance.choice([None, "broker"]),
            region=chance.choice([None, "emea"]),
            language=chance.choice([None, "en"]),
            categories=chance.choice([(), ("auto",), ("auto", "retail")]),
        )

    def asked(who: Identity) -> str:
        made = visible_assets(who, at=AT).compile(compile_kwargs={"render_postcompile": True})
        return f"{made} {sorted(made.params.items(), key=str)}"

    words: dict[object, str] = {}
    for who in (somebody() for _ in range(400)):
        assert words.setdefault(audience_of(who), asked(who)) == asked(who)
    assert len(set(words.values())) > 50
