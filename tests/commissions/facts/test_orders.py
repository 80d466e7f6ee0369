"""Orders: what changed becomes the next revision; what names something unknown waits."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from commissions.facts.fact_models import LineRevision, LineStatus, OrderRevision
from commissions.facts.lines import Line, lines_as_known
from commissions.ledger.accrual import accrue
from commissions.ledger.quarantine import open_count
from portal.kernel.db import reading, transaction
from tests.factories.fact_files import NOW, ORDERS, PARTNERS, deliveries, take, take_orders

Sessions = sessionmaker[Session]
HEADER, FIRST, SECOND = ORDERS.splitlines()


def orders(*rows: str, more: str = "") -> str:
    return "\n".join((HEADER + more, *rows)) + "\n"


def line(sessions: Sessions, line_ref: str = "L1", known_through: int | None = None) -> Line:
    with reading(sessions) as session:
        found = lines_as_known(session, known_through=known_through).values()
        return next(line for line in found if line.line_ref == line_ref)


def test_a_line_has_the_terms_of_its_row_and_the_defaults_of_the_contract(sessions: Sessions) -> None:
    take_orders(sessions)
    sold = line(sessions, "L2")
    assert (sold.partner_ref, sold.currency, sold.booked_units) == ("R1", "USD", 200_000)
    assert (sold.first_day, sold.end_day, sold.flight_days) == (date(2026, 3, 1), date(2026, 4, 1), 31)
    assert (sold.time_zone, sold.cap, sold.billing_source, sold.status) == (
        "UTC",
        "cumulative",
        "own",
        "signed",
    )
    terms = sold.terms_on(date(2026, 3, 5))
    assert (terms.rate, terms.agency_percent) == (Fraction("11.37"), Fraction(15))
    assert terms.split == {"R1": Fraction(1)}


def test_the_same_order_again_is_nothing_and_other_content_is_its_next_revision(sessions: Sessions) -> None:
    take_orders(sessions)
    assert take(sessions, "orders", ORDERS).already_imported
    report = take(sessions, "orders", orders(FIRST.replace("50.00", "55.00")))
    assert (report.accepted, report.unchanged) == (1, 0)
    assert line(sessions).revision == 2
    # the line that is absent stays
    assert line(sessions, "L2").revision == 1


@pytest.mark.parametrize(
    ("days", "column"),
    [
        ("0026-03-01,2026-03-31", "first_day"),
        ("1926-03-01,2026-03-31", "first_day"),
        ("2026-03-01,3026-03-31", "last_day"),
        ("2026-03-01,9999-12-31", "last_day"),
    ],
)
def test_a_flight_in_years_that_the_books_do_not_hold_is_refused(
    sessions: Sessions, days: str, column: str
) -> None:
    """Its months could never be closed, and would keep all others open."""
    take(sessions, "partners", PARTNERS)
    report = take(sessions, "orders", orders(FIRST.replace("2026-03-01,2026-03-31", days)))
    assert [cell.column for cell in report.bad.first] == [column]


def test_what_was_known_after_an_import_can_be_read_again(sessions: Sessions) -> None:
    take(sessions, "partners", PARTNERS)
    first = take(sessions, "orders", ORDERS)
    take(
        sessions, "orders", orders(FIRST.replace("R1:60;R2:40", "R1:1").replace(",R1,Cobbler", ",R2,Cobbler"))
    )
    before, now = line(sessions, known_through=first.import_id), line(sessions)
    assert (before.partner_ref, now.partner_ref) == ("R1", "R2")
    assert before.stretches[0].split == {"R1": Fraction(60), "R2": Fraction(40)}
    assert now.stretches[0].split == {"R1": Fraction(1)}


def test_an_order_that_goes_back_to_what_it_said_first_is_a_third_revision(sessions: Sessions) -> None:
    take_orders(sessions)
    other = ORDERS.replace("Cobbler & Pine", "Cobbler and Pine")
    take(sessions, "orders", other)
    take(sessions, "orders", ORDERS)
    with reading(sessions) as session:
        said = session.scalars(select(OrderRevision.advertiser).order_by(OrderRevision.revision))
        assert list(said) == ["Cobbler & Pine", "Cobbler and Pine", "Cobbler & Pine"]
        assert len(list(session.scalars(select(LineRevision)))) == 2


def test_a_price_holds_from_its_day_and_the_earlier_one_before(sessions: Sessions) -> None:
    take_orders(sessions)
    later = orders(FIRST.replace("50.00", "60.00") + ",2026-03-16", more=",valid_from")
    assert take(sessions, "orders", later).accepted == 1
    sold = line(sessions)
    assert [part.valid_from for part in sold.stretches] == [None, date(2026, 3, 16)]
    assert [sold.terms_on(date(2026, 3, day)).rate for day in (15, 16)] == [50, 60]
    # both rows still say something, so neither is news
    assert take(sessions, "orders", ORDERS).already_imported
    assert take(sessions, "orders", later).already_imported


def test_rows_of_one_line_are_taken_by_the_day_from_which_they_hold(sessions: Sessions) -> None:
    take(sessions, "partners", PARTNERS)
    prices = (("70.00", "2026-03-25"), ("60.00", "2026-03-16"), ("50.00", ""))
    file = orders(*(f"{FIRST.replace('50.00', rate)},{day}" for rate, day in prices), more=",valid_from")
    assert take(sessions, "orders", file).accepted == 3
    assert take(sessions, "orders", file).already_imported
    sold = line(sessions)
    assert [sold.terms_on(date(2026, 3, day)).rate for day in (15, 16, 25)] == [50, 60, 70]


def test_rows_of_one_line_far_apart_in_a_large_file_hold_together(sessions: Sessions) -> None:
    take(sessions, "partners", PARTNERS)
    others = [f"{SECOND.replace('L2', f'X{number}')}," for number in range(4_000)]
    dated = [
        f"{FIRST.replace('50.00', rate)},{day}" for rate, day in (("70", "2026-03-25"), ("60", "2026-03-16"))
    ]
    rows = (dated[0], *others[:2_000], dated[1], *others[2_000:], f"{FIRST},")
    file = orders(*rows, more=",valid_from")
    assert take(sessions, "orders", file).accepted == 4_003
    assert take(sessions, "orders", file).already_imported
    sold = line(sessions)
    assert [sold.terms_on(date(2026, 3, day)).rate for day in (15, 16, 25)] == [50, 60, 70]


def test_a_line_is_cancelled_from_a_day_on(sessions: Sessions) -> None:
    take_orders(sessions)
    take(sessions, "orders", orders(f"{FIRST},cancelled,2026-03-10", more=",status,cancelled_on"))
    assert (line(sessions).status, line(sessions).cancelled_on) == (LineStatus.CANCELLED, date(2026, 3, 10))


def test_rows_of_unknown_partners_and_payees_wait_until_the_partners_come(sessions: Sessions) -> None:
    report = take(sessions, "orders", ORDERS)
    assert (report.accepted, dict(report.reasons)) == (0, {"unknown_partner": 2})
    assert take(sessions, "partners", PARTNERS).judged_again == 2
    assert line(sessions, "L2").partner_ref == "R1"


def test_partners_of_one_file_come_after_the_parents_that_it_brings(sessions: Sessions) -> None:
    tree = "partner_ref,name,parent_ref\nA,A,B\nB,B,C\nC,C,\nX,X,Y\nY,Y,X\n"
    report = take(sessions, "partners", tree)
    # X and Y stand above each other
    assert (report.accepted, dict(report.reasons)) == (3, {"unknown_partner": 2})


def test_a_partners_address_has_to_be_one_for_notices_go_there(sessions: Sessions) -> None:
    report = take(sessions, "partners", "partner_ref,name,email\nA,A,not an address\n")
    assert [cell.column for cell in report.bad.first] == ["email"]


def test_a_row_of_an_unknown_plan_waits_until_the_plan_comes(sessions: Sessions) -> None:
    take(sessions, "partners", PARTNERS)
    report = take(sessions, "orders", orders(f"{FIRST},gold-plan", more=",plan"))
    assert dict(report.reasons) == {"unknown_plan": 1}
    plan = '{"plan": "gold-plan", "components": [{"name": "base", "kind": "percent", "percent": "10"}]}'
    assert take(sessions, "plans", plan).judged_again == 1
    assert line(sessions).plan == "gold-plan"


def test_a_line_belongs_to_one_order(sessions: Sessions) -> None:
    take_orders(sessions)
    report = take(sessions, "orders", orders(FIRST.replace("O1,", "O2,")))
    assert dict(report.reasons) == {"line_elsewhere": 1}


def test_rows_of_one_file_that_contradict_each_other_wait_for_a_person(sessions: Sessions) -> None:
    take(sessions, "partners", PARTNERS)
    rows = (FIRST, SECOND.replace("2026-02-01", "2026-02-02"), FIRST.replace("50.00", "51.00"))
    report = take(sessions, "orders", orders(*rows))
    assert (report.accepted, dict(report.reasons)) == (1, {"order_differs": 1, "line_differs": 1})
    take(sessions, "partners", PARTNERS.replace("gold", "silver"))
    with reading(sessions) as session:
        assert open_count(session) == 2
    assert take(sessions, "orders", orders(*rows)).already_imported


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (",USD,", ",EUR,", "currency_changed"),
        ("WXYZ-FM", "KABC-FM", "station_changed"),
        ("per_spot,50.00", "cpm,50.00", "pricing_changed"),
    ],
)
def test_currency_station_and_pricing_stay_once_something_was_delivered(
    sessions: Sessions, before: str, after: str, reason: str
) -> None:
    take_orders(sessions)
    changed = orders(FIRST.replace(before, after))
    take(sessions, "deliveries", deliveries("L1,2026-03-05,90,1"))
    assert dict(take(sessions, "orders", changed).reasons) == {reason: 1}


@pytest.mark.parametrize("row", [SECOND, SECOND.replace("L2", "L3")])
def test_an_order_keeps_its_currency_once_any_of_its_lines_was_delivered(
    sessions: Sessions, row: str
) -> None:
    take_orders(sessions)
    take(sessions, "deliveries", deliveries("L1,2026-03-05,90,1"))
    report = take(sessions, "orders", orders(row.replace(",USD,", ",EUR,")))
    assert dict(report.reasons) == {"currency_changed": 1}
    assert line(sessions).currency == "USD"


def test_an_order_keeps_its_currency_once_it_was_invoiced(sessions: Sessions) -> None:
    take_orders(sessions)
    header = "invoice_ref,kind,issued_on,line_ref,net,currency\n"
    assert take(sessions, "invoices", f"{header}INV,invoice,2026-03-02,L1,100,USD\n").accepted == 1
    report = take(sessions, "orders", orders(FIRST.replace(",USD,", ",EUR,")))
    assert dict(report.reasons) == {"currency_changed": 1}


def test_an_order_keeps_its_currency_once_commission_was_posted(sessions: Sessions) -> None:
    """A contracted line earns without being counted."""
    take_orders(sessions)
    plan = '{"plan": "all", "components": [{"name": "base", "kind": "percent", "percent": "10"}]}'
    take(sessions, "plans", plan)
    contracted = f"{FIRST},contracted"
    take(sessions, "orders", orders(contracted, more=",billing_source"))
    with transaction(sessions) as session:
        assert accrue(session, at=NOW).change == {"USD": 42_500}
    yen = orders(contracted.replace(",USD,", ",JPY,"), more=",billing_source")
    assert dict(take(sessions, "orders", yen).reasons) == {"currency_changed": 1}
    with transaction(sessions) as session:
        assert accrue(session, at=NOW).postings == 0


@pytest.mark.parametrize(
    ("before", "after", "column"),
    [
        ("2026-03-31", "2026-02-28", "last_day"),
        ("50.00", "50.1234567891", "rate"),
        ("R1:60;R2:40", "R1:-1;R2:40", "split"),
        ("R1:60;R2:40", "R1:0;R2:0", "split"),
        ("R1:60;R2:40", "R1:60;R1:40", "split"),
        (",15,USD", ",101,USD", "agency_percent"),
        (",USD,", ",USX,", "currency"),
        ("per_spot", "per_hour", "pricing"),
        (",100,R1", ",10000000000000,R1", "booked_units"),
        ("O1,", "O 1,", "order_ref"),
        (",50.00,100,", ",999999999,1000000000000,", "rate"),
    ],
)
def test_cells_that_make_no_sense_are_bad_and_nothing_is_written(
    sessions: Sessions, before: str, after: str, column: str
) -> None:
    take(sessions, "partners", PARTNERS)
    report = take(sessions, "orders", orders(FIRST.replace(before, after), SECOND))
    assert [(cell.line, cell.column) for cell in report.bad.first] == [(2, column)]
    with reading(sessions) as session:
        assert lines_as_known(session) == {}


def test_a_make_good_makes_good_for_a_line_that_was_sold(sessions: Sessions) -> None:
    take_orders(sessions)
    first = FIRST.replace("L1", "MG1").replace("O1", "O2")
    more = ",makegood_for"
    assert take(sessions, "orders", orders(f"{first},L2", more=more)).accepted == 1
    chained = take(sessions, "orders", orders(f"{first.replace('MG1', 'MG2')},MG1", more=more))
    assert chained.reasons == {"makegood_chain": 1}
    # nor may a line that others make good for become a make-good
    assert take(sessions, "orders", orders(f"{SECOND},L1", more=more)).reasons == {"makegood_chain": 1}
    with reading(sessions) as session:
        assert open_count(session) == 2
