"""flask commissions: what people and programs see on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from partners.models import User
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.factories.closed_months import the_worked_example
from tests.factories.people import a_brand, a_user

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask, services: Services) -> Run:
    """Runs `flask commissions ...` on the worked example."""
    with transaction(services.sessions) as session:
        the_worked_example(session)
    runner = app.test_cli_runner()
    return lambda *arguments: runner.invoke(args=["commissions", *arguments])


@pytest.fixture
def people(services: Services, run: Run) -> tuple[User, User]:
    with transaction(services.sessions) as session:
        brand = a_brand(session)
        return a_user(session, brand, Role.FINANCE), a_user(session, brand, Role.FINANCE_APPROVER)


def close(run: Run, people: tuple[User, User]) -> Result:
    return run("close", "2026-03", "--by", people[0].email, "--approver", people[1].email)


def test_accrue_tells_what_it_posted(run: Run) -> None:
    result = run("accrue", "--through", "2026-03-31")
    assert (result.exit_code, result.stdout) == (0, "2 lines calculated, 4 postings\nUSD 563.86\n")
    assert run("accrue").stdout == "2 lines calculated, 0 postings\n"


def test_close_needs_two_people(run: Run, people: tuple[User, User]) -> None:
    result = run("close", "2026-03", "--by", people[1].email, "--approver", people[1].email)
    assert result.exit_code == 1
    assert result.stderr == "The author cannot approve: a second person has to.\n"
    assert close(run, people).stdout.startswith("2026-03 is closed: 2 statements, 4 lines\nmanifest ")
    again = close(run, people)
    assert (again.exit_code, again.stdout) == (1, "")
    assert again.stderr == "2026-03 is closed already. A closed period is never opened again.\n"


def test_export_writes_the_files_of_a_period(run: Run, people: tuple[User, User], tmp_path: Path) -> None:
    close(run, people)
    assert run("export", "2026-03", "--out", str(tmp_path / "out")).exit_code == 0
    control = json.loads((tmp_path / "out" / "control.json").read_text())
    assert set(control["files"]) | {"control.json"} == {file.name for file in (tmp_path / "out").iterdir()}
    assert control["state"] == "issued"
    missing = run("export", "2031-01", "--out", str(tmp_path / "none"))
    assert (missing.exit_code, (tmp_path / "none").exists()) == (1, False)
    assert missing.stderr == "There is no period “2031-01”. Nothing of it is accrued yet.\n"


def test_the_ledger_is_alone_on_stdout(run: Run) -> None:
    run("accrue")
    result = run("ledger", "--through", "2026-03-31")
    assert result.stdout.startswith("entry,period,dated,account")
    assert len(result.stdout.splitlines()) == 9
    told = run("ledger", "--format", "beancount")
    assert told.stdout.startswith('option "title" "Makegood commissions"\n2026-03-31 open ')


def test_check_says_that_all_holds(run: Run, people: tuple[User, User]) -> None:
    close(run, people)
    result = run("check")
    assert (result.exit_code, result.stdout) == (0, "All of it holds.\n")
