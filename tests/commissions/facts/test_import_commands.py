"""flask orders import and its like: results on stdout, the rest on stderr, 1 when not all could be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from commissions.facts.import_models import ImportFile
from portal.kernel.activity import Activity
from portal.kernel.db import reading
from portal.services import Services
from tests.factories.fact_files import ORDERS, PARTNERS, deliveries


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "partners.csv").write_text(PARTNERS)
    (tmp_path / "orders.csv").write_text(ORDERS)
    return tmp_path


def run(app: Flask, *arguments: str | Path) -> tuple[int, str, str]:
    done = app.test_cli_runner().invoke(args=[str(argument) for argument in arguments])
    return done.exit_code, done.stdout, done.stderr


def test_a_file_is_counted_on_stdout_and_its_repetition_says_so(app: Flask, folder: Path) -> None:
    code, out, _ = run(app, "partners", "import", folder / "partners.csv")
    assert (code, out.splitlines()[0]) == (0, "2 rows: 2 accepted, 0 unchanged, 0 superseded, 0 quarantined")
    assert "New tier: gold." in out
    assert run(app, "partners", "import", folder / "partners.csv") == (0, "already imported\n", "")


def test_doubted_rows_are_counted_with_their_reason_and_leave_quarantine_by_themselves(
    app: Flask, folder: Path
) -> None:
    (folder / "deliveries.csv").write_text(deliveries("L1,2026-03-05,90,1", "L9,2026-03-05,90,1"))
    code, out, told = run(app, "deliveries", "import", folder / "deliveries.csv", "--source", "traffic")
    assert (code, "quarantined unknown_line: 2" in out) == (0, True)
    assert told == (
        "Rows in quarantine are judged again when what they name comes in; "
        "until then they stand at http://localhost/exceptions\n"
    )
    run(app, "partners", "import", folder / "partners.csv")
    _, out, _ = run(app, "orders", "import", folder / "orders.csv")
    assert "1 rows left quarantine" in out


def test_bad_cells_are_listed_nothing_is_written_and_a_file_of_them_can_be_had(
    app: Flask, services: Services, folder: Path
) -> None:
    (folder / "deliveries.csv").write_text(deliveries("L1,2026-03-05,=1+1,1", "L1,2026-03-06,5,1"))
    errors = folder / "errors.csv"
    code, out, said = run(app, "deliveries", "import", folder / "deliveries.csv", "--errors", errors)
    assert (code, out) == (1, "")
    assert "Line 2, units, “=1+1”: It is not a whole number." in said
    assert errors.read_text().splitlines() == [
        "line,column,value,reason",
        "2,units,'=1+1,It is not a whole number.",
    ]
    with reading(services.sessions) as session:
        assert session.scalar(select(ImportFile.id)) is None


def test_partial_writes_what_is_good_and_still_ends_with_1(app: Flask, folder: Path) -> None:
    (folder / "deliveries.csv").write_text(deliveries("L1,2026-03-05,x,1", "L1,2026-03-06,5,1"))
    code, out, said = run(app, "deliveries", "import", folder / "deliveries.csv", "--partial")
    assert (code, out.splitlines()[0]) == (
        1,
        "2 rows: 0 accepted, 0 unchanged, 0 superseded, 1 quarantined",
    )
    assert "The other rows were written." in said


def test_a_check_says_what_would_become_of_the_file(app: Flask, folder: Path) -> None:
    code, out, _ = run(app, "partners", "import", folder / "partners.csv", "--check")
    assert code == 0
    assert out.splitlines()[0].startswith("2 rows: 2 accepted")
    assert out.splitlines()[-1] == "checked, nothing written"


def test_a_plan_that_makes_no_sense_is_refused_with_a_sentence(app: Flask, folder: Path) -> None:
    (folder / "plan.json").write_text('{"plan": "a", "components": [{"name": "b", "kind": "percent"}]}')
    code, out, said = run(app, "plans", "import", folder / "plan.json")
    assert (code, out, said) == (1, "", "plan.components[0].percent: It is required.\n")


def test_an_import_stands_in_the_activity_log(app: Flask, services: Services, folder: Path) -> None:
    run(app, "partners", "import", folder / "partners.csv")
    with reading(services.sessions) as session:
        done = session.scalars(select(Activity).where(Activity.verb == "imported")).one()
    assert (done.actor, done.details["file"], done.details["accepted"]) == ("operator", "partners.csv", 2)
