"""Fifty random audiences and two thousand assets: nothing of what is hidden shows in any search (R6)."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace

import pytest
from sqlalchemy import select

from content.assets.models import (
    Asset,
    AssetKind,
    AssetState,
    AssetVersion,
    AudienceDimension,
    AudienceRule,
    FileFormat,
    Page,
    Processing,
)
from content.finding.completing import completions
from content.finding.facets import Facet
from content.finding.finding import FindQuery, find
from content.finding.indexing import rebuild
from portal.kernel.db import add_rows, reading, transaction
from portal.kernel.identity import Identity, Role
from portal.services import Services
from tests.factories.library import PUBLISHED
from tests.factories.people import a_partner
from tests.profiles import SOAK

ASSETS, AUDIENCES = 2_000, 50
TIERS, REGIONS, TYPES = ("gold", "silver", "bronze"), ("emea", "apac", "amer"), ("broker", "agency")


def secret(number: int) -> str:
    """A word that stands in one asset alone, of letters only; few begin alike, as in a language."""
    digits = f"{number:05d}"[::-1]
    return "".join("bcdfghjkmp"[int(digit)] for digit in digits) + "qzw"


def random_rules(chance: random.Random) -> list[tuple[AudienceDimension, str]]:
    if chance.random() < 0.1:
        return [] if chance.random() < 0.5 else [(AudienceDimension.ALL, "")]
    rules = []
    for dimension, values in (
        (AudienceDimension.TIER, TIERS),
        (AudienceDimension.REGION, REGIONS),
        (AudienceDimension.TYPE, TYPES),
    ):
        if chance.random() < 0.5:
            rules += [
                (dimension, value) for value in chance.sample(values, chance.randint(1, len(values) - 1))
            ]
    return rules or [(AudienceDimension.TIER, chance.choice(TIERS))]


def may_see(identity: Identity, rules: Sequence[tuple[AudienceDimension, str]]) -> bool:
    """Said once more, without SQL: nothing matches by default; any value of every dimension named."""
    own = {
        AudienceDimension.TIER: identity.tier,
        AudienceDimension.REGION: identity.region,
        AudienceDimension.TYPE: identity.partner_type,
        AudienceDimension.ALL: "",
    }
    named = {dimension for dimension, _value in rules}
    return bool(rules) and all((dimension, own[dimension]) in rules for dimension in named)


@pytest.fixture
def audiences(services: Services) -> dict[int, list[tuple[AudienceDimension, str]]]:
    """The rules of each published asset, by its number."""
    chance = random.Random(4)
    numbers = range(1, ASSETS + 1)
    rules = {number: random_rules(chance) for number in numbers}
    with transaction(services.sessions) as session:
        add_rows(
            session,
            Asset,
            [
                {
                    "id": number,
                    "ref": f"a{number}",
                    "title": f"Radio {secret(number)}",
                    "kind": chance.choice(list(AssetKind)),
                    "summary": "",
                    "language": chance.choice(("en", "de", "fr")),
                    "state": AssetState.PUBLISHED,
                    "current_version_id": number,
                    "when_to_use": "",
                    "talk_track": f"say {secret(number + 20_000)}",
                    "do_not_say": "",
                    "published_at": PUBLISHED,
                    "created_at": PUBLISHED,
                    "updated_at": PUBLISHED,
                }
                for number in numbers
            ],
        )
        add_rows(
            session,
            AssetVersion,
            [
                {
                    "id": number,
                    "asset_id": number,
                    "number": 1,
                    "file_name": "a.pdf",
                    "media_type": "application/pdf",
                    "format": FileFormat.PDF,
                    "size": 0,
                    "processing": Processing.READY,
                    "tries": 0,
                    "page_count": 1,
                    "what_changed": "",
                    "created_at": PUBLISHED,
                }
                for number in numbers
            ],
        )
        pages = [
            {"version_id": number, "number": 1, "title": "", "text": f"recall {secret(number + 50_000)}"}
            for number in numbers
        ]
        add_rows(session, Page, pages)
        add_rows(
            session,
            AudienceRule,
            [
                {"asset_id": number, "dimension": dimension, "value": value}
                for number, found in rules.items()
                for dimension, value in found
            ],
        )
    rebuild(services.sessions, services.search)
    return rules


def a_random_reader(someone: Identity, chance: random.Random) -> Identity:
    return replace(
        someone,
        tier=chance.choice((*TIERS, None)),
        region=chance.choice((*REGIONS, None)),
        partner_type=chance.choice((*TYPES, None)),
    )


def attempts(word: str) -> list[str]:
    """Ways to ask for a word that stands in what is hidden."""
    return [word, f'"{word}"', f"recall {word[:-1]}", word[:-1] + "x", f"{word[:4]}*"]


def who_may_finds_it(
    services: Services, someone: Identity, audiences: dict[int, list[tuple[AudienceDimension, str]]]
) -> None:
    """In each of these ways; else nothing would be proved by not finding it."""
    number = next(number for number, rules in audiences.items() if (AudienceDimension.ALL, "") in rules)
    word = secret(number)
    with reading(services.sessions) as session:
        for text in attempts(word):
            found = find(session, services.search, someone, FindQuery(text), at=services.clock())
            assert found.items[0].ref == f"a{number}", text
        finished = completions(session, services.search, someone, word[:-1], at=services.clock())
    assert word in finished.texts


def test_no_hit_count_facet_suggestion_or_completion_leaks(
    services: Services, audiences: dict[int, list[tuple[AudienceDimension, str]]]
) -> None:
    """R6. Each reader tries one way to ask for one hidden asset; to soak, every way."""
    chance = random.Random(5)
    at = services.clock()
    with transaction(services.sessions) as session:
        partner = a_partner(session)
        someone = Identity(1, partner.id, partner.ref, Role.PARTNER)
    who_may_finds_it(services, someone, audiences)
    with reading(services.sessions) as session:
        kinds = {number: kind.value for number, kind in session.execute(select(Asset.id, Asset.kind))}
    for audience in range(AUDIENCES):
        reader = a_random_reader(someone, chance)
        seen = {number for number, rules in audiences.items() if may_see(reader, rules)}
        hidden = chance.choice(sorted(audiences.keys() - seen))
        # in its title, its guidance, or on its page
        word = secret(hidden + chance.choice((0, 20_000, 50_000)))
        tried = attempts(word)
        with reading(services.sessions) as session:
            found = find(session, services.search, reader, FindQuery("recall"), at=at)
            assert found.total == found.page_count == len(seen)
            assert {int(item.ref[1:]) for item in found.items} <= seen
            counted = {count.value: count.count for count in found.facets[Facet.KIND]}
            assert counted == Counter(kinds[number] for number in seen)
            for text in tried if SOAK else [tried[audience % len(tried)]]:
                query = FindQuery(text)
                answer = str(asdict(find(session, services.search, reader, query, at=at)))
                assert f"'a{hidden}'" not in answer
                assert word not in answer.replace(text, "")
            finished = completions(session, services.search, reader, word[:-1], at=at)
            assert word not in str(asdict(finished))
