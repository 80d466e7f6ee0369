"""--by and --approver of import commands: recorded, checked, and never the same person (2.10)."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from commissions.facts.import_models import ImportFile, ImportKind
from partners.models import User
from portal.kernel.db import reading, transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.factories.people import a_brand, a_user

PLAN = '{"plan": "standard", "components": [{"name": "base", "kind": "percent", "percent": "10"}]}'


@pytest.fixture
def people(services: Services) -> dict[str, User]:
    with transaction(services.sessions) as session:
        brand = a_brand(session)
        roles = {"author": Role.FINANCE, "second": Role.FINANCE_APPROVER, "brand": Role.BRAND}
        return {name: a_user(session, brand, role) for name, role in roles.items()}


def run(app: Flask, folder: Path, *options: str) -> tuple[int, str]:
    (folder / "plan.json").write_text(PLAN)
    result = app.test_cli_runner().invoke(args=["plans", "import", str(folder / "plan.json"), *options])
    return result.exit_code, result.output


def signed(services: Services) -> tuple[str, str | None]:
    with reading(services.sessions) as session:
        file = session.scalars(select(ImportFile).where(ImportFile.kind == ImportKind.PLANS)).one()
        return file.imported_by, file.approved_by


def test_both_people_are_recorded(
    app: Flask, services: Services, people: dict[str, User], tmp_path: Path
) -> None:
    author, second = people["author"], people["second"]
    code, said = run(app, tmp_path, "--by", author.email, "--approver", second.email)
    assert code == 0, said
    assert signed(services) == (str(author.id), str(second.id))


def test_without_them_it_is_the_operator(
    app: Flask, services: Services, people: dict[str, User], tmp_path: Path
) -> None:
    assert run(app, tmp_path)[0] == 0
    assert signed(services) == ("operator", None)


@pytest.mark.parametrize(
    ("by", "approver", "why"),
    [
        ("second", "second", "a second person has to"),
        ("author", "brand", "finance approver"),
        ("", "second", "--approver needs --by"),
    ],
)
def test_property_24_nobody_approves_their_own_file_nor_without_the_role(
    app: Flask, people: dict[str, User], tmp_path: Path, by: str, approver: str, why: str
) -> None:
    options = [] if not by else ["--by", people[by].email]
    code, said = run(app, tmp_path, *options, "--approver", people[approver].email)
    assert code != 0
    assert why in said
