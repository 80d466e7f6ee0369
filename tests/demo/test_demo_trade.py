"""The demo's money: sixty orders, five closed months, and books in which everything holds."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commissions.checking.checking import broken_rules
from commissions.facts.billing_models import Invoice, Payment
from commissions.facts.fact_models import DeliveryRow, LineItem, OrderRevision, SplitShare
from commissions.facts.import_models import QuarantinedRow
from commissions.ledger.ledger_models import LedgerEntry, Period, PeriodState, Statement, StatementLine
from partners.account_models import Account, Interaction, ShownContent
from partners.models import Organisation, PartnerTerms, User
from portal.demo.airings import airings
from portal.demo.almanac import Almanac
from portal.demo.billing import invoices, payments
from portal.demo.errors import DatabaseNotEmpty
from portal.demo.loading import load_demo
from portal.demo.people_loading import add_people, name_the_brand
from portal.demo.trade_drawn import all_orders
from portal.demo.trade_loading import load_partners, load_trade
from portal.house import house_rules
from portal.kernel.db import reading, transaction
from portal.kernel.money import Money
from portal.services import Services
from tests.demo.world import PASSWORD, empty_portal


def count(session: Session, what: object) -> int:
    return session.scalar(select(func.count()).select_from(what)) or 0  # type: ignore[arg-type]


def test_everything_holds_that_can_be_checked(demo: Session, world: Services) -> None:
    broken = list(broken_rules(demo, house_rules(world.settings), tell=lambda _: None))
    assert broken == []


def test_there_are_sixty_orders_in_three_currencies(demo: Session) -> None:
    orders = select(func.count(OrderRevision.order_ref.distinct()))
    assert demo.scalar(orders) == 60
    for table in (Invoice, Payment):
        assert set(demo.scalars(select(table.currency).distinct())) == {"USD", "EUR", "JPY"}


def test_there_are_fourteen_people_and_a_master_with_two_sub_resellers(demo: Session) -> None:
    assert count(demo, User) == 14
    terms = demo.scalars(select(PartnerTerms)).all()
    assert {one.tier for one in terms} == {"gold", "silver", "bronze"}
    assert len({one.region for one in terms}) == 4
    assert [one.parent_ref for one in terms if one.parent_ref] == ["TIDEWELL", "TIDEWELL"]
    assert count(demo, SplitShare) > 0


def test_five_months_are_closed_by_two_people(demo: Session, almanac: Almanac) -> None:
    closed = demo.scalars(select(Period).where(Period.state == PeriodState.CLOSED)).all()
    assert [period.ref for period in sorted(closed, key=lambda one: one.ref)] == [
        almanac.ref(month) for month in range(-5, 0)
    ]
    assert all(period.closed_by != period.approved_by for period in closed)


def test_the_ledger_holds_two_hundred_transactions(demo: Session) -> None:
    assert (demo.scalar(select(func.count(LedgerEntry.entry.distinct()))) or 0) >= 200


def test_the_story_stands_on_the_last_statement_of_the_gold_partner(demo: Session) -> None:
    lines = {
        (line.line_ref, line.kind.value): Money(line.amount, "USD").text()
        for line in demo.scalars(
            select(StatementLine)
            .join(Statement)
            .where(Statement.number == "2026-05-TIDEWELL-USD", StatementLine.component == "base")
        )
    }
    told = {
        "IO-2614-L1": "852.55",
        "IO-2614-L2": "150.82",
        "IO-2588-L1": "785.40",
        "IO-2598-L1": "502.20",
        "IO-2630-L1": "370.50",
        "IO-2607-L1": "347.48",
        "IO-2607-L2": "298.68",
        "IO-2621-L1": "320.00",
    }
    assert {ref: lines[ref, "earned"] for ref in told} == told
    assert (lines["IO-2588-L1", "prior_period"], lines["IO-2607-L2", "prior_period"]) == ("-11.22", "-0.90")


def test_corrections_name_the_statement_that_they_correct(demo: Session) -> None:
    corrected = demo.scalars(select(StatementLine.corrects).where(StatementLine.kind == "prior_period")).all()
    assert corrected
    assert "2026-04-TIDEWELL-USD" in corrected


def test_a_credit_note_takes_commission_back_on_the_last_statement_of_the_silver_partner(
    demo: Session, almanac: Almanac
) -> None:
    number = f"{almanac.ref(-1)}-OSPREY-USD"
    query = select(StatementLine).join(Statement).where(Statement.number == number)
    lines = demo.scalars(query.where(StatementLine.kind == "clawback")).all()
    assert {(line.line_ref, line.corrects) for line in lines} == {
        ("IO-2591-L2", f"{almanac.ref(-2)}-OSPREY-USD")
    }
    assert all("credit notes took 4 units back" in line.explanation for line in lines)


def test_one_unknown_line_waits_for_finance_in_the_open_month(demo: Session, almanac: Almanac) -> None:
    waiting = demo.scalars(select(QuarantinedRow)).all()
    assert {row.line_ref for row in waiting} == {"HGO-3024-L1"}
    assert all(row.service_date and row.service_date > almanac.last_day(-1) for row in waiting)


def test_accounts_hold_what_was_shown_to_whom(demo: Session) -> None:
    advertisers = set(demo.scalars(select(OrderRevision.advertiser)))
    accounts = set(demo.scalars(select(Account.name)))
    assert {"Cobbler & Pine Furniture", "Quillon Insurance", "Aoba Living"} <= accounts & advertisers
    assert count(demo, Interaction) >= 20
    assert count(demo, ShownContent) >= 15


def test_a_second_load_is_refused(world: Services) -> None:
    with pytest.raises(DatabaseNotEmpty):
        load_demo(world, password=PASSWORD, tell=lambda _: None)


@pytest.mark.parametrize("today", [date(2027, 1, 5), date(2028, 3, 1), date(2026, 8, 9), date(2026, 12, 31)])
def test_any_day_gives_a_world_in_order(today: date) -> None:
    on = Almanac(today)
    orders = all_orders(on)
    reports = airings(on, orders)
    billed = invoices(on, orders, reports)
    assert len(orders) == 60
    assert on.closed_on(-1) <= today
    assert max(report.on for report in reports) < today
    assert max(report.reported_on for report in reports) <= today
    assert {one.amount.currency for one in payments(on, billed)} == {"USD", "EUR", "JPY"}
    assert {month for order in orders for line in order.lines for month in line.delivered} >= set(
        range(-5, 1)
    )


@pytest.mark.parametrize("today", [date(2027, 1, 5), date(2028, 3, 9)])
def test_the_books_close_on_whatever_day_the_demo_is_loaded(today: date, tmp_path: Path) -> None:
    services = empty_portal(tmp_path, datetime(today.year, today.month, today.day, 7, tzinfo=UTC))
    on = Almanac(today)
    with transaction(services.sessions) as session:
        name_the_brand(session, on, logo_sha256="")
    load_partners(services, on)
    with transaction(services.sessions) as session:
        add_people(session, on, PASSWORD)
    load_trade(services, on, lambda _: None)
    with reading(services.sessions) as session:
        assert count(session, DeliveryRow) > 1_500
        assert count(session, LineItem) >= 75
        assert count(session, Organisation) == 10
        assert not list(broken_rules(session, house_rules(services.settings), tell=lambda _: None))
    services.engine.dispose()
