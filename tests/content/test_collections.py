"""Collections and playbooks: in an order, with each asset's own audience kept, for those they are for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from content.assets.audiences import parsed
from content.assets.errors import CollectionEmpty, NobodyCanSeeIt, WrongCollectionStep
from content.assets.models import Asset
from content.editing.publishing import publish, retire
from content.readers.collecting import (
    CollectionDescription,
    add_collection,
    add_heading,
    add_item,
    describe_collection,
    items_of,
    move_item,
    note_item,
    order_items,
    publish_collection,
    remove_item,
    restore_item,
    retire_collection,
)
from content.readers.collection_models import Collection, CollectionKind, CollectionState
from content.readers.collection_queries import (
    Missing,
    addable_collections,
    collection_cards,
    collection_page,
    curated_collection,
    sequence_at,
    visible_collection,
)
from portal.kernel.errors import NotAllowed, NotFound
from portal.kernel.identity import Identity, Role
from tests.factories.library import EVERY_FILE
from tests.factories.people import a_partner, an_identity
from tests.factories.usage import OPENED, a_published_version

LATER = OPENED + timedelta(days=1)
ALL = parsed("all")


@pytest.fixture
def brand(session: Session) -> Identity:
    return an_identity(session, role=Role.BRAND)


@pytest.fixture
def assets(session: Session) -> list[Asset]:
    """Three for everybody, and the last for gold partners."""
    tiers = (None, None, None, "gold")
    return [a_published_version(session, tier=tier).asset for tier in tiers]


def a_playbook(
    session: Session,
    identity: Identity,
    *assets: Asset,
    audience: str = "all",
    state: CollectionState = CollectionState.PUBLISHED,
) -> Collection:
    description = CollectionDescription("First meeting", CollectionKind.PLAYBOOK, "", parsed(audience))
    made = add_collection(session, identity, description, at=OPENED)
    for asset in assets:
        add_item(session, made, asset, at=OPENED)
    if state is CollectionState.PUBLISHED and not identity.is_partner:
        publish_collection(session, identity, made, at=OPENED)
    return made


def refs(session: Session, identity: Identity, collection: Collection) -> list[str]:
    page = collection_page(session, identity, collection.ref, at=OPENED)
    return [card.ref for card in page.cards]


def test_r1_readers_see_in_it_only_what_they_may_see_anyway(
    session: Session, brand: Identity, assets: list[Asset]
) -> None:
    gold, silver = an_identity(session), an_identity(session, a_partner(session, tier="silver"))
    playbook = a_playbook(session, brand, *assets)
    assert refs(session, gold, playbook) == [asset.ref for asset in assets]
    assert refs(session, silver, playbook) == [asset.ref for asset in assets[:3]]
    page = collection_page(session, silver, playbook.ref, at=OPENED)
    assert (len(page.entries), page.missing, page.may_curate) == (3, 0, False)
    (card,), total = collection_cards(session, silver, CollectionState.PUBLISHED, at=OPENED)
    assert (card.count, card.is_own, total) == (3, False, 1)


@pytest.mark.parametrize(
    ("audience", "state"),
    [
        ("tier:gold", CollectionState.PUBLISHED),
        ("partner:GOLDEN", CollectionState.PUBLISHED),
        ("all", CollectionState.DRAFT),
    ],
)
def test_r1_a_playbook_for_others_or_a_draft_does_not_exist_for_a_partner(
    session: Session, brand: Identity, assets: list[Asset], audience: str, state: CollectionState
) -> None:
    a_partner(session, "GOLDEN")
    silver = an_identity(session, a_partner(session, tier="silver"))
    playbook = a_playbook(session, brand, assets[0], audience=audience, state=state)
    with pytest.raises(NotFound):
        visible_collection(session, silver, playbook.ref)
    assert collection_cards(session, silver, CollectionState.PUBLISHED, at=OPENED) == ([], 0)
    assert sequence_at(session, silver, playbook.ref, assets[0], at=OPENED) is None


def test_r1_a_partner_s_own_is_for_its_people_alone(
    session: Session, brand: Identity, assets: list[Asset]
) -> None:
    home = a_partner(session, "HOME")
    maker, colleague, stranger = an_identity(session, home), an_identity(session, home), an_identity(session)
    own = a_playbook(session, maker, assets[0])
    assert refs(session, colleague, own) == [assets[0].ref]
    for other in (stranger, brand, an_identity(session, role=Role.ADMIN)):
        with pytest.raises(NotFound):
            visible_collection(session, other, own.ref)
        assert addable_collections(session, other, assets[0]) == []
    assert [one.has_it for one in addable_collections(session, colleague, assets[0])] == [True]


def test_who_may_read_a_playbook_may_not_change_it(
    session: Session, brand: Identity, assets: list[Asset]
) -> None:
    playbook = a_playbook(session, brand, assets[0])
    for reader in (an_identity(session), an_identity(session, role=Role.FINANCE)):
        with pytest.raises(NotAllowed):
            curated_collection(session, reader, playbook.ref)


def test_what_is_retired_or_expired_is_gone_at_once_and_the_curator_sees_why(
    session: Session, brand: Identity, assets: list[Asset]
) -> None:
    gold = an_identity(session)
    playbook = a_playbook(session, brand, *assets)
    retire(session, assets[0], at=OPENED, by="operator")
    assets[1].expires_at = OPENED
    assets[2].current_version_id = None
    session.flush()
    assert refs(session, gold, playbook) == [assets[3].ref]
    assets[3].hidden_at = OPENED
    session.flush()
    assert refs(session, gold, playbook) == []
    page = collection_page(session, brand, playbook.ref, at=OPENED)
    reasons = [entry.missing for entry in page.entries]
    assert reasons == [Missing.RETIRED, Missing.EXPIRED, Missing.NOT_PUBLISHED, Missing.HIDDEN]
    publish(session, assets[0], at=LATER, by="operator", files=EVERY_FILE)
    assert refs(session, gold, playbook)[0] == assets[0].ref


def test_a_partner_learns_what_is_missing_in_its_own_by_the_name_it_had(
    session: Session, assets: list[Asset]
) -> None:
    partner = a_partner(session, "HOME")
    own = a_playbook(session, an_identity(session, partner), assets[3])
    name = assets[3].title
    assets[3].title = "Renamed in secret"
    partner.terms[0].tier = "silver"
    session.flush()
    maker = an_identity(session, partner)
    (entry,) = collection_page(session, maker, own.ref, at=OPENED).entries
    assert (entry.missing, entry.card, entry.item.title) == (Missing.NOT_FOR_YOU, None, name)


def test_items_are_ordered_by_steps_and_as_a_whole(
    session: Session, brand: Identity, assets: list[Asset]
) -> None:
    playbook = a_playbook(session, brand, *assets[:3])
    first, second, third = items_of(session, playbook)
    assert move_item(session, playbook, third.id, -1, at=OPENED) == (third, 2)
    assert items_of(session, playbook) == [first, third, second]
    assert move_item(session, playbook, first.id, -1, at=OPENED) == (first, 1)
    # somebody added one in the meantime, and an id is nobody's
    fourth = add_item(session, playbook, assets[3], at=OPENED)
    order_items(session, playbook, [second.id, 999, first.id, third.id], at=OPENED)
    assert items_of(session, playbook) == [second, first, third, fourth]
    order_items(session, playbook, [fourth.id], at=OPENED)
    assert items_of(session, playbook)[0] == fourth


def test_a_removed_item_comes_back_to_its_place_with_its_note(
    session: Session, brand: Identity, assets: list[Asset]
) -> None:
    playbook = a_playbook(session, brand, *assets[:3])
    items = items_of(session, playbook)
    note_item(session, playbook, items[1].id, "Page 3 first.", at=OPENED)
    remove_item(session, playbook, items[1].id, at=OPENED)
    assert items_of(session, playbook) == [items[0], items[2]]
    with pytest.raises(NotFound):
        remove_item(session, playbook, items[1].id, at=OPENED)
    assert restore_item(session, playbook, items[1].id, at=OPENED).note == "Page 3 first."
    assert items_of(session, playbook) == items
    # added again it is there once
    assert add_item(session, playbook, assets[1], at=OPENED) == items[1]
    remove_item(session, playbook, items[1].id, at=OPENED)
    add_item(session, playbook, assets[1], at=OPENED)
    assert items_of(session, playbook) == [items[0], items[2], items[1]]


def test_a_heading_stands_over_what_readers_can_open_and_over_nothing_it_is_not_shown(
    session: Session, brand: Identity, assets: list[Asset]
) -> None:
    silver = an_identity(session, a_partner(session, tier="silver"))
    playbook = a_playbook(session, brand, assets[0])
    add_heading(session, playbook, "Prices", at=OPENED)
    add_item(session, playbook, assets[3], at=OPENED)
    add_heading(session, playbook, "Afterwards", at=OPENED)
    add_item(session, playbook, assets[1], at=OPENED)
    shown = collection_page(session, silver, playbook.ref, at=OPENED).entries
    titles = [entry.item.title for entry in shown]
    assert titles == [assets[0].title, "Afterwards", assets[1].title]


def test_read_as_a_sequence_it_goes_from_one_open_item_to_the_next(
    session: Session, brand: Identity, assets: list[Asset]
) -> None:
    silver = an_identity(session, a_partner(session, tier="silver"))
    playbook = a_playbook(session, brand, assets[0], assets[3], assets[1], assets[2])
    retire(session, assets[2], at=OPENED, by="operator")
    found = sequence_at(session, silver, playbook.ref, assets[0], at=OPENED)
    assert found is not None
    assert (found.number, found.total, found.before, found.after) == (1, 2, None, assets[1].ref)
    last = sequence_at(session, silver, playbook.ref, assets[1], at=OPENED)
    assert last is not None
    assert (last.number, last.before, last.after) == (2, assets[0].ref, None)
    assert sequence_at(session, silver, playbook.ref, assets[3], at=OPENED) is None


def test_publishing_needs_content_and_an_audience_and_can_be_undone(
    session: Session, brand: Identity, assets: list[Asset]
) -> None:
    playbook = a_playbook(session, brand, state=CollectionState.DRAFT, audience="")
    with pytest.raises(CollectionEmpty):
        publish_collection(session, brand, playbook, at=OPENED)
    add_item(session, playbook, assets[0], at=OPENED)
    with pytest.raises(NobodyCanSeeIt):
        publish_collection(session, brand, playbook, at=OPENED)
    described = CollectionDescription("First meeting", CollectionKind.COLLECTION, "", ALL)
    describe_collection(session, brand, playbook, described, at=OPENED)
    publish_collection(session, brand, playbook, at=OPENED)
    retire_collection(session, brand, playbook, at=OPENED)
    with pytest.raises(NotFound):
        visible_collection(session, an_identity(session), playbook.ref)
    with pytest.raises(WrongCollectionStep):
        retire_collection(session, brand, playbook, at=OPENED)
    publish_collection(session, brand, playbook, at=LATER)
    assert playbook.published_at == OPENED
