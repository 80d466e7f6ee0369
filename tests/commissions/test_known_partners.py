"""What was known of partners at a close or an accrual stays known of it, whatever is learned later."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from commissions.facts.house_rules import HouseRules
from commissions.ledger.accrual import accrue
from commissions.ledger.periods import period
from commissions.reckoning.plan_book import plan_book
from commissions.statements.rebuilding import rebuilt_hashes
from tests.commissions.stated import rules_broken
from tests.factories.books import LineOf, a_plan, adopt, an_import, an_order, deliver
from tests.factories.closed_months import APRIL, close
from tests.factories.partner_terms import ALWAYS, told
from tests.factories.people import a_partner

AT = datetime(2026, 4, 3, 9, tzinfo=UTC)


def tiers(session: Session, known_through: int | None) -> list[tuple[date, str | None]]:
    terms = plan_book(session, known_through=known_through).terms.get("R1", ())
    return [(one.valid_from, one.tier) for one in terms]


def test_terms_are_known_as_of_an_import(session: Session) -> None:
    before = an_import(session)
    first = told(session, tier="silver")
    second = told(session, tier="gold")
    third = told(session, tier="gold", valid_from=date(2026, 3, 1))
    fourth = told(session, tier="bronze")
    assert tiers(session, before) == []
    assert tiers(session, first) == [(ALWAYS, "silver")]
    assert tiers(session, second) == [(ALWAYS, "gold")]
    assert tiers(session, third) == [(ALWAYS, "gold"), (date(2026, 3, 1), "gold")]
    assert tiers(session, fourth) == [(ALWAYS, "bronze"), (date(2026, 3, 1), "gold")]
    assert tiers(session, None) == tiers(session, fourth)


def test_a_closed_month_is_made_again_with_the_partners_that_its_close_knew(session: Session) -> None:
    told(session)
    adopt(session, a_plan("first", applies_to={"type": "reseller"}, holdback_percent="10", holdback_days=30))
    adopt(session, a_plan("other", applies_to={"type": "broker"}, holdback_percent="20", holdback_days=30))
    an_order(session, "IO-1", LineOf("L1"))
    deliver(session, "L1", date(2026, 3, 10), 10)
    close(session, "2026-03", APRIL)
    issued = (period(session, "2026-03").manifest or {})["hashes"]
    told(session, type="broker")
    told(session, type="broker", valid_from=date(2026, 1, 20))
    assert rebuilt_hashes(session, period(session, "2026-03"), HouseRules()) == issued
    assert rules_broken(session) == []


def test_what_is_learned_of_partners_after_an_accrual_breaks_no_rule_of_it(session: Session) -> None:
    a_partner(session, "M")
    told(session)
    override = {"name": "ov", "kind": "override", "level": 1, "percent": "2"}
    adopt(session, a_plan() | {"components": [*a_plan()["components"], override]})
    an_order(session, "IO-1", LineOf("L1"))
    deliver(session, "L1", date(2026, 3, 10), 10)
    accrue(session, at=APRIL)
    told(session, parent_ref="M")
    assert rules_broken(session) == []
    assert accrue(session, at=APRIL).postings == 1
    assert rules_broken(session) == []
