"""Must-reads: asked of the audience, acknowledged after opening, and who has not is known to the brand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content.assets.audiences import parsed, set_audience, visible_assets
from content.assets.mail_models import ContentMail
from content.assets.models import Asset
from content.editing.publishing import retire
from content.readers.must_read_errors import NotAsked, NotOpenedYet, NotPublished, RemindedToday
from content.readers.must_read_models import Acknowledgement, MustRead
from content.readers.must_read_queries import not_acknowledged, own_state, progress, to_read
from content.readers.must_reads import Ask, acknowledge, ask_to_read, go_on_asking, remind, stop_asking
from partners.models import Organisation, OrganisationKind, User
from partners.people import identity_of
from portal.kernel.identity import Identity, Role
from tests.factories.people import a_partner, a_user, an_identity
from tests.factories.usage import OPENED, a_published_version, a_version, an_open_view

TODAY = date(2026, 6, 9)
DUE = TODAY + timedelta(days=5)
ONCE, AGAIN = Ask(DUE), Ask(DUE, asks_again=True)


@pytest.fixture
def brand(session: Session) -> Identity:
    return an_identity(session, role=Role.BRAND)


@pytest.fixture
def asset(session: Session) -> Asset:
    return a_published_version(session, tier="gold").asset


def opened(session: Session, identity: Identity, asset: Asset) -> None:
    assert asset.current_version is not None
    an_open_view(session, identity, asset.current_version)


def read(session: Session, identity: Identity, asset: Asset) -> None:
    opened(session, identity, asset)
    acknowledge(session, identity, asset, at=OPENED)


def missing(session: Session, must_read: MustRead) -> list[int]:
    return [one.user_id for one in not_acknowledged(session, must_read, today=TODAY)]


def test_it_is_acknowledged_only_after_it_was_opened_and_once(
    session: Session, brand: Identity, asset: Asset
) -> None:
    reader = an_identity(session)
    ask_to_read(session, brand, asset, ONCE, at=OPENED)
    (waiting,) = to_read(session, reader, at=OPENED)
    assert (waiting.ref, waiting.due_on, waiting.has_opened) == (asset.ref, DUE, False)
    with pytest.raises(NotOpenedYet):
        acknowledge(session, reader, asset, at=OPENED)
    opened(session, reader, asset)
    assert to_read(session, reader, at=OPENED)[0].has_opened
    for minutes in (0, 5):
        acknowledge(session, reader, asset, at=OPENED + timedelta(minutes=minutes))
    (kept,) = session.scalars(select(Acknowledgement))
    assert (kept.user_id, kept.version_id, kept.at) == (reader.user_id, asset.current_version_id, OPENED)
    assert to_read(session, reader, at=OPENED) == []
    state = own_state(session, reader, asset, at=OPENED)
    assert state is not None
    assert state.acknowledged_at == OPENED


def test_r1_another_partner_is_neither_asked_nor_counted(
    session: Session, brand: Identity, asset: Asset
) -> None:
    silver = an_identity(session, a_partner(session, tier="silver"))
    must_read = ask_to_read(session, brand, asset, ONCE, at=OPENED)
    assert to_read(session, silver, at=OPENED) == []
    assert own_state(session, silver, asset, at=OPENED) is None
    opened(session, silver, asset)
    with pytest.raises(NotAsked):
        acknowledge(session, silver, asset, at=OPENED)
    assert progress(session, today=TODAY)[0].asked == 0
    assert missing(session, must_read) == []
    assert to_read(session, brand, at=OPENED) == []


@pytest.mark.parametrize(
    "audience",
    [
        "all",
        "tier:GOLD",
        "tier:gold;region:emea",
        "tier:gold;tier:silver;type:broker",
        "partner:ONE;partner:TWO",
        "language:de",
        "partner:ONE;language:de",
        "category:food",
        "category:oo;category:home_and",
        "",
    ],
)
def test_who_is_asked_is_exactly_who_may_see_it(session: Session, asset: Asset, audience: str) -> None:
    organisations = [
        a_partner(session, "ONE", region="emea"),
        a_partner(session, "TWO", tier="silver", type="broker"),
        a_partner(session, "THREE", tier=None, region="apac"),
        Organisation(ref="NEW", kind=OrganisationKind.PARTNER, name="Without terms", created_at=OPENED),
    ]
    people = []
    for organisation in organisations:
        for locale in ("en_GB", "de"):
            user = a_user(session, organisation)
            user.locale = locale
            people.append(user)
    a_user(session, organisations[0]).disabled_at = OPENED
    set_audience(session, asset, parsed(audience))
    must_read = ask_to_read(session, an_identity(session, role=Role.BRAND), asset, ONCE, at=OPENED)
    organisations[0].terms[0].category, organisations[1].terms[0].category = "food;travel", "seafood"
    session.flush()
    assert sorted(missing(session, must_read)) == [user.id for user in people if sees(session, user, asset)]


def sees(session: Session, user: User, asset: Asset) -> bool:
    identity = identity_of(session, user, today=TODAY)
    return asset.id in session.scalars(visible_assets(identity, at=OPENED)).all()


def test_the_brand_sees_who_has_not_and_how_many_have(
    session: Session, brand: Identity, asset: Asset
) -> None:
    first, second, third = (an_identity(session) for _ in range(3))
    must_read = ask_to_read(session, brand, asset, ONCE, at=OPENED)
    read(session, first, asset)
    opened(session, second, asset)
    (row,) = progress(session, today=TODAY)
    assert (row.asked, row.acknowledged, row.missing, row.due_on) == (3, 1, 2, DUE)
    found = {one.user_id: one.has_opened for one in not_acknowledged(session, must_read, today=TODAY)}
    assert found == {second.user_id: True, third.user_id: False}


@pytest.mark.parametrize(("ask", "is_asked"), [(AGAIN, True), (ONCE, False)])
def test_a_new_version_asks_again_where_that_was_chosen(
    session: Session, brand: Identity, asset: Asset, ask: Ask, *, is_asked: bool
) -> None:
    reader = an_identity(session)
    must_read = ask_to_read(session, brand, asset, ask, at=OPENED)
    read(session, reader, asset)
    a_version(session, asset, number=2, created_at=OPENED)
    session.expire(asset)
    waiting = to_read(session, reader, at=OPENED)
    assert (bool(waiting), bool(missing(session, must_read))) == (is_asked, is_asked)
    if is_asked:
        # two weeks from its day, and to be opened anew
        assert (waiting[0].due_on, waiting[0].has_opened) == (TODAY + timedelta(days=14), False)
        with pytest.raises(NotOpenedYet):
            acknowledge(session, reader, asset, at=OPENED)
        read(session, reader, asset)
        assert to_read(session, reader, at=OPENED) == []


def test_what_is_retired_or_ended_is_asked_of_nobody(session: Session, brand: Identity, asset: Asset) -> None:
    reader = an_identity(session)
    must_read = ask_to_read(session, brand, asset, ONCE, at=OPENED)
    stop_asking(session, brand, must_read, at=OPENED)
    session.flush()
    assert to_read(session, reader, at=OPENED) == []
    go_on_asking(session, brand, must_read, at=OPENED)
    session.flush()
    assert len(to_read(session, reader, at=OPENED)) == 1
    retire(session, asset, at=OPENED, by="operator")
    session.flush()
    assert to_read(session, reader, at=OPENED) == []


def test_a_reminder_goes_to_those_who_have_not_and_once_a_day(
    session: Session, brand: Identity, asset: Asset
) -> None:
    done, late = an_identity(session), an_identity(session)
    must_read = ask_to_read(session, brand, asset, ONCE, at=OPENED)
    read(session, done, asset)
    assert remind(session, brand, must_read, today=TODAY, at=OPENED) == 1
    with pytest.raises(RemindedToday):
        remind(session, brand, must_read, today=TODAY, at=OPENED)
    assert remind(session, brand, must_read, today=TODAY + timedelta(days=1), at=OPENED) == 1
    assert set(session.scalars(select(ContentMail.user_id))) == {late.user_id}


def test_nobody_is_asked_or_reminded_to_read_what_cannot_be_opened(
    session: Session, brand: Identity, asset: Asset
) -> None:
    must_read = ask_to_read(session, brand, asset, ONCE, at=OPENED)
    an_identity(session)
    retire(session, asset, at=OPENED, by=brand)
    with pytest.raises(NotPublished, match="Publish it first"):
        ask_to_read(session, brand, asset, AGAIN, at=OPENED)
    with pytest.raises(NotPublished):
        remind(session, brand, must_read, today=TODAY, at=OPENED)
    assert session.scalar(select(ContentMail.id)) is None
