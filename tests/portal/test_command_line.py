"""What every command keeps: exit status 1 and a sentence when it is refused, whatever refuses it."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.factories.people import a_brand, a_user

REFUSED = (
    ("partners", "import", "{folder}/none.csv"),
    ("partners", "import", "{folder}/partners.csv", "--errors", "{folder}/none/bad.csv"),
    ("partners", "import", "{folder}/partners.csv", "--approver", "somebody@larkwell.example"),
    ("plans", "import", "{folder}/none.json"),
    ("deliveries", "import", "{folder}/partners.csv", "--source", "two words"),
    ("commissions", "accrue", "--through", "2026-02-30"),
    ("commissions", "accrue", "--through", "2026-3-5"),
    ("commissions", "ledger", "--through", "20260305"),
    ("commissions", "ledger", "--format", "xml"),
    ("commissions", "simulate", "{folder}/none.json", "--json"),
    ("payouts", "create", "2026-03", "--on", "15/04/2026", "--out", "{folder}/out"),
    ("usage", "export", "--out", "{folder}/none/usage.ndjson"),
    ("apikeys", "create", "--user", "somebody@larkwell.example", "--scope", "all"),
    ("apikeys", "create", "--user", "\udcff@larkwell.example", "--scope", "read"),
    ("doctor", "--loudly"),
)


@pytest.mark.parametrize("arguments", REFUSED, ids=range(len(REFUSED)))
def test_a_command_that_is_refused_says_why_and_exits_with_1(
    app: Flask, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    (tmp_path / "partners.csv").write_text("partner_ref,name\nR1,One\n")
    run = app.test_cli_runner().invoke(args=[part.format(folder=tmp_path) for part in arguments])
    assert (run.exit_code, run.stdout) == (1, "")
    assert run.stderr.strip().endswith(".")


@pytest.mark.parametrize("arguments", [("ledger",), ("check",), ("accrue",)], ids=" ".join)
def test_a_database_that_was_not_upgraded_is_said_so(
    app: Flask, services: Services, arguments: tuple[str, ...]
) -> None:
    with services.engine.begin() as connection:
        connection.execute(text("ALTER TABLE plan_versions RENAME TO plan_versions_of_old"))
        connection.execute(text("ALTER TABLE ledger_entries RENAME TO ledger_entries_of_old"))
    run = app.test_cli_runner().invoke(args=["commissions", *arguments])
    assert run.exit_code == 1
    assert run.stderr.endswith("The database has not been upgraded: run flask db upgrade.\n")


def test_a_file_with_the_wrong_people_is_refused_as_a_file(
    app: Flask, services: Services, tmp_path: Path
) -> None:
    (tmp_path / "partners.csv").write_text("partner_ref,name\nR1,One\n")
    with transaction(services.sessions) as session:
        brand = a_brand(session)
        by, other = a_user(session, brand, Role.FINANCE), a_user(session, brand, Role.FINANCE)
    arguments = ["partners", "import", str(tmp_path / "partners.csv"), "--by", by.email]
    run = app.test_cli_runner().invoke(args=[*arguments, "--approver", other.email])
    assert run.exit_code == 1
    assert run.stderr == "A file needs someone of finance as its author, and a finance approver.\n"
