"""Adjustments and opening balances from files: posted once, refused by the cell, doubted by the row."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from commissions.adjustments.adjustment_models import AdjustedAccount, Adjustment, AdjustmentKind, Holdback
from commissions.facts.import_models import ImportKind, QuarantinedRow
from commissions.imports.importing import ImportRequest
from commissions.ledger.balances import balances
from commissions.ledger.ledger_models import Account, LedgerEntry
from commissions.ledger.quarantine import open_count
from portal.kernel.db import reading, transaction
from portal.services import Services
from tests.factories.fact_files import NOW, PARTNERS, take
from tests.factories.people import a_partner

HEADER = "adjustment_ref,partner_ref,currency,amount,on,reason,kind,account,due_on"
GOOD = (
    "A-1,R1,USD,-12.50,2026-04-03,Rate of March corrected,,,",
    "A-2,R1,JPY,900,2026-04-03,Extra,adjustment,payable,",
    "A-3,R2,USD,250,2026-03-31,Go-live,opening,,",
    "A-4,R2,USD,-30.05,2026-03-31,Go-live,opening,accrued,2026-04-30",
    "A-5,R2,KWD,0.001,2026-03-31,Go-live,opening,holdback,2026-05-15",
)


def a_file(*rows: str, header: str = HEADER) -> str:
    return "\n".join((header, *rows)) + "\n"


@pytest.fixture
def partners(sessions: sessionmaker[Session]) -> sessionmaker[Session]:
    take(sessions, "partners", PARTNERS)
    return sessions


def ledger_size(sessions: sessionmaker[Session]) -> int:
    with reading(sessions) as session:
        return session.scalar(select(func.count()).select_from(LedgerEntry)) or 0


def test_adjustments_and_openings_are_posted_with_their_import(partners: sessionmaker[Session]) -> None:
    report = take(partners, "adjustments", a_file(*GOOD), ImportRequest(at=NOW, by="7", approved_by="8"))
    assert (report.accepted, report.quarantined, report.written) == (5, 0, True)
    with reading(partners) as session:
        made = {one.adjustment_ref: one for one in session.scalars(select(Adjustment))}
        held = session.scalars(select(Holdback)).one()
        owed = balances(session)
    first, accrued = made["A-1"], made["A-4"]
    assert (first.kind, first.account, first.amount_minor) == (
        AdjustmentKind.ADJUSTMENT, AdjustedAccount.PAYABLE, -1250
    )  # fmt: skip
    assert (first.recorded_by, first.approved_by, first.import_id) == ("7", "8", report.import_id)
    assert (accrued.amount_minor, str(accrued.due_on), accrued.period) == (-3005, "2026-04-30", "2026-03")
    assert (held.adjustment_ref, held.amount_minor) == ("A-5", 1)
    assert owed["R2", "USD"].of(Account.PAYABLE) == 25000
    assert owed["R2", "USD"].of(Account.ACCRUED) == -3005
    assert owed["R2", "KWD"].of(Account.HOLDBACK) == 1
    assert owed["R1", "JPY"].of(Account.PAYABLE) == 900


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("A-1,R1,USD,0.00,2026-04-03,Nothing,,,", "amount"),
        ("A-1,R1,USD,1.234,2026-04-03,Too fine,,,", "amount"),
        ("A-1,R1,USD,12e3,2026-04-03,Not decimal,,,", "amount"),
        ("A-1,R1,XXX,1,2026-04-03,No currency,,,", "currency"),
        ("A-1,R1,USD,1,03.04.2026,No day,,,", "on"),
        ("A-1,R1,USD,1,2026-04-03,,,,", "reason"),
        ("A-1,R1,USD,1,2026-04-03,Why,correction,,", "kind"),
        ("A-1,R1,USD,1,2026-04-03,Why,opening,held,", "account"),
        ("A-1,R1,USD,1,2026-04-03,Why,adjustment,accrued,", "account"),
        ("A-1,R1,USD,1,2026-04-03,Why,adjustment,,2026-04-30", "due_on"),
        ("A-1,R1,USD,1,2026-04-03,Why,opening,holdback,", "due_on"),
        ("A-1,R1,USD,-1,2026-04-03,Why,opening,holdback,2026-05-01", "amount"),
        ("A 1,R1,USD,1,2026-04-03,Why,,,", "adjustment_ref"),
    ],
)
def test_what_cannot_be_read_is_listed_and_nothing_is_written(
    partners: sessionmaker[Session], row: str, column: str
) -> None:
    report = take(partners, "adjustments", a_file(*GOOD[1:], row))
    assert [(cell.line, cell.column) for cell in report.bad.first] == [(6, column)]
    assert (report.written, ledger_size(partners)) == (False, 0)


def test_partial_takes_the_good_rows(partners: sessionmaker[Session]) -> None:
    text = a_file(GOOD[0], "A-9,R1,USD,0,2026-04-03,Nothing,,,")
    report = take(partners, "adjustments", text, ImportRequest(at=NOW, partial=True))
    assert (report.accepted, report.bad.rows, ledger_size(partners)) == (1, 1, 2)


def test_a_check_writes_nothing(partners: sessionmaker[Session]) -> None:
    report = take(partners, "adjustments", a_file(*GOOD), ImportRequest(at=NOW, check=True))
    assert (report.accepted, report.written, ledger_size(partners)) == (5, False, 0)


def test_a_file_and_a_row_count_once(partners: sessionmaker[Session]) -> None:
    take(partners, "adjustments", a_file(*GOOD))
    assert take(partners, "adjustments", a_file(*GOOD)).already_imported
    again = take(partners, "adjustments", a_file(GOOD[0], GOOD[0].replace("-12.50", "-12.5")))
    assert (again.accepted, again.unchanged, ledger_size(partners)) == (0, 2, 10)


def test_the_same_ref_with_other_content_is_doubted(partners: sessionmaker[Session]) -> None:
    report = take(partners, "adjustments", a_file(GOOD[0], GOOD[0].replace("-12.50", "-12.51")))
    assert (report.accepted, report.quarantined) == (1, 1)
    assert report.doubts[0].verdict.sentence == ("The adjustment A-1 is known already, with other content.")
    again = take(partners, "adjustments", a_file(GOOD[0].replace("corrected", "mended")))
    assert (again.accepted, again.reasons) == (0, {"other_content": 1})


def test_an_unknown_partner_waits_and_comes_in_when_it_is_known(sessions: sessionmaker[Session]) -> None:
    report = take(sessions, "adjustments", a_file(GOOD[0]))
    assert (report.accepted, report.reasons) == (0, {"unknown_partner": 1})
    take(sessions, "partners", PARTNERS)
    with reading(sessions) as session:
        assert open_count(session) == 0
        assert balances(session)["R1", "USD"].of(Account.PAYABLE) == -1250


def test_a_day_that_cannot_be_is_doubted_and_blocks_only_its_period(partners: sessionmaker[Session]) -> None:
    report = take(partners, "adjustments", a_file("A-1,R1,USD,1,2062-03-31,Typing error,,,"))
    assert report.reasons == {"unlikely_day": 1}
    with reading(partners) as session:
        waiting = session.scalars(select(QuarantinedRow)).one()
        assert (waiting.kind, str(waiting.service_date)) == (ImportKind.ADJUSTMENTS, "2062-03-31")


def test_accrued_commission_without_a_day_is_said_to_wait(partners: sessionmaker[Session]) -> None:
    report = take(partners, "adjustments", a_file("A-1,R1,USD,40,2026-03-31,Go-live,opening,accrued,"))
    assert (report.accepted, report.quarantined) == (1, 0)
    assert "1 opening balances of accrued commission have no due_on" in report.notes[0]


def test_columns_may_be_absent_but_the_required_ones(partners: sessionmaker[Session]) -> None:
    short = a_file(
        "A-1,R1,USD,5,2026-04-03,Why", header="adjustment_ref,partner_ref,currency,amount,on,reason"
    )
    assert take(partners, "adjustments", short).accepted == 1
    missing = take(
        partners, "adjustments", a_file("A-2,R1,USD,5", header="adjustment_ref,partner_ref,currency,amount")
    )
    assert not missing.written
    assert {cell.column for cell in missing.bad.first} >= {"on", "reason"}


def test_files_in_pieces_and_in_any_order_come_to_the_same(partners: sessionmaker[Session]) -> None:
    for row in reversed(GOOD):
        take(partners, "adjustments", a_file(row))
    with reading(partners) as session:
        assert balances(session)["R2", "USD"].of(Account.PAYABLE) == 25000
    assert take(partners, "adjustments", a_file(*GOOD)).accepted == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_command_says_what_became_of_the_rows(app: Flask, services: Services, tmp_path: Path) -> None:
    with transaction(services.sessions) as session:
        a_partner(session, "R1")
    path, errors = tmp_path / "adjustments.csv", tmp_path / "errors.csv"
    path.write_text(a_file(GOOD[0]))
    run = app.test_cli_runner()
    assert run.invoke(args=["adjustments", "import", str(path)]).stdout == (
        "1 rows: 1 accepted, 0 unchanged, 0 superseded, 0 quarantined\n"
    )
    assert run.invoke(args=["adjustments", "import", str(path)]).stdout == "already imported\n"
    path.write_text(a_file("A-2,R1,USD,0,2026-04-03,Nothing,,,"))
    refused = run.invoke(args=["adjustments", "import", str(path), "--errors", str(errors)])
    assert (refused.exit_code, "An adjustment is never 0." in refused.stderr) == (1, True)
    assert errors.read_text().splitlines()[1] == "2,amount,0,An adjustment is never 0."
