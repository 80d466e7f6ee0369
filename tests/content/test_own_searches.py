"""A person's own searches: the last ten, and those with a name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content.finding.own_search_errors import NameMissing, NothingToSave
from content.finding.own_search_models import SavedSearch
from content.finding.own_searches import (
    PUT_BACK_WITHIN,
    forget_recent_searches,
    recent_searches,
    remember_search,
    save_search,
    saved_search,
    saved_searches,
)
from portal.kernel.errors import NotFound
from tests.factories.people import a_partner, an_identity

AT = datetime(2026, 6, 15, 10, tzinfo=UTC)


def minutes(count: int) -> datetime:
    return AT + timedelta(minutes=count)


def test_the_last_ten_searches_are_kept_the_newest_first_each_once(session: Session) -> None:
    mara, owen = an_identity(session), an_identity(session)
    for number in range(12):
        remember_search(session, mara.user_id, f" word   {number}", at=minutes(number))
    remember_search(session, mara.user_id, "word 5", at=minutes(30))
    assert recent_searches(session, mara) == [
        "word 5", "word 11", "word 10", "word 9", "word 8", "word 7", "word 6", "word 4", "word 3", "word 2",
    ]  # fmt: skip
    remember_search(session, owen.user_id, "other", at=AT)
    forget_recent_searches(session, mara)
    assert (recent_searches(session, mara), recent_searches(session, owen)) == ([], ["other"])


def test_a_saved_search_is_its_persons_own(session: Session) -> None:
    """R2: not even a colleague's exists for another."""
    partner = a_partner(session)
    mara, owen = an_identity(session, partner), an_identity(session, partner)
    saved = save_search(session, mara, " Retail ", "industry=retail", at=AT)
    assert [one.name for one in saved_searches(session, mara)] == ["Retail"]
    assert saved_searches(session, owen) == []
    with pytest.raises(NotFound):
        saved_search(session, owen, saved.id)


def test_the_same_name_takes_the_new_filters_and_a_removed_one_can_come_back(session: Session) -> None:
    mara = an_identity(session)
    saved = save_search(session, mara, "Retail", "industry=retail", at=AT)
    assert save_search(session, mara, "retail", "industry=retail&kind=deck", at=minutes(1)).id == saved.id
    saved.removed_at = minutes(2)
    assert saved_searches(session, mara) == []
    assert saved_search(session, mara, saved.id).query == "industry=retail&kind=deck"
    save_search(session, mara, "Other", "q=x", at=minutes(3) + PUT_BACK_WITHIN)
    assert session.scalars(select(SavedSearch.name)).all() == ["Other"]
    for name, query, refused in ((" ", "q=x", NameMissing), ("Name", "", NothingToSave)):
        with pytest.raises(refused):
            save_search(session, mara, name, query, at=AT)
