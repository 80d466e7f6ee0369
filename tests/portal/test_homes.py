"""The first page of each role: it answers with what is there, in a bounded number of queries."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from commissions.facts.house_rules import HouseRules
from commissions.ledger.accrual import accrue
from commissions.ledger.ledger_models import Period, PeriodState
from content.assets.models import Processing, Vocabulary
from partners.interactions import LoggedInteraction, Shown, log_interaction
from partners.models import User
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.factories.accounts import a_call, an_account
from tests.factories.books import LineOf, a_plan, adopt, an_order, deliver
from tests.factories.closed_months import a_doubted_row
from tests.factories.library import a_found_asset, tag
from tests.factories.people import a_partner, a_user, an_identity
from tests.fixtures.browsers import LogIn


def seller_of(services: Services, ref: str) -> User:
    with transaction(services.sessions) as session:
        return a_user(session, a_partner(session, ref))


def sell(services: Services, partner: str, orders: int) -> None:
    """Orders of 100 spots at 50.00 less 15%, 10% of net; 40 of each have aired."""
    with transaction(services.sessions) as session:
        adopt(session, a_plan())
        for number in range(orders):
            line = LineOf(f"L{number}", days=(date(2026, 6, 1), date(2026, 7, 31)))
            an_order(session, f"IO-{number}", line, partner=partner)
            deliver(session, f"L{number}", date(2026, 6, 10), 40)
        accrue(session, at=services.clock(), house=HouseRules())


def text_of(browser: FlaskClient, address: str = "/") -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_a_partner_sees_its_money_and_another_partner_none_of_it(services: Services, log_in: LogIn) -> None:
    seller, stranger = seller_of(services, "R1"), seller_of(services, "R2")
    sell(services, "R1", orders=2)
    page = text_of(log_in(seller))
    assert "$340.00" in page
    assert "$510.00" in page
    assert "2 orders, if every unit airs" in page
    assert "Booked to come" not in text_of(log_in(stranger))


def test_content_that_changed_since_it_was_shown_needs_the_partner(services: Services, log_in: LogIn) -> None:
    seller = seller_of(services, "R1")
    with transaction(services.sessions) as session:
        account = an_account(session, session.merge(seller.organisation))
        asker = an_identity(session, session.merge(seller.organisation))
        card = a_found_asset(session, "Rate card Q3", "Prices.")
        log_interaction(
            session,
            asker,
            account.ref,
            _showing(services, Shown(card.ref, card.title, 0)),
            at=services.clock(),
        )
    page = text_of(log_in(seller))
    assert "<b>Rate card Q3</b> has changed since you showed it" in page
    assert "saw the old one" in page


def test_content_of_an_accounts_industry_is_recommended_until_it_was_shown(
    services: Services, log_in: LogIn
) -> None:
    seller = seller_of(services, "R1")
    with transaction(services.sessions) as session:
        asker = an_identity(session, session.merge(seller.organisation))
        account = an_account(session, session.merge(seller.organisation))
        log_interaction(session, asker, account.ref, a_call(services.clock()), at=services.clock())
        study = a_found_asset(session, "Orchard Row Grocers", "Cover.")
        tag(session, study, Vocabulary.INDUSTRY, "Retail")
        hidden = a_found_asset(session, "Silver only", "Cover.", audience="tier:silver")
        tag(session, hidden, Vocabulary.INDUSTRY, "Retail")
    browser = log_in(seller)
    page = text_of(browser, "/home/recommended")
    assert "is in retail and has not seen it lately" in page
    assert 'aria-label="Save Orchard Row Grocers"' in page
    assert "Silver only" not in page
    with transaction(services.sessions) as session:
        shown = _showing(services, Shown(study.ref, study.title, 1))
        log_interaction(session, asker, account.ref, shown, at=services.clock())
    assert "is in retail" not in text_of(browser, "/home/recommended")


def test_without_script_a_home_links_to_what_is_new_as_a_page(services: Services, log_in: LogIn) -> None:
    with transaction(services.sessions) as session:
        user = a_user(session, a_partner(session))
        a_found_asset(session, "Orchard Row", "words")
    browser = log_in(user)
    assert '<noscript><p class="mg-call"><a href="/home/recommended">' in browser.get("/").text
    whole = browser.get("/home/recommended").text
    assert "<main" in whole
    assert "Orchard Row" in whole
    assert "hx-swap-oob" not in whole
    part = browser.get("/home/recommended", headers={"HX-Request": "true"}).text
    assert "<main" not in part
    assert 'id="news" hx-swap-oob="true"' in part


def test_the_brand_sees_what_failed_and_what_is_due(services: Services, log_in: LogIn) -> None:
    today = services.clock().date()
    with transaction(services.sessions) as session:
        a_found_asset(session, "Old media kit", "Cover.", review_on=today - timedelta(days=1))
        broken = a_found_asset(session, "Broken deck", "Cover.")
        session.flush()
        version = broken.versions[0]
        version.processing, version.reason = Processing.FAILED, "The file is encrypted."
        user = a_user(session, role=Role.BRAND)
    page = text_of(log_in(user))
    assert "<b>Broken deck</b> could not be read" in page
    assert "The file is encrypted." in page
    assert "<b>Old media kit</b> is overdue for review" in page


def test_where_nothing_was_opened_no_share_was_finished(services: Services, log_in: LogIn) -> None:
    with transaction(services.sessions) as session:
        user = a_user(session, role=Role.BRAND)
    shown = " ".join(re.sub(r"<[^>]+>", " ", text_of(log_in(user))).split())
    assert "Finished none 0 of 0" in shown


def test_finance_sees_what_is_owed_and_which_month_closes_next(services: Services, log_in: LogIn) -> None:
    seller_of(services, "R1")
    sell(services, "R1", orders=1)
    with transaction(services.sessions) as session:
        user = a_user(session, role=Role.FINANCE)
    page = text_of(log_in(user))
    assert "170.00" in page
    assert "Debits equal credits" in page
    assert "Open June 2026" in page


@pytest.mark.parametrize(("day", "blocks"), [(date(2026, 6, 30), True), (date(2026, 7, 1), False)])
def test_finance_is_told_only_of_rows_that_block_the_month_that_closes_next(
    services: Services, log_in: LogIn, day: date, *, blocks: bool
) -> None:
    seller_of(services, "R1")
    sell(services, "R1", orders=1)
    with transaction(services.sessions) as session:
        a_doubted_row(session, day)
        user = a_user(session, role=Role.FINANCE)
    home = text_of(log_in(user))
    assert ("One row in quarantine blocks the close" in home) is blocks
    assert ("Decide about it" in home) is blocks


def test_finance_sees_the_exceptions_that_the_page_of_exceptions_lists(
    services: Services, log_in: LogIn
) -> None:
    seller_of(services, "R1")
    sell(services, "R1", orders=1)
    with transaction(services.sessions) as session:
        a_doubted_row(session, date(2026, 6, 30))
        deliver(session, "L0", date(2026, 6, 11), 100)
        accrue(session, at=services.clock(), house=HouseRules())
        user = a_user(session, role=Role.FINANCE)
    page = text_of(log_in(user))
    assert "Over-delivered" in page
    assert 'Exceptions</h2><span class="mg-note">2<' in page


def test_finance_is_told_of_a_month_in_review_and_led_to_its_statements(
    services: Services, log_in: LogIn
) -> None:
    seller_of(services, "R1")
    sell(services, "R1", orders=1)
    with transaction(services.sessions) as session:
        session.execute(update(Period).values(state=PeriodState.IN_REVIEW))
        user = a_user(session, role=Role.FINANCE)
    page = text_of(log_in(user))
    assert "June 2026 is in review: a second person closes it." in page
    assert 'href="/months/2026-06/preview"' in page


@pytest.mark.parametrize("role", [None, Role.BRAND, Role.FINANCE, Role.ADMIN])
def test_a_home_takes_at_most_fifteen_queries(
    services: Services, log_in: LogIn, statements: list[str], role: Role | None
) -> None:
    seller = seller_of(services, "R1")
    sell(services, "R1", orders=12)
    with transaction(services.sessions) as session:
        asker = an_identity(session, session.merge(seller.organisation))
        for number in range(6):
            study = a_found_asset(session, f"Study {number}", "Cover.")
            tag(session, study, Vocabulary.INDUSTRY, "Retail")
            account = an_account(session, session.merge(seller.organisation), f"Store {number}")
            log_interaction(session, asker, account.ref, a_call(services.clock()), at=services.clock())
        user = seller if role is None else a_user(session, role=role)
    browser = log_in(user)
    statements.clear()
    text_of(browser)
    read = [statement for statement in statements if statement.startswith(("SELECT", "WITH"))]
    assert len(read) <= 15, "\n\n".join(read)


def _showing(services: Services, shown: Shown) -> LoggedInteraction:
    return replace(a_call(services.clock() - timedelta(days=3)), shown=(shown,))
