"""The page of words, as a brand manager uses it."""

from __future__ import annotations

import re

from sqlalchemy import select

from content.assets.models import Asset, Term, Vocabulary
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.factories.library import a_found_asset, tag
from tests.factories.people import a_user
from tests.fixtures.browsers import LogIn


def test_words_are_merged_from_their_page_and_put_back_by_its_toast(
    services: Services, log_in: LogIn
) -> None:
    with transaction(services.sessions) as session:
        user = a_user(session, role=Role.BRAND)
        for name in ("Owner", "Proprietor"):
            tag(session, a_found_asset(session, name, "words"), Vocabulary.PERSONA, name)
        tag(session, a_found_asset(session, "A stage", "words"), Vocabulary.STAGE, "evaluate")
    brand = log_in(user)
    page = brand.get("/content/words").text
    assert "FMOT" in page
    assert "/library?persona=proprietor" in page
    with services.sessions() as session:
        ids = {term.ref: term.id for term in session.scalars(select(Term))}
    brand.post(f"/content/words/{ids['proprietor']}/merge", data={"into": str(ids["owner"])})
    page = brand.get("/content/words").text
    assert "“Proprietor” is “Owner” now; 1 asset moved." in page
    assert "/library?persona=proprietor" not in page
    undo = re.search(r"/content/changes/\d+/undo", page)
    assert undo is not None
    back = brand.post(undo[0], data={"form_page": "/content/words"})
    assert back.location == "/content/words"
    assert "/library?persona=proprietor" in brand.get("/content/words").text


def test_a_code_of_no_language_is_said_where_it_was_typed_and_changes_nothing(
    services: Services, log_in: LogIn
) -> None:
    with transaction(services.sessions) as session:
        user = a_user(session, role=Role.BRAND)
        asset = a_found_asset(session, "A study", "words", ref="study", language="ger")
    brand = log_in(user)
    typed = {"title": "A study", "kind": "case_study", "audience": "all", "language": "german"}
    edited = brand.post("/library/study/edit", data=typed)
    many = brand.post(
        "/content/bulk", data={"action": "edit", "sent": "1", "id": asset.id, "language": "german"}
    )
    for page in (edited, many):
        beside = page.text.split('id="language-error">')[1].split("</p>", maxsplit=1)[0]
        assert "“german” is no code of a language: write de." in beside
    for new in ("german", ""):
        moved = brand.post("/content/words/languages", data={"old": "ger", "new": new})
        assert (edited.status_code, moved.status_code) == (422, 422)
        assert "is no code of a language" in moved.text
    with services.sessions() as session:
        assert session.scalar(select(Asset.language)) == "ger"
