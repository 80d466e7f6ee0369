"""What is recommended for an account: only what its partner may open, and every reason is true."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content.assets.audiences import visible_assets
from content.assets.models import Asset, Vocabulary
from partners.account_models import Account, JourneyStage
from partners.interactions import LoggedInteraction, Shown, log_interaction
from portal.kernel.db import transaction
from portal.kernel.identity import Identity
from portal.services import Services
from portal.web.recommending import Recommended, Rule, recommended
from tests.factories.accounts import a_call, an_account
from tests.factories.books import LineOf, an_order
from tests.factories.library import a_found_asset, tag
from tests.factories.people import a_partner, a_user, an_identity
from tests.fixtures.browsers import LogIn

AT = datetime(2026, 6, 15, 8, tzinfo=UTC)
SIGNER = "Cobbler & Pine Furniture"
INDUSTRIES, PRODUCTS = ("Retail", "Health", "Travel"), ("Radio", "Podcast")
AUDIENCES = ("all", "tier:gold", "tier:silver", "region:emea", "partner:R2")


def show(session: Session, who: Identity, account: Account, asset: Asset, on: date) -> None:
    at = datetime(on.year, on.month, on.day, 10, tzinfo=UTC)
    call = a_call(at)
    shown = (Shown(asset.ref, asset.title, 1),)
    logged = LoggedInteraction(call.kind, at, call.people, call.note, JourneyStage.EVALUATE, shown=shown)
    log_interaction(session, who, account.ref, logged, at=at)


def is_true(session: Session, one: Recommended, reason: Rule, value: str) -> bool:
    """Looked up anew, without what the recommendation was made from."""
    asset = session.scalars(select(Asset).where(Asset.ref == one.card.ref)).one()
    account = session.scalars(select(Account).where(Account.ref == one.account_ref)).one()
    words = {(term.vocabulary, term.name.lower()) for term in asset.terms}
    if reason is Rule.INDUSTRY:
        return account.industry == value and (Vocabulary.INDUSTRY, value.lower()) in words
    if reason is Rule.PRODUCT:
        return account.name == SIGNER and (Vocabulary.PRODUCT, value) in words
    if reason is Rule.STAGE:
        return value == "evaluate" and (Vocabulary.STAGE, value) in words
    return value == SIGNER != account.name and asset.title.endswith("shown before")


@pytest.mark.parametrize("seed", range(2))
def test_nothing_outside_the_audience_is_recommended_and_every_reason_is_true(
    session: Session, seed: int
) -> None:
    draw = random.Random(seed)
    mine, theirs = (an_identity(session, a_partner(session, ref)) for ref in ("R1", "R2"))
    an_order(session, "IO-1", LineOf("L1", product="podcast"), partner="R1", signed_on=date(2026, 5, 1))
    accounts = {}
    for who in (mine, theirs):
        for name in (SIGNER, "Quillon", "Marlow"):
            account = Account(
                ref=f"{who.organisation_ref}-{name[:3]}",
                organisation_id=who.organisation_id,
                name=name,
                industry=draw.choice(INDUSTRIES),
                created_at=AT,
            )
            session.add(account)
            accounts[who.organisation_ref, name] = account
    session.flush()
    for number in range(30):
        before, after = draw.random() < 0.2, draw.random() < 0.2
        title = f"{number} {'shown before' if before else 'other'}"
        asset = a_found_asset(session, title, "w", audience=draw.choice(AUDIENCES))
        tag(session, asset, Vocabulary.INDUSTRY, draw.choice(INDUSTRIES))
        tag(session, asset, Vocabulary.STAGE, draw.choice(("Evaluate", "Explore")))
        tag(session, asset, Vocabulary.PRODUCT, draw.choice(PRODUCTS))
        if before:
            show(session, mine, accounts["R1", SIGNER], asset, date(2026, 4, 30))
        elif after:
            show(session, mine, accounts["R1", SIGNER], asset, date(2026, 5, 2))
    show(session, mine, accounts["R1", "Quillon"], a_found_asset(session, "x", "w"), date(2026, 6, 1))
    show(session, theirs, accounts["R2", SIGNER], a_found_asset(session, "y", "w"), date(2026, 4, 1))
    open_to = {
        who.organisation_ref: set(
            session.scalars(select(Asset.ref).where(Asset.id.in_(visible_assets(who, at=AT))))
        )
        for who in (mine, theirs)
    }
    found = 0
    for who in (mine, theirs):
        for one in recommended(session, who, at=AT):
            found += 1
            assert one.card.ref in open_to[who.organisation_ref]
            assert one.account_ref.startswith(who.organisation_ref)
            assert all(is_true(session, one, reason.rule, reason.value) for reason in one.reasons), one
            assert who is mine or {reason.rule for reason in one.reasons} <= {Rule.INDUSTRY, Rule.STAGE}
    assert found > 1


def test_what_won_a_deal_comes_first_on_the_account_and_says_which(services: Services, log_in: LogIn) -> None:
    with transaction(services.sessions) as session:
        partner = a_partner(session, "R1")
        seller, rival = a_user(session, partner), a_user(session, a_partner(session, "R2"))
        who = an_identity(session, partner)
        won = an_account(session, partner, SIGNER, ref="won")
        an_account(session, partner, "Quillon Insurance", ref="open")
        planner, study = (a_found_asset(session, title, "w") for title in ("Reach planner", "Retail study"))
        tag(session, study, Vocabulary.INDUSTRY, "Retail")
        show(session, who, won, planner, date(2026, 1, 20))
        an_order(session, "IO-1", LineOf("L1"), partner="R1", signed_on=date(2026, 2, 1))
    page = log_in(seller).get("/accounts/open").text
    assert "you showed it to Cobbler &amp; Pine Furniture before they signed" in page
    assert page.index("Reach planner") < page.index("Retail study")
    assert "is in retail and has not seen it lately" in page
    assert "you showed it" not in log_in(rival).get("/home/recommended").text


def test_what_happened_long_ago_is_no_reason_and_costs_nothing(session: Session) -> None:
    """The rows that are read are those of two years, whatever a partner did before."""
    who = an_identity(session, partner := a_partner(session, "R1"))
    old = an_account(session, partner, SIGNER, ref="old")
    new = an_account(session, partner, "Quillon", ref="new")
    old.industry = None
    planner, study = (a_found_asset(session, title, "w") for title in ("Reach planner", "Retail study"))
    tag(session, study, Vocabulary.INDUSTRY, "Retail")
    show(session, who, old, planner, date(2023, 1, 20))
    an_order(session, "IO-1", LineOf("L1"), partner="R1", signed_on=date(2023, 2, 1))
    show(session, who, new, study, date(2023, 3, 1))
    show(session, who, new, a_found_asset(session, "x", "w"), date(2026, 6, 1))
    (one,) = recommended(session, who, at=AT)
    assert (one.card.ref, [reason.rule for reason in one.reasons]) == (study.ref, [Rule.INDUSTRY])
    show(session, who, new, study, date(2026, 6, 2))
    assert recommended(session, who, at=AT) == []
