"""Random audiences and partners: SQL, the preview while editing, and a plain oracle give the same answers."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from itertools import product

import pytest
from sqlalchemy.orm import Session

from content.assets.audience_preview import seen_by
from content.assets.audiences import parsed, visible_assets
from content.assets.models import AssetState
from partners.models import Organisation
from partners.people import identity_of, preview_identity
from portal.kernel.identity import Identity, Role
from tests.factories.library import a_found_asset
from tests.factories.people import TODAY, a_partner, a_user, an_identity

AT = datetime(2026, 6, 15, 9, tzinfo=UTC)
VALUES = {
    "tier": ("gold", "silver"),
    "type": ("reseller", "broker"),
    "region": ("emea", "apac"),
    "category": ("auto", "retail", "travel"),
    "language": ("en", "de"),
    "partner": ("P-A", "P-B"),
}
AUDIENCES, PARTNERS = 200, 40


def oracle(audience: str, facts: dict[str, set[str]]) -> bool:
    """Every dimension that is named has a value that the partner has; nothing named is nobody."""
    if audience == "all":
        return True
    pairs = [part.split(":") for part in audience.split(";") if part]
    named = {dimension for dimension, _ in pairs}
    return bool(named) and all(
        any(value in facts[dimension] for found, value in pairs if found == dimension) for dimension in named
    )


def random_audience(draw: random.Random) -> str:
    kind = draw.random()
    if kind < 0.1:
        return "all" if kind < 0.05 else ""
    dimensions = draw.sample(sorted(VALUES), draw.randint(1, 3))
    return ";".join(
        f"{name}:{value}"
        for name in dimensions
        for value in draw.sample(VALUES[name], draw.randint(1, len(VALUES[name])))
    )


def random_partner(
    session: Session, draw: random.Random, number: int
) -> tuple[Organisation, str, dict[str, set[str]]]:
    ref = ("P-A", "P-B")[number] if number < 2 else f"X-{number}"
    terms = {
        "tier": draw.choice(["gold", "Silver", None]),
        "type": draw.choice(VALUES["type"]),
        "region": draw.choice([*VALUES["region"], None]),
    }
    categories = draw.sample(VALUES["category"], draw.randint(0, 2))
    partner = a_partner(session, ref, **terms, category=";".join(sorted(categories)) or None)  # type: ignore[arg-type]
    language = draw.choice(VALUES["language"])
    user = a_user(session, partner)
    user.locale = f"{language}_XX"
    facts = {name: {value.lower()} if value else set() for name, value in terms.items()}
    facts |= {"category": set(categories), "language": {language}, "partner": {ref}}
    return partner, language, facts


@pytest.mark.parametrize("seed", [1, 2])
def test_sql_preview_and_oracle_agree_on_random_audiences(session: Session, seed: int) -> None:
    draw = random.Random(seed)
    partners = [random_partner(session, draw, number) for number in range(PARTNERS)]
    audiences = [random_audience(draw) for _ in range(AUDIENCES)]
    assets = {
        a_found_asset(session, f"Asset {number}", audience=audience).id: audience
        for number, audience in enumerate(audiences)
    }
    brand = an_identity(session, role=Role.BRAND)
    seen: dict[str, set[int]] = {}
    for partner, language, facts in partners:
        looking = preview_identity(session, partner, language, by=brand, today=TODAY)
        seen[partner.ref] = set(session.scalars(visible_assets(looking, at=AT)))
        expected = {asset_id for asset_id, audience in assets.items() if oracle(audience, facts)}
        assert seen[partner.ref] == expected, facts
    for asset_id, audience in assets.items():
        told = {one.ref for one in seen_by(session, parsed(audience), today=TODAY).partners}
        assert told == {ref for ref, ids in seen.items() if asset_id in ids}, audience


def test_looking_as_a_partner_shows_exactly_what_its_people_see(session: Session) -> None:
    partner = a_partner(session, tier="gold", category="auto")
    user = a_user(session, partner)
    for state, audience in product(AssetState, ("all", "tier:gold", "category:auto", "tier:silver", "")):
        a_found_asset(session, "Asset", audience=audience, state=state)
    brand = an_identity(session, role=Role.BRAND)
    own = identity_of(session, user, today=TODAY)
    looking = preview_identity(session, partner, "en", by=brand, today=TODAY)
    assert _seen(session, looking) == _seen(session, own)
    assert len(_seen(session, own)) == 3


def _seen(session: Session, identity: Identity) -> set[int]:
    return set(session.scalars(visible_assets(identity, at=AT)))
