"""Requests for content: who may ask, read and answer, and what stands beside them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from content.finding.search_log import log_search
from content.requests.request_errors import (
    AlreadyAskedFor,
    AnswerNotVisible,
    NothingAskedFor,
    ReasonMissing,
    RequestIsOver,
)
from content.requests.request_models import RequestState
from content.requests.request_queries import (
    RequestFilter,
    news_of_requests,
    request_of,
    requests,
    requests_by_words,
)
from content.requests.requesting import Decision, Wish, ask_for, decide, take_back
from portal.kernel.errors import NotFound
from portal.kernel.identity import Role
from tests.factories.library import a_found_asset
from tests.factories.people import a_partner, an_identity

AT = datetime(2026, 6, 15, 10, tzinfo=UTC)
TODAY = date(2026, 6, 15)


def test_another_partners_request_does_not_exist(session: Session) -> None:
    """R2."""
    gold, silver = (an_identity(session, a_partner(session, tier=tier)) for tier in ("gold", "silver"))
    asked = ask_for(session, gold, Wish("Rate card in Spanish"), at=AT)
    with pytest.raises(NotFound):
        request_of(session, silver, asked.id, today=TODAY, at=AT)
    assert requests(session, silver, RequestFilter(), today=TODAY, at=AT).rows == []
    assert requests(session, silver, RequestFilter(), today=TODAY, at=AT).states == {}
    assert request_of(session, gold, asked.id, today=TODAY, at=AT).request is asked


def test_the_brand_sees_how_often_the_same_was_searched_in_vain(session: Session) -> None:
    brand = an_identity(session, role=Role.BRAND)
    seldom = ask_for(session, an_identity(session), Wish("Zebra crossing"), at=AT)
    often = ask_for(session, an_identity(session), Wish("  Rate   card in SPANISH"), at=AT - timedelta(1))
    for days in (0, 3, 200):
        log_search(session, "rate card in spanish", found=0, on=TODAY - timedelta(days=days))
    log_search(session, "rate card in spanish", found=2, on=TODAY)
    listed = requests(session, brand, RequestFilter(), today=TODAY, at=AT).rows
    assert [(row.request.id, row.searches) for row in listed] == [(often.id, 2), (seldom.id, 0)]
    assert requests_by_words(session, ["rate card in spanish", "zebra"]) == {"rate card in spanish": 1}


def test_an_organisation_asks_for_the_same_once(session: Session) -> None:
    partner = a_partner(session)
    first = ask_for(session, an_identity(session, partner), Wish("Rate card"), at=AT)
    with pytest.raises(AlreadyAskedFor) as refused:
        ask_for(session, an_identity(session, partner), Wish("rate  CARD"), at=AT)
    assert refused.value.request_id == first.id
    ask_for(session, an_identity(session), Wish("rate card"), at=AT)
    with pytest.raises(NothingAskedFor):
        ask_for(session, an_identity(session, partner), Wish(" \n "), at=AT)


def test_only_what_the_partner_may_open_answers_a_request(session: Session) -> None:
    brand, silver = (
        an_identity(session, role=Role.BRAND),
        an_identity(session, a_partner(session, tier="silver")),
    )
    a_found_asset(session, "For gold", "Page.", audience="tier:gold", ref="gold-only")
    answer = a_found_asset(session, "For all", "Page.", ref="for-all")
    asked = ask_for(session, silver, Wish("Anything"), at=AT)
    for ref in ("gold-only", "no-such", ""):
        with pytest.raises(AnswerNotVisible):
            decide(session, asked, Decision(RequestState.DONE, ref), at=AT, by=brand)
    decide(session, asked, Decision(RequestState.DONE, "for-all"), at=AT, by=brand)
    assert asked.answer is answer
    assert [one.id for one in news_of_requests(session, silver, at=AT)] == [asked.id]
    assert news_of_requests(session, an_identity(session), at=AT) == []
    asked.seen_at = AT
    assert news_of_requests(session, silver, at=AT) == []


def test_a_request_is_declined_with_a_reason_and_can_be_opened_again(session: Session) -> None:
    brand, partner = an_identity(session, role=Role.BRAND), an_identity(session)
    asked = ask_for(session, partner, Wish("Anything"), at=AT)
    with pytest.raises(ReasonMissing):
        decide(session, asked, Decision(RequestState.DECLINED, reason="  "), at=AT, by=brand)
    decide(session, asked, Decision(RequestState.DECLINED, reason="Use the media kit."), at=AT, by=brand)
    with pytest.raises(RequestIsOver):
        take_back(session, asked, at=AT, by=partner)
    decide(session, asked, Decision(RequestState.OPEN), at=AT, by=brand)
    take_back(session, asked, at=AT, by=partner)
    assert requests(session, partner, RequestFilter(), today=TODAY, at=AT).rows == []
