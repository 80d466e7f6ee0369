"""Invoices, credit notes and payments."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from commissions.facts.billing_models import Invoice, InvoiceLine, Payment
from portal.kernel.db import reading
from tests.factories.fact_files import ORDERS, take, take_orders

Sessions = sessionmaker[Session]
HEADER = (
    "invoice_ref,kind,credits_invoice,issued_on,line_ref,units,net,tax,currency,commission_effect,"
    "service_month,reason\n"
)
INVOICE = (
    HEADER
    + "I1,invoice,,2026-04-01,L1,90,3825.00,726.75,USD,,,\nI1,invoice,,2026-04-01,L2,,1813.58,,USD,,,\n"
)


def credit(
    ref: str, net: str, *, invoice: str = "I1", line: str = "L1", reason: str = "wrong daypart"
) -> str:
    return HEADER + f"{ref},credit_note,{invoice},2026-04-10,{line},10,{net},,USD,reduce,2026-03,{reason}\n"


def test_an_invoice_stands_with_its_lines_in_minor_units(sessions: Sessions) -> None:
    take_orders(sessions)
    assert take(sessions, "invoices", INVOICE).accepted == 2
    with reading(sessions) as session:
        [invoice] = session.scalars(select(Invoice))
        assert [(line.net_minor, line.tax_minor) for line in invoice.lines] == [(382500, 72675), (181358, 0)]
    assert take(sessions, "invoices", INVOICE).already_imported


@pytest.mark.parametrize("day", ["9999-12-31", "0026-04-01"])
def test_an_invoice_of_a_year_that_the_books_do_not_hold_is_refused(sessions: Sessions, day: str) -> None:
    """Its month could not be told on the broadcast calendar, for any line."""
    take_orders(sessions)
    report = take(sessions, "invoices", INVOICE.replace("2026-04-01", day))
    assert {cell.column for cell in report.bad.first} == {"issued_on"}


def test_the_same_ref_with_other_content_is_quarantined(sessions: Sessions) -> None:
    take_orders(sessions)
    take(sessions, "invoices", INVOICE)
    for changed in (INVOICE.replace("3825.00", "3826.00"), INVOICE.replace("2026-04-01", "2026-04-02")):
        assert set(take(sessions, "invoices", changed).reasons) == {"other_content"}


@pytest.mark.parametrize(("net", "accepted"), [("3000.00", 1), ("5638.58", 1), ("5638.59", 0)])
def test_a_credit_takes_back_no_more_than_the_invoice(sessions: Sessions, net: str, accepted: int) -> None:
    take_orders(sessions)
    take(sessions, "invoices", INVOICE)
    report = take(sessions, "invoices", credit("C1", net))
    assert report.accepted == accepted
    assert dict(report.reasons) == ({} if accepted else {"credit_above_invoice": 1})


def test_two_credits_take_back_no_more_than_the_invoice_together(sessions: Sessions) -> None:
    take_orders(sessions)
    take(sessions, "invoices", INVOICE)
    assert take(sessions, "invoices", credit("C1", "5000.00")).accepted == 1
    assert take(sessions, "invoices", credit("C2", "1000.00")).quarantined == 1


def test_credits_take_back_no_more_units_than_the_invoice_states_for_the_line(sessions: Sessions) -> None:
    take_orders(sessions)
    too_many = credit("C1", "1.00").replace(",10,1.00", ",91,1.00")
    two = credit("C2", "1.00").replace(",10,1.00", ",85,1.00") + credit("C3", "1.00").removeprefix(HEADER)
    together = INVOICE + too_many.removeprefix(HEADER) + two.removeprefix(HEADER)
    report = take(sessions, "invoices", together)
    assert (report.accepted, dict(report.reasons)) == (3, {"credit_above_invoice": 2})
    assert take(sessions, "invoices", credit("C4", "1.00").replace(",10,1.00", ",6,1.00")).quarantined == 1
    assert take(sessions, "invoices", credit("C5", "1.00").replace(",10,1.00", ",5,1.00")).accepted == 1
    assert take(sessions, "invoices", credit("C6", "1.00").replace(",10,1.00", ",,1.00")).accepted == 1


def test_an_invoice_that_states_no_units_for_a_line_sets_them_no_limit(sessions: Sessions) -> None:
    take_orders(sessions)
    take(sessions, "invoices", INVOICE)
    assert take(sessions, "invoices", credit("C1", "1.00", line="L2")).accepted == 1


def test_commission_is_taken_back_only_from_a_line_that_the_invoice_bills(sessions: Sessions) -> None:
    take_orders(sessions)
    only_the_first = HEADER + "I1,invoice,,2026-04-01,L1,90,3825.00,726.75,USD,,,\n"
    take(sessions, "invoices", only_the_first)
    elsewhere = credit("C1", "100.00", line="L2")
    assert dict(take(sessions, "invoices", elsewhere).reasons) == {"line_not_invoiced": 1}
    assert take(sessions, "invoices", elsewhere.replace("C1", "C2").replace("reduce", "none")).accepted == 1


def test_an_invoice_below_nothing_is_not_believed(sessions: Sessions) -> None:
    take_orders(sessions)
    report = take(sessions, "invoices", HEADER + "I1,invoice,,2026-04-01,L1,,-5.00,,USD,,,\n")
    assert dict(report.reasons) == {"negative_invoice": 1}


def test_a_credit_waits_for_its_invoice(sessions: Sessions) -> None:
    take_orders(sessions)
    assert dict(take(sessions, "invoices", credit("C1", "10.00")).reasons) == {"unknown_invoice": 1}
    assert take(sessions, "invoices", INVOICE).judged_again == 1
    with reading(sessions) as session:
        assert len(list(session.scalars(select(InvoiceLine)))) == 3


def test_a_row_in_another_currency_than_its_line_is_quarantined(sessions: Sessions) -> None:
    take_orders(sessions)
    assert set(take(sessions, "invoices", INVOICE.replace("USD", "EUR")).reasons) == {"other_currency"}


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("I1,invoice,,2026-04-01,L1,,3825.001,,USD,,,", "net"),
        ("I1,invoice,,2026-04-01,L1,,100.5,,JPY,,,", "net"),
        ("C1,credit_note,,2026-04-01,L1,,5,,USD,,,late", "credits_invoice"),
        ("C1,credit_note,I1,2026-04-01,L1,,5,,USD,,,", "reason"),
        ("C1,credit_note,I1,2026-04-01,L1,,-5,,USD,,,late", "net"),
        ("I1,invoice,,2026-04-01,L1,,5,,USD,,2026-13,", "service_month"),
    ],
)
def test_cells_that_make_no_sense_are_bad(sessions: Sessions, row: str, column: str) -> None:
    report = take(sessions, "invoices", HEADER + row + "\n")
    assert [cell.column for cell in report.bad.first] == [column]


def test_payments_are_kept_and_those_of_unknown_invoices_wait(sessions: Sessions) -> None:
    take_orders(sessions)
    payments = (
        "payment_ref,invoice_ref,received_on,amount,currency\n"
        "P1,I1,2026-05-01,1000.00,USD\nP2,I1,2026-05-02,-100,USD\nP3,I1,2026-05-02,5,EUR\n"
    )
    assert dict(take(sessions, "payments", payments).reasons) == {"unknown_invoice": 3}
    assert take(sessions, "invoices", INVOICE).judged_again == 2
    again = take(sessions, "payments", payments.replace("1000.00", "1000.01"))
    assert dict(again.reasons) == {"other_content": 1, "other_currency": 1}
    with reading(sessions) as session:
        assert sorted(session.scalars(select(Payment.amount_minor))) == [-10000, 100000]


def test_a_credit_of_a_make_good_line_waits_as_its_units_are_paid_by_the_line_that_it_makes_good(
    sessions: Sessions,
) -> None:
    take_orders(sessions)
    take(sessions, "invoices", INVOICE)
    plain = credit("C1", "1.00", line="L2")
    assert take(sessions, "invoices", plain).accepted == 1
    header, _, second = ORDERS.splitlines()
    assert take(sessions, "orders", f"{header},makegood_for\n{second},L1\n").accepted == 1
    report = take(sessions, "invoices", credit("C2", "1.00", line="L2"))
    assert dict(report.reasons) == {"makegood_credited": 1}
    assert take(sessions, "invoices", plain + "\n").unchanged == 1
    goodwill = credit("C3", "1.00", line="L2").replace("reduce", "none")
    assert take(sessions, "invoices", goodwill).accepted == 1
