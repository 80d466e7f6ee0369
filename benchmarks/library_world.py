"""A library to be searched: documents as published assets, of a collection or made by chance."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from benchmarks.browsers import browser_of
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
from partners.api_keys import Scope, create_key
from partners.models import Organisation, OrganisationKind, PartnerTerms
from partners.people import NewPerson, add_person
from portal.app import create_app
from portal.kernel.db import add_rows, transaction
from portal.kernel.identity import Role
from portal.services import Services

NOW = datetime(2026, 5, 1, tzinfo=UTC)
PAGES_AN_ASSET = 10
WORDS_A_PAGE = 150
VOCABULARY = 20_000
_ROWS_AT_ONCE = 500
_LETTERS = "aeiounrstlmdp"
TIERS = ("gold", "silver", "bronze")


@dataclass(frozen=True, slots=True)
class Text:
    """A document: its name, title and pages."""

    ref: str
    title: str
    pages: tuple[str, ...]


class Chance:
    """Words as frequent as in a language: few stand everywhere, most nearly nowhere."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        letters = random.Random(1)
        self.words = [
            "".join(letters.choice(_LETTERS) for _ in range(letters.randint(4, 10)))
            for _ in range(VOCABULARY)
        ]
        self._weights = list(accumulate(1 / (rank + 10) for rank in range(VOCABULARY)))

    def texts(self, assets: int) -> Iterator[Text]:
        for number in range(assets):
            pages = (" ".join(self._some(WORDS_A_PAGE)) for _ in range(PAGES_AN_ASSET))
            yield Text(f"made-{number}", " ".join(self._some(5)).capitalize(), tuple(pages))

    def questions(self, count: int) -> list[str]:
        """Two words each: one that is frequent, one that is not."""
        draw = self._random
        return [
            f"{self.words[draw.randint(20, 400)]} {self.words[draw.randint(200, 4_000)]}"
            for _ in range(count)
        ]

    def sentence(self) -> str:
        return " ".join(self._some(12))

    def _some(self, count: int) -> list[str]:
        return self._random.choices(self.words, cum_weights=self._weights, k=count)


def fill(session: Session, texts: Iterable[Text], *, tiers: Sequence[str] = (), first: int = 1) -> int:
    """Publish each text for all, every second one for a tier if there are any; returns how many.

    Ids count from `first`.
    """
    count = 0
    batch: list[Text] = []
    for text in texts:
        batch.append(text)
        if len(batch) == _ROWS_AT_ONCE:
            _add(session, batch, first + count, tiers)
            count += len(batch)
            batch = []
    if batch:
        _add(session, batch, first + count, tiers)
    return count + len(batch)


def _add(session: Session, texts: Sequence[Text], first: int, tiers: Sequence[str]) -> None:
    numbered = list(enumerate(texts, start=first))
    add_rows(session, Asset, [_asset(number, text) for number, text in numbered])
    add_rows(session, AssetVersion, [_version(number, text) for number, text in numbered])
    add_rows(
        session,
        Page,
        [
            {"version_id": number, "number": at, "title": "", "text": words}
            for number, text in numbered
            for at, words in enumerate(text.pages, start=1)
        ],
    )
    add_rows(session, AudienceRule, [_rule(number, tiers) for number, _text in numbered])


def _asset(number: int, text: Text) -> Mapping[str, object]:
    kinds = list(AssetKind)
    return {
        "id": number,
        "ref": text.ref,
        "title": text.title,
        "kind": kinds[number % len(kinds)],
        "summary": "",
        "language": "en",
        "state": AssetState.PUBLISHED,
        "current_version_id": number,
        "when_to_use": "",
        "talk_track": "",
        "do_not_say": "",
        "published_at": NOW,
        "created_at": NOW,
        "updated_at": NOW,
    }


def _version(number: int, text: Text) -> Mapping[str, object]:
    return {
        "id": number,
        "asset_id": number,
        "number": 1,
        "file_name": "made.pdf",
        "media_type": "application/pdf",
        "format": FileFormat.PDF,
        "size": 0,
        "processing": Processing.READY,
        "tries": 0,
        "page_count": len(text.pages),
        "what_changed": "",
        "created_at": NOW,
    }


def _rule(number: int, tiers: Sequence[str]) -> Mapping[str, object]:
    if not tiers or number % 2:
        return {"asset_id": number, "dimension": AudienceDimension.ALL, "value": ""}
    tier = tiers[number // 2 % len(tiers)]
    return {"asset_id": number, "dimension": AudienceDimension.TIER, "value": tier}


def a_partner(services: Services) -> tuple[FlaskClient, Mapping[str, str]]:
    """A browser of a gold partner who is logged in, and the headers of the same person's key of the API."""
    now = services.clock()
    with transaction(services.sessions) as session:
        partner = Organisation(kind=OrganisationKind.PARTNER, ref="bench", name="Bench", created_at=now)
        partner.terms = [
            PartnerTerms(valid_from=NOW.date(), tier=TIERS[0], type="reseller", minimum_payout={})
        ]
        session.add(partner)
        session.flush()
        new = NewPerson("partner@bench.example", Role.PARTNER, organisation_ref="bench")
        user = add_person(session, new, at=now)
        key = create_key(session, user, Scope.READ, at=now)
        browser = browser_of(create_app(services.settings, services), session, user, now)
    return browser, {"Authorization": f"Bearer {key}"}
