"""The months that a plan is tried on, as they are typed."""

from __future__ import annotations

from flask.testing import FlaskClient

from portal.services import Services
from tests.commissions.test_plan_screens import FORM, finance, people, tried

__all__ = ["finance", "people"]


def test_months_that_end_before_they_begin_are_refused_and_nothing_is_tried(
    services: Services, finance: FlaskClient
) -> None:
    backwards = {"since": "2026-05", "until": "2026-03"}
    answer = finance.post("/plans/standard/simulate", data=backwards, follow_redirects=True)
    assert "The first month comes after the last one." in answer.text
    assert 'value="2026-05"' in answer.text
    answer = finance.post("/plans/simulate", data=FORM | backwards)
    assert "The first month comes after the last one." in answer.text
    assert 'value="11"' in answer.text
    there = tried(services, finance, "/plans/simulate", FORM)
    answer = finance.post(f"{there}/again", data=backwards, follow_redirects=True)
    assert "The first month comes after the last one." in answer.text


def test_months_in_which_nothing_was_delivered_do_not_deny_the_plans_lines(
    services: Services, finance: FlaskClient
) -> None:
    there = tried(services, finance, "/plans/standard/simulate", {"since": "2027-01"})
    page = finance.get(there).text
    assert "Nothing in these months" in page
    assert "No line has this plan" not in page
