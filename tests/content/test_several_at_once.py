"""Several managers at the same moment: none of them meets a fault because of the others."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from threading import Barrier

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from content.assets.file_types import recognised
from content.assets.models import Asset, AssetKind, AssetVersion, Term, Vocabulary
from content.editing.describing import Description, add_asset
from content.readers.collecting import CollectionDescription, add_collection, add_item
from content.readers.collection_models import Collection, CollectionItem, CollectionKind
from content.readers.must_read_models import MustRead
from content.readers.must_reads import Ask, ask_to_read
from content.requests.request_errors import AlreadyAskedFor
from content.requests.request_models import ContentRequest
from content.requests.requesting import Wish, ask_for
from content.uploads.uploads import Upload, add_version
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from tests.factories.library import a_found_asset
from tests.factories.people import an_identity

AT = datetime(2026, 6, 15, 10, 0, tzinfo=UTC)
PDF = Upload("a.pdf", recognised("a.pdf", b"%PDF-1.4"), sha256="a" * 64, size=1)
HOW_MANY = 6


def at_once(sessions: sessionmaker[Session], act: Callable[[Session, int], object]) -> None:
    start = Barrier(HOW_MANY)

    def one(number: int) -> None:
        start.wait()
        with transaction(sessions) as session:
            act(session, number)

    with ThreadPoolExecutor(HOW_MANY) as threads:
        list(threads.map(one, range(HOW_MANY)))


def test_versions_that_are_sent_at_once_have_numbers_of_their_own(sessions: sessionmaker[Session]) -> None:
    with transaction(sessions) as session:
        asset_id = a_found_asset(session, "Orchard Row").id

    def send(session: Session, _number: int) -> None:
        add_version(session, session.get_one(Asset, asset_id), PDF, at=AT, by="somebody")

    at_once(sessions, send)
    with sessions() as session:
        numbers = session.scalars(select(AssetVersion.number).order_by(AssetVersion.number)).all()
    assert numbers == list(range(1, HOW_MANY + 2))


def test_files_of_one_name_with_the_same_new_words_become_assets(sessions: sessionmaker[Session]) -> None:
    words = ["Radio", "Podcast"]

    def add(session: Session, number: int) -> None:
        products = words if number % 2 else words[::-1]
        described = Description("Brochure", AssetKind.DECK, terms={Vocabulary.PRODUCT: products})
        add_asset(session, described, at=AT, by="somebody")

    at_once(sessions, add)
    with sessions() as session:
        refs = set(session.scalars(select(Asset.ref)))
        assert refs == {"brochure", *(f"brochure-{number}" for number in range(2, HOW_MANY + 1))}
        assert session.scalars(select(Term.name).order_by(Term.name)).all() == sorted(words)


def test_what_is_asked_for_or_added_twice_at_once_is_there_once(sessions: sessionmaker[Session]) -> None:
    with transaction(sessions) as session:
        brand, partner = an_identity(session, role=Role.BRAND), an_identity(session)
        asset_id = a_found_asset(session, "Orchard Row").id
        described = CollectionDescription("Launch", CollectionKind.COLLECTION)
        collection_id = add_collection(session, partner, described, at=AT).id

    def act(session: Session, _number: int) -> None:
        asset = session.get_one(Asset, asset_id)
        add_item(session, session.get_one(Collection, collection_id), asset, at=AT)
        ask_to_read(session, brand, asset, Ask(AT.date()), at=AT)
        with suppress(AlreadyAskedFor):
            ask_for(session, partner, Wish("Spanish rate card"), at=AT)

    at_once(sessions, act)
    with sessions() as session:
        for table in (CollectionItem, MustRead, ContentRequest):
            assert session.scalar(select(func.count()).select_from(table)) == 1
