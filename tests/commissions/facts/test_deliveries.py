"""Delivery reports: snapshots with revisions, believed or quarantined."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from commissions.facts.delivered import day_counts, delivered_units
from commissions.facts.fact_models import DeliveryRow
from commissions.facts.import_models import Decision, ImportFile, QuarantinedRow
from commissions.facts.lines import lines_as_known
from commissions.imports.delivery_import import import_delivery_rows
from commissions.imports.importing import ImportRequest
from commissions.ledger.quarantine import AlreadyDecided, ReasonNeeded, dismiss, open_count, open_rows
from portal.kernel.csv_files import FileUnreadable
from portal.kernel.db import reading, transaction
from tests.factories.fact_files import NOW, ORDERS, deliveries, take, take_orders

Sessions = sessionmaker[Session]
PLAIN = "line_ref,service_date,units"


def units(sessions: Sessions, line_ref: str = "L1") -> int:
    with reading(sessions) as session:
        ids = {line.line_ref: line.line_id for line in lines_as_known(session).values()}
        return sum(found.units for found in delivered_units(session, line_ids=[ids[line_ref]]))


def test_a_report_counts_and_the_same_rows_again_are_nothing(sessions: Sessions) -> None:
    take_orders(sessions)
    report = take(sessions, "deliveries", deliveries("L1,2026-03-05,90,1", "L2,2026-03-05,187654,1"))
    assert (report.rows, report.accepted, report.quarantined) == (2, 2, 0)
    again = take(sessions, "deliveries", deliveries("L1,2026-03-05,90,1", "L2,2026-03-06,1,1"))
    assert (again.accepted, again.unchanged) == (1, 1)
    assert (units(sessions), units(sessions, "L2")) == (90, 187655)


def test_the_same_file_again_has_no_effect_and_says_so(sessions: Sessions) -> None:
    take_orders(sessions)
    file = deliveries("L1,2026-03-05,90,1", "L9,2026-03-05,1,1")
    take(sessions, "deliveries", file)
    report = take(sessions, "deliveries", file)
    assert report.already_imported
    with reading(sessions) as session:
        kinds = list(session.scalars(select(ImportFile.kind).order_by(ImportFile.id)))
        assert kinds == ["partners", "orders", "deliveries"]
        assert open_count(session) == 1


def test_an_import_gives_back_the_memory_that_it_sorted_in(sessions: Sessions) -> None:
    take_orders(sessions)
    take(sessions, "deliveries", deliveries("L1,2026-03-05,90,1"))
    with reading(sessions) as session:
        if session.get_bind().dialect.name == "sqlite":
            assert session.scalar(text("PRAGMA cache_size")) == -2000
        else:
            assert session.scalar(text("SHOW work_mem")) == "4MB"
            assert session.scalar(text("SHOW enable_hashagg")) == "on"


def test_a_higher_revision_restates_and_a_lower_one_that_comes_late_is_history(sessions: Sessions) -> None:
    take_orders(sessions)
    take(sessions, "deliveries", deliveries("L1,2026-03-05,90,2"))
    late = take(sessions, "deliveries", deliveries("L1,2026-03-05,70,1"))
    assert (late.accepted, late.superseded) == (0, 1)
    assert units(sessions) == 90
    take(sessions, "deliveries", deliveries("L1,2026-03-05,80,7"))
    assert units(sessions) == 80
    with reading(sessions) as session:
        line_id = next(iter(lines_as_known(session)))
        [current] = day_counts(session, line_id)
        assert (current.revision, current.units) == (7, 80)
        history = session.scalars(select(DeliveryRow).order_by(DeliveryRow.revision))
        assert [(row.revision, row.units, row.added_units) for row in history] == [
            (1, 70, 0),
            (2, 90, 90),
            (7, 80, -10),
        ]


def test_what_was_known_after_an_import_can_be_summed_again(sessions: Sessions) -> None:
    take_orders(sessions)
    first = take(sessions, "deliveries", deliveries("L1,2026-03-05,90,1"))
    take(sessions, "deliveries", deliveries("L1,2026-03-05,80,2"))
    with reading(sessions) as session:
        [known] = delivered_units(session, known_through=first.import_id)
        [now] = delivered_units(session)
    assert (known.units, now.units) == (90, 80)


def test_other_content_under_the_same_revision_is_quarantined(sessions: Sessions) -> None:
    take_orders(sessions)
    take(sessions, "deliveries", deliveries("L1,2026-03-05,90,1"))
    report = take(sessions, "deliveries", deliveries("L1,2026-03-05,91,1"))
    assert report.reasons == {"other_content": 1}
    assert units(sessions) == 90


def test_without_a_revision_other_units_are_the_next_one_and_the_same_units_the_same_row(
    sessions: Sessions,
) -> None:
    take_orders(sessions)
    counts = []
    for count in (5, 5, 7, 5):
        take(
            sessions,
            "deliveries",
            deliveries(f"L1,2026-03-05,{count}", f"L2,2026-03-0{count},1", header=PLAIN),
        )
        counts.append(units(sessions))
    assert counts == [5, 5, 7, 5]
    with reading(sessions) as session:
        stored = session.scalars(
            select(DeliveryRow.revision).where(DeliveryRow.line_id == min(lines_as_known(session)))
        )
        assert sorted(stored) == [1, 2, 3]


def test_a_file_that_was_restated_since_is_a_restatement_when_it_comes_again(sessions: Sessions) -> None:
    take_orders(sessions)
    old, new = (deliveries(f"L1,2026-03-05,{count}", header=PLAIN) for count in (5, 7))
    take(sessions, "deliveries", old)
    take(sessions, "deliveries", new)
    assert not take(sessions, "deliveries", old).already_imported
    assert units(sessions) == 5
    assert take(sessions, "deliveries", old).already_imported


def test_a_file_that_says_two_things_of_a_day_is_once_however_often_it_comes(sessions: Sessions) -> None:
    take_orders(sessions)
    file = deliveries("L1,2026-03-05,5", "L1,2026-03-05,7", header=PLAIN)
    take(sessions, "deliveries", file)
    assert take(sessions, "deliveries", file).already_imported
    assert units(sessions) == 7


def test_rows_of_one_file_that_contradict_each_other_are_taken_in_the_order_of_arrival(
    sessions: Sessions,
) -> None:
    take_orders(sessions)
    rows = (
        "L1,2026-03-05,9,2",
        "L1,2026-03-05,4,1",
        "L1,2026-03-05,9,2",
        "L1,2026-03-05,8,2",
        "L1,2026-03-05,3,",
    )
    report = take(sessions, "deliveries", deliveries(*rows))
    assert (report.accepted, report.superseded, report.unchanged) == (2, 1, 1)
    assert report.reasons == {"other_content": 1}
    assert units(sessions) == 3


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("L9,2026-03-05,5,1,", "unknown_line"),
        ("L1,2026-02-28,5,1,", "outside_flight"),
        ("L1,2026-04-01,5,1,", "outside_flight"),
        ("L1,2026-03-05,-1,1,", "negative_units"),
        ("L1,2026-03-05,5,1,KABC-FM", "other_station"),
    ],
)
def test_a_row_that_cannot_be_believed_is_quarantined_with_its_reason(
    sessions: Sessions, row: str, reason: str
) -> None:
    take_orders(sessions)
    header = "line_ref,service_date,units,revision,station"
    report = take(sessions, "deliveries", deliveries(row, "L1,2026-03-31,1,1,WXYZ-FM", header=header))
    assert (report.accepted, report.quarantined, dict(report.reasons)) == (1, 1, {reason: 1})
    with reading(sessions) as session:
        [kept] = open_rows(session)
        assert (kept.row_number, kept.reason) == (2, reason)
        assert kept.sentence.endswith(".")


def test_a_cancelled_line_takes_no_units_from_that_day_on(sessions: Sessions) -> None:
    take_orders(sessions)
    header, first = ORDERS.splitlines()[:2]
    cancelled = f"{header},status,cancelled_on\n{first},cancelled,2026-03-10\n"
    assert take(sessions, "orders", cancelled).accepted == 1
    report = take(sessions, "deliveries", deliveries("L1,2026-03-09,5,1", "L1,2026-03-10,5,1"))
    assert (report.accepted, dict(report.reasons)) == (1, {"after_cancellation": 1})


def test_quarantined_rows_are_judged_again_when_their_order_comes(sessions: Sessions) -> None:
    take(sessions, "deliveries", deliveries("L1,2026-03-05,90,1", "L1,2026-03-06,5,", "L9,2026-03-05,1,1"))
    take(sessions, "partners", "partner_ref,name\nR1,Tidewell\nR2,Other\n")
    report = take(sessions, "orders", ORDERS)
    assert report.judged_again == 2
    assert units(sessions) == 95
    with reading(sessions) as session:
        decided = session.scalars(select(QuarantinedRow).where(QuarantinedRow.decided_at.is_not(None)))
        assert [row.decision for row in decided] == [Decision.ACCEPTED, Decision.ACCEPTED]
        assert open_count(session) == 1


def test_counts_without_a_revision_keep_their_order_through_quarantine(sessions: Sessions) -> None:
    for count in (5, 7, 5):
        take(
            sessions,
            "deliveries",
            deliveries(f"L1,2026-03-05,{count}", f"L9,2026-03-{count:02d},1", header=PLAIN),
        )
    take_orders(sessions)
    assert units(sessions) == 5


def test_the_same_doubted_row_in_two_files_is_kept_once(sessions: Sessions) -> None:
    take(sessions, "deliveries", deliveries("L9,2026-03-05,1,1"))
    report = take(sessions, "deliveries", deliveries("L9,2026-03-05,1,1", "L9,2026-03-06,1,1"))
    assert report.quarantined == 2
    with reading(sessions) as session:
        assert open_count(session) == 2


def test_a_person_dismisses_a_row_with_a_reason_and_it_stays_dismissed(sessions: Sessions) -> None:
    take(sessions, "deliveries", deliveries("L9,2026-03-05,1,1"))
    with transaction(sessions) as session:
        [row] = open_rows(session)
        with pytest.raises(ReasonNeeded):
            dismiss(session, row.id, by="7", at=NOW, note=" ")
        dismiss(session, row.id, by="7", at=NOW, note="Belongs to another house.")
        with pytest.raises(AlreadyDecided):
            dismiss(session, row.id, by="7", at=NOW, note="Again.")
    report = take(sessions, "deliveries", deliveries("L9,2026-03-05,1,1", "L9,2026-03-06,1,1"))
    assert (report.quarantined, report.unchanged) == (1, 1)


def test_of_two_who_decide_on_a_row_at_once_the_second_is_told(sessions: Sessions) -> None:
    take(sessions, "deliveries", deliveries("L9,2026-03-05,1,1"))
    with reading(sessions) as session:
        [row] = open_rows(session)

    def decide(by: str) -> None:
        with transaction(sessions) as session:
            dismiss(session, row.id, by=by, at=NOW, note="Belongs to another house.")

    with ThreadPoolExecutor(1) as beside:
        with transaction(sessions) as session:
            dismiss(session, row.id, by="7", at=NOW, note="Counted twice.")
            second = beside.submit(decide, "8")
            with suppress(TimeoutError):
                second.result(timeout=0.5)
        with pytest.raises(AlreadyDecided):
            second.result()


def test_a_file_with_a_cell_that_cannot_be_read_writes_nothing(sessions: Sessions) -> None:
    take_orders(sessions)
    report = take(sessions, "deliveries", deliveries("L1,2026-03-05,90,1", "L1,2026-03-32,x,1"))
    assert report.is_refused
    assert [(cell.line, cell.column) for cell in report.bad.first] == [(3, "service_date"), (3, "units")]
    assert units(sessions) == 0


def test_partial_writes_the_good_rows_and_the_whole_file_later_the_others(sessions: Sessions) -> None:
    take_orders(sessions)
    partial = ImportRequest(at=NOW, partial=True)
    file = deliveries("L1,2026-03-05,90,1", "L1,2026-03-06,x,1")
    report = take(sessions, "deliveries", file, partial)
    assert (report.accepted, report.bad.rows, report.written) == (1, 1, True)
    again = take(sessions, "deliveries", file, partial)
    assert (again.already_imported, again.unchanged) == (False, 1)
    assert units(sessions) == 90


def test_a_check_does_everything_but_write(sessions: Sessions) -> None:
    take_orders(sessions)
    file = deliveries("L1,2026-03-05,90,1", "L9,2026-03-05,90,1")
    report = take(sessions, "deliveries", file, ImportRequest(at=NOW, check=True))
    assert (report.accepted, report.quarantined, report.written) == (1, 1, False)
    assert units(sessions) == 0
    assert take(sessions, "deliveries", file).accepted == 1


def test_two_sources_are_never_added_up(sessions: Sessions) -> None:
    take_orders(sessions)
    file = deliveries("L1,2026-03-05,90,1")
    take(sessions, "deliveries", file)
    take(sessions, "deliveries", file, ImportRequest(at=NOW, source="adserver"))
    with reading(sessions) as session:
        found = sorted((row.source, row.units) for row in delivered_units(session))
    assert found == [("adserver", 90), ("own", 90)]


def test_months_of_the_broadcast_calendar_end_on_their_last_sunday(sessions: Sessions) -> None:
    take_orders(sessions)
    take(sessions, "deliveries", deliveries("L1,2026-03-29,1,1", "L1,2026-03-30,20,1"))
    with reading(sessions) as session:
        broadcast = sorted((row.period, row.units) for row in delivered_units(session, calendar="broadcast"))
        month = [(row.period, row.units) for row in delivered_units(session)]
        early = [(row.period, row.units) for row in delivered_units(session, through=date(2026, 3, 29))]
    assert broadcast == [("2026-03", 1), ("2026-04", 20)]
    assert month == [("2026-03", 21)]
    assert early == [("2026-03", 1)]


def test_rows_of_the_api_are_taken_inside_the_callers_transaction(sessions: Sessions) -> None:
    take_orders(sessions)
    request = ImportRequest(at=NOW, by="7", source="adserver")
    rows = [
        {"line_ref": "L1", "service_date": "2026-03-05", "units": "90"},
        {"line_ref": "L9", "service_date": "2026-03-05", "units": "90"},
    ]
    with transaction(sessions) as session:
        report = import_delivery_rows(session, rows, request)
    assert (report.accepted, dict(report.reasons)) == (1, {"unknown_line": 1})
    with transaction(sessions) as session:
        again = import_delivery_rows(session, rows, replace(request))
    assert again.already_imported
    assert units(sessions) == 90


def test_rows_of_the_api_that_cannot_be_read_are_refused_by_number_and_column(sessions: Sessions) -> None:
    rows = [{"line_ref": "L1", "service_date": "x", "units": "1", "price": "2"}]
    with transaction(sessions) as session, pytest.raises(FileUnreadable) as refused:
        import_delivery_rows(session, rows, ImportRequest(at=NOW))
    assert [(cell.line, cell.column) for cell in refused.value.bad] == [(1, "price"), (1, "service_date")]


@pytest.mark.parametrize("statement", ["UPDATE delivery_rows SET units = 1", "DELETE FROM delivery_rows"])
def test_delivery_rows_can_never_be_changed_or_deleted(sessions: Sessions, statement: str) -> None:
    take_orders(sessions)
    take(sessions, "deliveries", deliveries("L1,2026-03-05,90,1"))
    with transaction(sessions) as session:
        with pytest.raises(DBAPIError, match="append-only"):
            session.connection().exec_driver_sql(statement)
        session.rollback()
    assert units(sessions) == 90
