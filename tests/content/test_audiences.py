"""Who may see an asset: the rules as text, and the query that applies them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content.assets.audiences import as_text, parsed, set_audience, visible_assets
from content.assets.errors import UnknownPartner, WrongAudience
from content.assets.guard import readable_asset, readable_version
from content.assets.models import Asset, AssetState, Processing
from portal.kernel.errors import NotFound
from portal.kernel.identity import Identity, Role
from tests.factories.library import PUBLISHED, a_found_asset, a_read_version
from tests.factories.people import a_partner, an_identity

AT = PUBLISHED + timedelta(days=30)

# (audience, what the partner is, whether they see it)
GOLD_EMEA = {"tier": "gold", "region": "emea", "type": "reseller"}
CASES = [
    ("", GOLD_EMEA, False),
    ("all", {"tier": None}, True),
    ("tier:gold", GOLD_EMEA, True),
    ("tier:GOLD", GOLD_EMEA, True),
    ("tier:gold", {"tier": "Gold"}, True),
    ("tier:gold", {"tier": "silver"}, False),
    ("tier:gold", {"tier": None}, False),
    ("tier:gold;tier:silver", {"tier": "silver"}, True),
    ("tier:gold;region:emea", GOLD_EMEA, True),
    ("tier:gold;region:apac", GOLD_EMEA, False),
    ("tier:gold;region:apac;region:emea", GOLD_EMEA, True),
    ("tier:silver;region:emea", GOLD_EMEA, False),
    ("type:broker", GOLD_EMEA, False),
    ("type:reseller", GOLD_EMEA, True),
    ("partner:ME", GOLD_EMEA, True),
    ("partner:YOU", GOLD_EMEA, False),
    ("partner:ME;tier:silver", GOLD_EMEA, False),
    ("language:en", GOLD_EMEA, None),
]


def sees(session: Session, identity: Identity, asset: Asset) -> bool:
    session.flush()
    return asset.id in set(session.scalars(visible_assets(identity, at=AT)))


@pytest.mark.parametrize(("audience", "terms", "expected"), CASES)
def test_all_dimensions_and_any_value_of_each_must_match(
    session: Session, audience: str, terms: dict[str, str], *, expected: bool | None
) -> None:
    a_partner(session, "YOU")
    me = an_identity(session, a_partner(session, "ME", **terms))
    asset = a_found_asset(session, "Asset", audience=audience)
    expected = me.language == "en" if expected is None else expected
    assert sees(session, me, asset) is expected


@pytest.mark.parametrize(
    ("change", "seen_by"),
    [
        ({}, {"partner", "finance", "brand"}),
        ({"state": AssetState.DRAFT}, {"brand"}),
        ({"state": AssetState.RETIRED}, {"brand"}),
        ({"expires_at": AT}, {"brand"}),
        ({"expires_at": AT + timedelta(seconds=1)}, {"partner", "finance", "brand"}),
        ({"current_version_id": None}, {"brand"}),
    ],
)
def test_only_what_is_published_ready_and_not_expired_is_seen(
    session: Session, change: dict[str, object], seen_by: set[str]
) -> None:
    people = {
        "partner": an_identity(session),
        "finance": an_identity(session, role=Role.FINANCE),
        "brand": an_identity(session, role=Role.BRAND),
    }
    asset = a_found_asset(session, "Asset")
    for column, value in change.items():
        setattr(asset, column, value)
    assert {name for name, who in people.items() if sees(session, who, asset)} == seen_by


def test_nobody_but_the_brand_opens_a_version_that_failed(session: Session) -> None:
    partner, brand = an_identity(session), an_identity(session, role=Role.BRAND)
    asset = a_found_asset(session, "Asset", "words")
    broken = a_read_version(session, asset, number=2)
    broken.processing = Processing.FAILED
    asset.current_version_id = asset.versions[-1].id
    session.flush()
    assert readable_version(session, brand, asset.ref, 2, at=AT).number == 2
    assert readable_version(session, partner, asset.ref, at=AT).number == 1
    for number in (2, 3):
        with pytest.raises(NotFound):
            readable_version(session, partner, asset.ref, number, at=AT)


def test_what_may_not_be_seen_reads_like_what_is_not_there(session: Session) -> None:
    asset = a_found_asset(session, "Asset", audience="tier:platinum")
    partner = an_identity(session)
    said = set()
    for ref in (asset.ref, "there-is-none"):
        with pytest.raises(NotFound) as refused:
            readable_asset(session, partner, ref, at=AT)
        said.add(str(refused.value))
    assert len(said) == 1


def test_an_audience_is_read_and_written_as_the_same_text(session: Session) -> None:
    a_partner(session, "P-1")
    asset = a_found_asset(session, "Asset", audience=" region:EMEA ; tier:gold;partner:P-1 ")
    session.flush()
    assert as_text(asset.audience) == "partner:P-1;region:emea;tier:gold"
    kept = {row.id for row in asset.audience}
    set_audience(session, asset, parsed("tier:gold;region:emea"))
    session.flush()
    assert {
        row.id for row in session.scalars(select(Asset).where(Asset.id == asset.id)).one().audience
    } < kept


@pytest.mark.parametrize(
    "text", ["everyone", "tier:", "tier", "tier:a b", "all;tier:gold", "shoe:42", "all:x"]
)
def test_what_is_no_audience_is_refused(text: str) -> None:
    with pytest.raises(WrongAudience):
        parsed(text)


def test_a_partner_who_is_not_there_is_refused(session: Session) -> None:
    asset = a_found_asset(session, "Asset")
    with pytest.raises(UnknownPartner):
        set_audience(session, asset, parsed("partner:NOBODY"))
