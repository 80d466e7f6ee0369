"""R2, R8: whatever names another partner's thing, or content that one may not see, names nothing.

In every field that names a thing people type what there is and, once more on the same database as it was
before, what is nowhere. All answers are the same, and so is all that was written.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from partners.api_keys import Scope, create_key
from partners.models import User
from portal.kernel.db import transaction
from portal.services import Services
from tests.access.foreign_cases import BUT_SEARCHES, CASES, OF_THE_BRAND, Case
from tests.access.neighbours import finances, make_neighbours
from tests.access.twins import Kept, Person, Row, both_turns, rows_of
from tests.access.world import World
from tests.factories.people import a_user
from tests.fixtures.browsers import LogIn

# only its database, a file, is put back in a moment; what is asked in SQL is the same on both
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def kept(services: Services, world: World) -> Kept:
    return Kept(Path(str(services.engine.url.database)), services.engine.dispose)


@pytest.fixture
def people(services: Services, world: World, log_in: LogIn) -> dict[str, Person]:
    """The partner's admin whose the things are, a colleague, who has fewer rights, and the brand."""
    with transaction(services.sessions) as session:
        colleague = a_user(session, session.get_one(User, world.people["gold"].id).organisation)
        keys = world.keys | {"colleague": create_key(session, colleague, Scope.WRITE, at=services.clock())}
    users = {name: world.people[name] for name in ("gold", "brand")} | {"colleague": colleague}
    parts = world.parts | {"colleague": str(colleague.id)}
    return {name: Person(log_in(user), keys[name], parts) for name, user in users.items()}


@pytest.mark.parametrize(("who", "cases"), [("gold", CASES), ("brand", OF_THE_BRAND)])
def test_r2_each_field_takes_what_may_be_named_there(
    services: Services, world: World, people: dict[str, Person], who: str, cases: tuple[Case, ...]
) -> None:
    make_neighbours(services, world)
    person = people[who]
    answers = [(case, person.send(case, person.own(case.own)).status_code) for case in cases]
    assert [(case, status) for case, status in answers if status != case.answer] == []


@pytest.mark.parametrize(("who", "cases"), [("gold", CASES), ("colleague", BUT_SEARCHES)])
def test_r2_what_names_anothers_thing_is_answered_as_what_names_nothing(
    services: Services,
    world: World,
    kept: Kept,
    people: dict[str, Person],
    monkeypatch: pytest.MonkeyPatch,
    who: str,
    cases: tuple[Case, ...],
) -> None:
    refs, silver = make_neighbours(services, world), world.people["silver"]
    found = both_turns(people[who], kept, cases, refs, monkeypatch)
    assert found.wrong == []
    assert found.after[0] == found.after[1]
    owner: Row = {"organisation_id": silver.organisation_id, "user_id": silver.id}
    theirs = rows_of(found.before, owner)
    assert len(theirs) > 10
    assert rows_of(found.after[0], owner) == theirs


def test_r2_the_brand_learns_nothing_of_what_is_finances_by_naming_it(
    world: World, kept: Kept, people: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = both_turns(people["brand"], kept, OF_THE_BRAND, finances(world), monkeypatch)
    assert found.wrong == []
    assert found.after[0] == found.after[1]
