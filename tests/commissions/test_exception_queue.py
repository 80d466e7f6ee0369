"""The queue of exceptions: every kind, since when, whose, and what was asked for (2.2, 2.3)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from commissions.approvals.approvals import ProposedAlready, Setting, approve
from commissions.facts.fact_models import BillingSource
from commissions.facts.house_rules import HouseRules
from commissions.ledger.accrual import accrue
from commissions.ledger.checklist import Item
from commissions.ledger.ledger_models import LineStanding
from commissions.ledger.missing_days import missing_days
from commissions.ledger.periods import period
from commissions.orders.reconciliation import tally_row
from commissions.overviews.exception_queue import (
    Filter,
    NotOfFinance,
    assign_exception,
    exception_counts,
    exception_page,
)
from commissions.overviews.exceptions import informing
from commissions.proposals.approval_acts import ACTS
from commissions.proposals.debt_proposals import propose_debt_write_off
from commissions.proposals.debt_write_offs import NothingToWriteOff
from portal.adapters.local_files import LocalFiles
from portal.kernel.db import transaction
from portal.kernel.errors import NotFound
from portal.kernel.identity import Role
from tests.factories.books import Billed, LineOf, a_plan, adopt, an_order, deliver, invoice, line_id
from tests.factories.fact_files import take
from tests.factories.people import a_brand, a_partner, a_user, an_identity

MARCH = (date(2026, 3, 1), date(2026, 3, 31))
AT = datetime(2026, 4, 2, 9, tzinfo=UTC)
HOUSE = HouseRules(sources={"own": "own", "adserver": "third_party", "second": "own"})
ALL = {"limit": 50}


@pytest.fixture
def books(session: Session) -> Session:
    """March: one line over, one with debt and another count, one twice counted, one billed too much."""
    a_partner(session, "R1")
    adopt(session, a_plan())
    names = ("OVER", "DEBT", "TWICE", "BILLED", "FINE")
    an_order(session, "IO-1", *(LineOf(name, days=MARCH) for name in names))
    an_order(session, "IO-2", LineOf("UNPLANNED", days=MARCH, plan="none"))
    for name, units in {"OVER": 120, "DEBT": 80, "TWICE": 100, "BILLED": 100, "FINE": 100}.items():
        deliver(session, name, MARCH[0], units)
    deliver(session, "UNPLANNED", MARCH[0], 5)
    deliver(session, "DEBT", MARCH[0], 60, source="adserver")
    deliver(session, "TWICE", MARCH[0], 7, source="second")
    invoice(session, "I1", Billed("BILLED", net=600_000), Billed("FINE", net=425_000), on=MARCH[1])
    accrue(session, at=AT, house=HOUSE)
    return session


def kinds(session: Session, wanted: Filter | None = None) -> list[tuple[str, str | None]]:
    return [(one.item.value, one.line_ref) for one in exception_page(session, wanted or Filter(), **ALL).rows]


def test_every_kind_of_line_is_there_and_what_blocks_stands_first(books: Session) -> None:
    assert kinds(books) == [
        ("no_plan", "UNPLANNED"),
        ("billed", "BILLED"),
        ("debt", "DEBT"),
        ("discrepancy", "DEBT"),
        ("over", "OVER"),
        ("second_source", "TWICE"),
    ]
    assert [one.blocks for one in exception_page(books, Filter(), **ALL).rows] == [True] + [False] * 5
    assert {item.value: count for item, count in exception_counts(books).items()} == {
        "no_plan": 1, "over": 1, "debt": 1, "second_source": 1, "discrepancy": 1, "billed": 1
    }  # fmt: skip


def test_each_says_what_is_wrong_with_its_figures(books: Session) -> None:
    told = {one.item: one.sentence for one in exception_page(books, Filter(), **ALL).rows}
    assert told[Item.BILLED] == "Invoiced 6,000.00 USD net, delivered for 4,250.00."
    assert told[Item.OVER] == "20 more delivered than the order pays for."
    assert told[Item.DISCREPANCY] == "Own count 80, third party 60."


def test_a_make_good_line_is_over_only_above_what_it_was_booked_for_and_its_units_tie(
    session: Session,
) -> None:
    a_partner(session, "R1")
    adopt(session, a_plan())
    an_order(session, "IO-1", LineOf("L1", days=MARCH))
    april = (date(2026, 4, 1), date(2026, 4, 30))
    an_order(session, "IO-2", LineOf("MG", booked=10, days=april, makegood_for="L1"))
    deliver(session, "L1", MARCH[0], 90)
    may = datetime(2026, 5, 2, 9, tzinfo=UTC)
    for units, told, (elsewhere, remaining) in (
        (7, [("debt", "L1")], (7, 3)),
        (10, [], (10, 0)),
        (12, [("over", "MG")], (10, 0)),
    ):
        deliver(session, "MG", april[0], units)
        accrue(session, at=may, house=HOUSE)
        assert kinds(session) == told
        assert told_in_april(session) == [one for one in told if one[1] == "MG"]
        tally = tally_row(session, "MG").units
        assert (tally.elsewhere, tally.remaining, tally.difference) == (elsewhere, remaining, 0)


def told_in_april(session: Session) -> list[tuple[str, str | None]]:
    found = informing(session, period(session, "2026-04"), today=date(2026, 5, 2), limit=9)
    return [(one.item.value, one.line_ref) for one in found]


def test_what_is_made_good_above_the_debt_is_shown_and_not_lost(session: Session) -> None:
    a_partner(session, "R1")
    adopt(session, a_plan())
    an_order(session, "IO-1", LineOf("L1", days=MARCH))
    an_order(session, "IO-2", LineOf("MG1", booked=6, makegood_for="L1"))
    an_order(session, "IO-3", LineOf("MG2", booked=6, makegood_for="L1"))
    deliver(session, "L1", MARCH[0], 90)
    for line in ("MG1", "MG2"):
        deliver(session, line, MARCH[1], 6)
    accrue(session, at=AT, house=HOUSE)
    assert kinds(session) == [("over", "MG1"), ("over", "MG2")]
    (told, _) = exception_page(session, Filter(), **ALL).rows
    assert told.sentence == "More aired to make good than was owed; the rest is not paid."


def test_filters_narrow_by_kind_by_owner_and_by_text_and_pages_follow(books: Session) -> None:
    someone = a_user(books, a_brand(books), Role.FINANCE)
    who = an_identity(books, a_brand(books), Role.FINANCE)
    assert kinds(books, Filter(item=Item.DEBT)) == [("debt", "DEBT")]
    assert kinds(books, Filter(text="io-2")) == [("no_plan", "UNPLANNED")]
    subject = (Item.OVER, line_id(books, "OVER"))
    assign_exception(books, who, subject, someone.id, at=AT)
    assert kinds(books, Filter(owner_id=someone.id)) == [("over", "OVER")]
    assert len(kinds(books, Filter(owner_id=0))) == 5
    assert exception_page(books, Filter(), limit=2, offset=4).total == 6
    assert [one.line_ref for one in exception_page(books, Filter(), limit=2, offset=4).rows] == [
        "OVER",
        "TWICE",
    ]


def test_an_exception_keeps_its_age_and_owner_and_goes_when_it_is_settled(books: Session) -> None:
    owner = an_identity(books, a_brand(books), Role.FINANCE)
    assign_exception(books, owner, (Item.OVER, line_id(books, "OVER")), owner.user_id, at=AT)
    deliver(books, "DEBT", MARCH[1], 20)
    accrue(books, at=AT + timedelta(days=3), house=HOUSE)
    found = {one.item: one for one in exception_page(books, Filter(), **ALL).rows}
    assert (found[Item.OVER].since, found[Item.OVER].owner_id) == (AT, owner.user_id)
    assert Item.DEBT not in found
    assert found[Item.DISCREPANCY].sentence == "Own count 100, third party 60."


def test_only_finance_owns_exceptions(books: Session) -> None:
    clerk = an_identity(books, a_brand(books), Role.FINANCE)
    partner = a_user(books)
    with pytest.raises(NotOfFinance):
        assign_exception(books, clerk, (Item.OVER, line_id(books, "OVER")), partner.id, at=AT)
    with pytest.raises(NotFound):
        assign_exception(books, clerk, (Item.OVER, line_id(books, "FINE")), clerk.user_id, at=AT)


def test_rows_of_quarantine_stand_in_the_same_queue_with_an_owner(sessions: sessionmaker[Session]) -> None:
    take(sessions, "deliveries", "line_ref,service_date,units\nNOBODY,2026-04-02,5\n")
    with transaction(sessions) as session:
        owner = an_identity(session, a_brand(session), Role.FINANCE)
        [row] = exception_page(session, Filter(), **ALL).rows
        assert (row.item, row.line_ref, row.blocks) == (Item.QUARANTINE, "NOBODY", True)
        assign_exception(session, owner, (Item.QUARANTINE, row.subject_id), owner.user_id, at=AT)
        assert kinds(session, Filter(owner_id=owner.user_id)) == [("quarantine", "NOBODY")]
        assert kinds(session, Filter(item=Item.OVER)) == []


def test_days_of_a_flight_that_nobody_reported_are_told(session: Session) -> None:
    a_partner(session, "R1")
    adopt(session, a_plan())
    an_order(session, "IO-1", LineOf("GAPS", days=MARCH), LineOf("ALL", days=(MARCH[0], date(2026, 3, 3))))
    for line, days in {"GAPS": (1, 2, 4), "ALL": (1, 2, 3)}.items():
        for day in days:
            deliver(session, line, date(2026, 3, day), 1)
    accrue(session, at=AT, house=HOUSE)
    march = period(session, "2026-03")
    # the report of the ninth may still come on the tenth
    [found] = missing_days(session, march, today=date(2026, 3, 10), house=HOUSE)
    assert (found.line_ref, found.expected, found.missing) == ("GAPS", 8, 5)
    [over] = missing_days(session, march, today=date(2026, 4, 20), house=HOUSE)
    assert (over.expected, over.missing) == (31, 28)


def test_a_day_that_only_a_source_of_another_kind_reported_is_missing(session: Session) -> None:
    house = HouseRules(sources={"dsp": "third_party"})
    a_partner(session, "R1")
    adopt(session, a_plan())
    three = (MARCH[0], date(2026, 3, 3))
    an_order(
        session,
        "IO-1",
        LineOf("OWN", days=three),
        LineOf("THIRD", days=three, source=BillingSource.THIRD_PARTY),
    )
    for day in (1, 2, 3):
        for line in ("OWN", "THIRD"):
            deliver(session, line, date(2026, 3, day), 5, source="dsp")
    deliver(session, "OWN", MARCH[0], 5)
    accrue(session, at=AT, house=house)
    found = missing_days(session, period(session, "2026-03"), today=date(2026, 4, 20), house=house)
    assert [(one.line_ref, one.missing) for one in found] == [("OWN", 2)]


@pytest.mark.parametrize(
    ("billed", "own", "third", "differs"),
    [
        (BillingSource.OWN, 100, 110, False),
        (BillingSource.OWN, 100, 111, True),
        (BillingSource.OWN, 100, 90, False),
        (BillingSource.THIRD_PARTY, 90, 100, False),
        (BillingSource.THIRD_PARTY, 89, 100, True),
        (BillingSource.THIRD_PARTY, 111, 100, True),
    ],
)
def test_counts_differ_by_more_than_a_tenth_of_the_one_that_is_billed(
    session: Session, billed: BillingSource, own: int, third: int, *, differs: bool
) -> None:
    house = HouseRules(sources={"dsp": "third_party"})
    a_partner(session, "R1")
    adopt(session, a_plan())
    an_order(session, "IO-1", LineOf("L1", days=MARCH, booked=1000, source=billed))
    deliver(session, "L1", MARCH[0], own)
    deliver(session, "L1", MARCH[0], third, source="dsp")
    accrue(session, at=AT, house=house)
    assert ("discrepancy" in [kind for kind, _ in kinds(session)]) == differs
    shown = informing(session, period(session, "2026-03"), today=date(2026, 3, 10), limit=9)
    assert ([one.item for one in shown] == [Item.DISCREPANCY]) == differs


def test_a_debt_is_written_off_by_two_people(books: Session, tmp_path: Path) -> None:
    author = an_identity(books, a_brand(books), Role.FINANCE)
    second = an_identity(books, a_brand(books), Role.FINANCE_APPROVER)
    standing = books.get_one(LineStanding, line_id(books, "DEBT"))
    with pytest.raises(NothingToWriteOff):
        propose_debt_write_off(books, standing, 21, "station closed", by=(author, AT, HOUSE))
    made = propose_debt_write_off(books, standing, 20, "station closed", by=(author, AT, HOUSE))
    setting = Setting(HOUSE, LocalFiles(tmp_path), ACTS)
    with pytest.raises(ProposedAlready):
        propose_debt_write_off(books, standing, 20, "station closed", by=(author, AT, HOUSE))
    approve(books, made.id, by=second, at=AT, setting=setting)
    # the standing is that of the last accrual
    with pytest.raises(NothingToWriteOff):
        propose_debt_write_off(books, standing, 1, "once more", by=(author, AT, HOUSE))
    accrue(books, at=AT, house=HOUSE)
    assert ("debt", "DEBT") not in kinds(books)
