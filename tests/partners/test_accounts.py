"""Accounts: each partner its own, in pages, found by words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from partners.accounts import NewAccount, account, account_page, open_account
from partners.errors import AccountExists, AccountNeedsName
from partners.interactions import log_interaction
from portal.kernel.errors import NotAllowed, NotFound
from portal.kernel.identity import Role
from tests.factories.accounts import a_call, an_account
from tests.factories.people import a_partner, an_identity

NOW = datetime(2026, 6, 15, 10, tzinfo=UTC)


def test_another_partners_account_is_not_there(session: Session) -> None:
    own, other = a_partner(session), a_partner(session)
    found = an_account(session, own)
    stranger = an_identity(session, other)
    with pytest.raises(NotFound):
        account(session, stranger, found.ref)
    assert account_page(session, stranger).total == 0


@pytest.mark.parametrize("role", [Role.BRAND, Role.FINANCE, Role.ADMIN])
def test_the_brand_and_finance_see_the_accounts_of_all_partners(session: Session, role: Role) -> None:
    an_account(session, a_partner(session), "Orchard Row")
    an_account(session, a_partner(session), "Orchard Row")
    assert account_page(session, an_identity(session, role=role)).total == 2


def test_the_account_with_the_newest_interaction_comes_first(session: Session) -> None:
    partner = a_partner(session)
    asker = an_identity(session, partner)
    quiet, older, newer = (an_account(session, partner, name) for name in ("Aoba", "Birch", "Cedar"))
    log_interaction(session, asker, older.ref, a_call(NOW - timedelta(days=2)), at=NOW)
    log_interaction(session, asker, newer.ref, a_call(NOW - timedelta(days=1)), at=NOW)
    page = account_page(session, asker)
    assert [row.name for row in page.rows] == ["Cedar", "Birch", "Aoba"]
    assert page.rows[0].last_at == NOW - timedelta(days=1)
    assert (page.rows[0].interactions, page.rows[2].interactions, quiet.name) == (1, 0, "Aoba")


def test_a_list_comes_in_pages_and_says_how_many_there_are(session: Session) -> None:
    partner = a_partner(session)
    for number in range(7):
        an_account(session, partner, f"Store {number}")
    page = account_page(session, an_identity(session, partner), offset=5, limit=5)
    assert ([row.name for row in page.rows], page.total, page.last) == (["Store 5", "Store 6"], 7, 7)


def test_every_word_of_a_search_has_to_stand_in_the_account(session: Session) -> None:
    partner = a_partner(session)
    an_account(session, partner, "Cobbler & Pine")
    an_account(session, partner, "100% Pine")
    asker = an_identity(session, partner)
    assert [row.name for row in account_page(session, asker, search="PORTLAND cobbler").rows] == [
        "Cobbler & Pine"
    ]
    assert [row.name for row in account_page(session, asker, search="100%").rows] == ["100% Pine"]


def test_a_partner_opens_an_account_with_its_first_person(session: Session) -> None:
    asker = an_identity(session)
    new = NewAccount(
        name="  Bäckerei   Öhlmann ", industry="Food", contact="Jonas Wieland", contact_title="Owner"
    )
    opened = open_account(session, asker, new, at=NOW)
    assert (opened.name, opened.contacts[0].name) == ("Bäckerei Öhlmann", "Jonas Wieland")
    assert opened.ref.startswith("backerei-ohlmann-")
    with pytest.raises(AccountExists):
        open_account(session, asker, NewAccount(name="Bäckerei Öhlmann"), at=NOW)
    with pytest.raises(AccountNeedsName):
        open_account(session, asker, NewAccount(name=" "), at=NOW)


def test_the_address_of_an_account_does_not_say_that_another_partner_has_the_name(session: Session) -> None:
    first = open_account(session, an_identity(session), NewAccount(name="Quillon"), at=NOW)
    second = open_account(session, an_identity(session), NewAccount(name="Quillon"), at=NOW)
    assert len(first.ref) == len(second.ref)
    assert first.ref != second.ref


@pytest.mark.parametrize("role", [Role.BRAND, Role.FINANCE])
def test_only_a_partner_opens_an_account(session: Session, role: Role) -> None:
    with pytest.raises(NotAllowed):
        open_account(session, an_identity(session, role=role), NewAccount(name="Quillon"), at=NOW)
