"""A must-read from the brand's question to the partner's answer, with the mail in between."""

from __future__ import annotations

from email import message_from_bytes, policy

import pytest
from flask.testing import FlaskClient

from partners.models import User
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.services import Services
from portal.worker import sweep
from tests.factories.library import a_found_asset
from tests.factories.people import a_partner, a_user
from tests.fixtures.browsers import LogIn


@pytest.fixture
def brand(services: Services, log_in: LogIn) -> FlaskClient:
    with transaction(services.sessions) as session:
        a_found_asset(session, "New rules", "Rules.", audience="tier:gold", ref="rules")
        user = a_user(session, role=Role.BRAND)
    return log_in(user)


def reader(services: Services, ref: str, tier: str = "gold") -> User:
    with transaction(services.sessions) as session:
        return a_user(session, a_partner(session, ref, tier=tier))


def mails(services: Services) -> list[str]:
    """Texts of what was sent, in the order of sending."""
    files = sorted((services.settings.data_dir / "mail").glob("*.eml"))
    found = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in files]
    return [f"{mail['To']}\n{mail.get_content()}" for mail in found]


def test_a_partner_reads_it_says_so_and_the_brand_sees_who_has_not(
    services: Services, log_in: LogIn, brand: FlaskClient
) -> None:
    first, second = reader(services, "G1"), reader(services, "G2")
    stranger = reader(services, "S1", tier="silver")
    gold, silver = log_in(first), log_in(stranger)
    asked = {"due_on": "2026-06-20", "note": "Prices moved.", "asks_again": "1"}
    assert brand.post("/library/rules/must-read", data=asked).status_code == 303
    home = gold.get("/").text
    assert home.index("has to be read") < home.index("New and changed")
    assert "by 20 Jun 2026" in home
    assert "has to be read" not in silver.get("/").text
    assert gold.post("/library/rules/acknowledge").status_code == 422
    assert "I have read it" in gold.get("/library/rules/view").text
    assert gold.post("/library/rules/acknowledge", data={"came_from": "/"}).headers["Location"] == "/"
    assert "has to be read" not in gold.get("/").text
    assert "You have read it" in gold.get("/library/rules").text
    page = brand.get("/must-reads/rules").text
    assert second.name in page
    assert first.name not in page.partition("<main")[2]
    rows = brand.get("/must-reads/rules.csv").text.splitlines()
    assert len(rows) == 2
    assert rows[1].startswith(f"rules,1,2026-06-20,no,G2,Partner G2,{second.name},{second.email},no")
    for path in ("/must-reads", "/must-reads/rules", "/must-reads/rules.csv"):
        assert gold.get(path).status_code == 403
    assert silver.post("/library/rules/acknowledge").status_code == 404


def test_one_click_reminds_those_who_have_not_by_mail_once_a_day(
    services: Services, log_in: LogIn, brand: FlaskClient
) -> None:
    late, stranger = reader(services, "G1"), reader(services, "S1", tier="silver")
    brand.post("/library/rules/must-read", data={"due_on": "2026-06-20"})
    said = brand.post("/must-reads/rules/remind", follow_redirects=True).text
    assert "One person gets a reminder." in said
    for _ in range(2):
        sweep(services)
    # it is a Monday: the digest goes out, too
    (mail,) = [text for text in mails(services) if "please read" in text]
    assert mail.startswith(late.email)
    assert "20 June 2026" in mail
    assert "http://localhost/library/rules" in mail
    assert stranger.email not in mail
    assert brand.post("/must-reads/rules/remind").status_code == 409


def test_a_reminder_is_not_sent_to_who_has_read_it_in_the_meantime(
    services: Services, log_in: LogIn, brand: FlaskClient
) -> None:
    gold = log_in(reader(services, "G1"))
    brand.post("/library/rules/must-read", data={"due_on": "2026-06-20"})
    brand.post("/must-reads/rules/remind")
    gold.get("/library/rules/view")
    gold.post("/library/rules/acknowledge")
    sweep(services)
    assert mails(services) == []


def test_asking_needs_a_day_and_ending_has_an_undo(brand: FlaskClient) -> None:
    assert "Say by which day" in brand.post("/library/rules/must-read", data={"due_on": ""}).text
    passed = brand.post("/library/rules/must-read", data={"due_on": "2025-01-01", "note": "kept words"})
    assert (passed.status_code, "That day has passed" in passed.text, "kept words" in passed.text) == (
        422,
        True,
        True,
    )
    brand.post("/library/rules/must-read", data={"due_on": "2026-06-20"})
    assert "/must-reads/rules/resume" in brand.post("/must-reads/rules/end", follow_redirects=True).text
    assert "Nothing has to be read" in brand.get("/must-reads").text
    brand.post("/must-reads/rules/resume")
    assert "New rules" in brand.get("/must-reads").text
