"""A row that was taken is nothing when it comes again, whatever changed around it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from commissions.facts.billing_models import InvoiceLine
from commissions.facts.fact_models import DisallowedUnits
from commissions.facts.lines import lines_as_known
from commissions.imports.importing import ImportRequest
from commissions.ledger.quarantine import open_count
from partners.models import Organisation
from portal.kernel.db import reading
from tests.factories.fact_files import NOW, ORDERS, PARTNERS, deliveries, take, take_orders

Sessions = sessionmaker[Session]


def cancel(sessions: Sessions, cancelled_on: str) -> None:
    header, first = ORDERS.splitlines()[:2]
    take(sessions, "orders", f"{header},status,cancelled_on\n{first},cancelled,{cancelled_on}\n")


def shorten(sessions: Sessions) -> None:
    take(sessions, "orders", ORDERS.replace("2026-03-31", "2026-03-15"))


@pytest.mark.parametrize("revision", ["", "1"])
@pytest.mark.parametrize("cut", [lambda sessions: cancel(sessions, "2026-03-10"), shorten])
def test_a_count_that_was_taken_is_nothing_when_it_comes_again_after_its_line_was_cut_short(
    sessions: Sessions, cut: Callable[[Sessions], None], revision: str
) -> None:
    take_orders(sessions)
    feed = [f"L1,2026-03-05,5,{revision}", f"L1,2026-03-20,7,{revision}"]
    take(sessions, "deliveries", deliveries(*feed))
    cut(sessions)
    same_file = take(sessions, "deliveries", deliveries(*feed))
    assert (same_file.already_imported, same_file.quarantined) == (True, 0)
    grown = take(sessions, "deliveries", deliveries(*feed, f"L1,2026-03-06,1,{revision}"))
    assert (grown.accepted, grown.unchanged, grown.quarantined) == (1, 2, 0)
    other = take(sessions, "deliveries", deliveries(*feed, "L1,2026-03-20,8,2"))
    assert (other.unchanged, other.quarantined) == (2, 1)


def test_a_known_count_that_names_another_station_is_no_known_count(sessions: Sessions) -> None:
    take_orders(sessions)
    header = "line_ref,service_date,units,revision,station"
    take(sessions, "deliveries", deliveries("L1,2026-03-05,5,1,WXYZ-FM", header=header))
    report = take(sessions, "deliveries", deliveries("L1,2026-03-05,5,1,KABC-FM", header=header))
    assert dict(report.reasons) == {"other_station": 1}


INVOICES = (
    "invoice_ref,kind,credits_invoice,issued_on,line_ref,units,net,currency,service_month,reason\n"
    "I1,invoice,,2026-04-01,L1,90,3825.00,USD,{month},\n"
)
CREDITS = INVOICES + "C1,credit_note,I1,2026-04-10,L1,10,425.00,USD,{month},wrong daypart\n"


def billed(sessions: Sessions) -> list[tuple[str, int]]:
    with reading(sessions) as session:
        rows = session.scalars(select(InvoiceLine).order_by(InvoiceLine.id))
        return [(row.month_key, row.units) for row in rows]


@pytest.mark.parametrize(("before", "now"), [("", "2026-03"), ("2026-03", ""), ("2026-03", "2026-04")])
def test_an_invoice_or_credit_note_sent_again_under_another_month_does_not_count_twice(
    sessions: Sessions, before: str, now: str
) -> None:
    take_orders(sessions)
    take(sessions, "invoices", CREDITS.format(month=before))
    again = take(sessions, "invoices", CREDITS.format(month=now))
    assert (again.accepted, dict(again.reasons)) == (0, {"other_content": 2})
    assert take(sessions, "orders", ORDERS.replace(",100,", ",110,")).judged_again == 0
    assert take(sessions, "invoices", CREDITS.format(month=before)).already_imported
    assert billed(sessions) == [(before, 90), (before, 10)]


def test_a_credit_note_that_waits_twice_for_its_invoice_counts_once(sessions: Sessions) -> None:
    take_orders(sessions)
    header, invoice, credit = CREDITS.splitlines()
    for month in ("", "2026-03"):
        take(sessions, "invoices", f"{header}\n{credit.format(month=month)}\n")
    assert take(sessions, "invoices", f"{header}\n{invoice.format(month='')}\n").judged_again == 1
    assert billed(sessions) == [("", 90), ("", 10)]


def test_a_line_is_billed_under_several_months_by_one_file(sessions: Sessions) -> None:
    take_orders(sessions)
    header, march = INVOICES.format(month="2026-03").splitlines()
    april = march.replace("2026-03", "2026-04")
    partly = f"{header}\n{march}\n{april.replace('3825.00', 'x')}\n"
    assert take(sessions, "invoices", partly, ImportRequest(at=NOW, partial=True)).accepted == 1
    mended = f"{header}\n{april}\n{march}\n"
    report = take(sessions, "invoices", mended)
    assert (report.accepted, report.unchanged, report.quarantined) == (1, 1, 0)
    assert take(sessions, "invoices", mended).already_imported
    assert take(sessions, "invoices", f"{header}\n{april}\n").unchanged == 1


def test_an_order_row_that_waited_does_not_undo_what_was_said_since(sessions: Sessions) -> None:
    take(sessions, "partners", PARTNERS)
    waited = ORDERS.replace("R2:40", "R9:40").replace(",15,", ",20,")
    assert take(sessions, "orders", waited).reasons == {"unknown_partner": 1}
    # what waited is settled by it
    assert take(sessions, "orders", ORDERS).judged_again == 1
    take(sessions, "partners", f"{PARTNERS}R9,Nine,gold\n")
    with reading(sessions) as session:
        (line,) = [one for one in lines_as_known(session).values() if one.line_ref == "L1"]
        assert open_count(session) == 0
    assert (line.revision, sorted(line.stretches[0].split)) == (1, ["R1", "R2"])


def test_an_order_row_that_waited_leaves_the_order_as_it_was_said_since(sessions: Sessions) -> None:
    take(sessions, "partners", PARTNERS)
    header, first, second = ORDERS.replace("R2:40", "R9:40").splitlines()
    take(sessions, "orders", f"{header}\n{first}\n")
    take(sessions, "orders", f"{header}\n{second.replace(',R1,', ',R2,')}\n")
    assert take(sessions, "partners", f"{PARTNERS}R9,Nine,gold\n").judged_again == 1
    with reading(sessions) as session:
        found = {one.line_ref: one.partner_ref for one in lines_as_known(session).values()}
    assert found == {"L1": "R2", "L2": "R2"}


def test_a_price_that_was_said_since_for_later_days_stands_beside_a_row_that_waited(
    sessions: Sessions,
) -> None:
    take_orders(sessions)
    header, first = ORDERS.splitlines()[:2]
    waited = f"{first.replace('R2:40', 'R9:40')},2026-03-10"
    take(sessions, "orders", f"{header},valid_from\n{waited}\n")
    take(sessions, "orders", f"{header},valid_from\n{first.replace('50.00', '60.00')},2026-03-20\n")
    take(sessions, "partners", f"{PARTNERS}R9,Nine,gold\n")
    with reading(sessions) as session:
        (line,) = [one for one in lines_as_known(session).values() if one.line_ref == "L1"]
    assert [(part.valid_from, "R9" in part.split, int(part.rate)) for part in line.stretches] == [
        (None, False, 50),
        (date(2026, 3, 10), True, 50),
        (date(2026, 3, 20), False, 60),
    ]


def test_a_partner_row_that_waited_does_not_undo_what_was_said_since(sessions: Sessions) -> None:
    header = "partner_ref,name,tier,parent_ref\n"
    assert take(sessions, "partners", f"{header}R1,One,gold,M\n").reasons == {"unknown_partner": 1}
    assert take(sessions, "partners", f"{header}R1,One and Only,silver,\n").judged_again == 1
    take(sessions, "partners", f"{header}M,Above,,\n")
    with reading(sessions) as session:
        found = session.scalars(select(Organisation).where(Organisation.ref == "R1")).one()
        assert (found.name, [(one.tier, one.parent_ref) for one in found.terms]) == (
            "One and Only",
            [("silver", None)],
        )


def test_disallowed_units_that_waited_do_not_undo_what_was_said_since(sessions: Sessions) -> None:
    take_orders(sessions)
    header = "line_ref,service_date,units,reason\n"
    take(sessions, "deliveries", deliveries("L1,2026-03-05,10,1"))
    waited = take(sessions, "disallowed", f"{header}L1,2026-03-05,50,Wrong daypart\n")
    assert waited.reasons == {"more_than_counted": 1}
    take(sessions, "disallowed", f"{header}L1,2026-03-05,5,Wrong daypart\n")
    take(sessions, "deliveries", deliveries("L1,2026-03-05,90,2"))
    assert take(sessions, "partners", f"{PARTNERS}R9,Nine,gold\n").judged_again == 1
    with reading(sessions) as session:
        assert list(session.scalars(select(DisallowedUnits.units))) == [5]
