"""flask search rebuild and flask search query."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from portal.kernel.db import transaction
from portal.services import Services
from tests.factories.library import a_found_asset
from tests.factories.people import a_partner, a_user


@pytest.fixture
def emails(services: Services) -> dict[str, str]:
    """One person of each tier, and two assets: one for all, one for gold."""
    with transaction(services.sessions) as session:
        a_found_asset(session, "Open", "radio for all", ref="open")
        a_found_asset(session, "Secret", "cover", "radio for gold", ref="secret", audience="tier:gold")
        return {tier: a_user(session, a_partner(session, tier=tier)).email for tier in ("gold", "silver")}


def test_a_person_finds_what_they_may_see(app: Flask, emails: dict[str, str]) -> None:
    run = app.test_cli_runner().invoke
    assert run(args=["search", "rebuild"]).stdout == "Indexed 2 assets.\n"
    found = json.loads(run(args=["search", "query", "radio gold", "--as", emails["gold"], "--json"]).stdout)
    assert [(item["ref"], item["page"], item["version"]) for item in found["items"]] == [
        ("secret", 2, 1),
        ("open", 1, 1),
    ]
    silver = run(args=["search", "query", "radio gold", "--as", emails["silver"], "--json"]).stdout
    assert [item["ref"] for item in json.loads(silver)["items"]] == ["open"]
    assert "ecret" not in silver


def test_results_go_to_stdout_and_the_rest_to_stderr(app: Flask, emails: dict[str, str]) -> None:
    run = app.test_cli_runner().invoke
    run(args=["search", "rebuild"])
    result = run(args=["search", "query", "radio", "--as", emails["gold"], "--limit", "1"])
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 2
    assert "2 found, 1 shown." in result.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["query", "radio", "--as", "nobody@example.com"], "nobody@example.com"),
    ],
)
def test_what_cannot_be_done_is_a_sentence_on_stderr(
    app: Flask, emails: dict[str, str], arguments: list[str], sentence: str
) -> None:
    result = app.test_cli_runner().invoke(args=["search", *(word.format(**emails) for word in arguments)])
    assert result.exit_code == 1
    assert sentence in result.stderr
    assert result.stdout == ""
