"""Small forms that stay open: a refusal is a sentence for the form, what was done leads on to a page."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from content.assets.models import Term, Vocabulary
from portal.kernel.db import transaction
from portal.services import Services
from tests.factories.library import a_found_asset, tag

FROM_THE_PAGE = {"HX-Request": "true", "X-Stays": "1"}


@pytest.fixture
def ref(services: Services) -> str:
    with transaction(services.sessions) as session:
        return a_found_asset(session, "A study", "words").ref


REFUSED = [
    ("/library/{ref}/schedule", {"publish_at": "soon"}, "“soon” is not a day and a time."),
    ("/library/{ref}/translations", {"other": "Nothing of the kind"}, "There is no one asset called"),
    ("/content/words/languages", {"old": "en", "new": "Deutsch"}, "write de"),
]


@pytest.mark.parametrize(("address", "form", "sentence"), REFUSED)
def test_a_refusal_is_a_sentence_for_the_form_and_a_page_without_script(
    brand: FlaskClient, ref: str, address: str, form: dict[str, str], sentence: str
) -> None:
    said = brand.post(address.format(ref=ref), data=form, headers=FROM_THE_PAGE)
    assert said.status_code == 422
    assert sentence in said.text
    assert "<html" not in said.text
    page = brand.post(address.format(ref=ref), data=form)
    assert page.status_code == 422
    assert sentence in page.text
    assert "<html" in page.text


def test_what_was_done_leads_on_to_its_page(services: Services, brand: FlaskClient) -> None:
    with transaction(services.sessions) as session:
        tag(session, a_found_asset(session, "A study", "words"), Vocabulary.PERSONA, "Ownr")
        term_id = session.scalars(select(Term.id)).one()
    done = brand.post(f"/content/words/{term_id}/rename", data={"name": "Owner"}, headers=FROM_THE_PAGE)
    assert (done.status_code, done.headers["HX-Redirect"], done.text) == (200, "/content/words", "")
    assert "Owner" in brand.get(done.headers["HX-Redirect"]).text
