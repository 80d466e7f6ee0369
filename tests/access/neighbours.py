"""What the gold partner may not reach: one thing of each kind of the silver partner's, and unseen content.

Each comes with what nothing is called, of the same form: whoever may not know of the one is answered as for
the other.
"""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from commissions.disputes.disputes import KeptFile, Question, Said, messages, open_dispute
from commissions.facts.house_rules import HouseRules
from content.assets.models import Asset, AssetState, AssetVersion, Processing, Vocabulary
from content.finding.indexing import keep_index
from content.finding.own_searches import save_search
from content.readers.collecting import CollectionDescription, add_collection, add_item
from content.readers.collection_models import CollectionKind
from content.requests.requesting import Wish, ask_for
from content.usage.usage_models import View
from content.usage.usage_tokens import signed
from content.usage.usage_views import Moment, open_view
from partners.interactions import Shown, log_interaction
from partners.models import User
from partners.people import identity_of
from partners.sessions import LogIn, start_session
from partners.sign_in_models import ApiKey, LoginSession
from portal.kernel.db import transaction
from portal.kernel.identity import Identity
from portal.services import Services
from tests.access.world import World
from tests.factories.accounts import a_call, an_account
from tests.factories.library import a_found_asset, a_read_version, tag

# stands in what only the silver partner may read, and in nothing that is typed
UNSEEN = "pluviograph"


class Ref(NamedTuple):
    """What is typed for a thing, and the like for a thing that is nowhere."""

    typed: str
    nowhere: str

    @classmethod
    def of(cls, typed: str) -> Ref:
        return cls(typed, typed[:-1] + ("9" if typed[-1].isdigit() else "q"))

    @classmethod
    def of_row(cls, number: int) -> Ref:
        return cls(str(number), "999999")


Refs = dict[str, list[Ref]]


def make_neighbours(services: Services, world: World) -> Refs:
    """Committed and indexed; by kind of thing."""
    with transaction(services.sessions) as session:
        person = session.get_one(User, world.people["silver"].id)
        silver = identity_of(session, person, today=services.clock().date())
        found = _unseen_content(session, services.clock())
        found |= _unseen_versions(session, world.parts["asset"])
        an_account(session, person.organisation, "Ombrophilous", ref="silver-account").industry = UNSEEN
        found |= _of_readers(session, silver, services.clock())
        found |= _of_money(session, silver, services)
        found |= _of_the_door(session, person, services.clock())
        found["token"] = _tokens(session, silver, services)
    keep_index(services.sessions, services.search, clock=services.clock)
    named = {
        "organisation": ["SILVER"],
        "order": ["IO-2"],
        "line": ["L3"],
        "statement": ["2026-03-SILVER-USD"],
    }
    return found | {kind: [Ref.of(name) for name in names] for kind, names in named.items()}


def finances(world: World) -> Refs:
    """What is finance's alone, by what it is called; the brand's people may read none of it."""
    names = {kind: world.parts[kind] for kind in ("statement", "order", "line", "dispute", "batch")}
    person = Ref.of_row(world.people["approver"].id)
    return {kind: [Ref.of(name)] for kind, name in names.items()} | {"person": [person]}


def _unseen_content(session: Session, at: datetime) -> Refs:
    """Published for everybody but for one reason each; one that is not hidden stands beside them."""
    reasons: dict[str, dict[str, object]] = {
        "for-silver": {"audience": "tier:silver;partner:SILVER"},
        "a-draft": {"state": AssetState.DRAFT},
        "a-retired-one": {"state": AssetState.RETIRED},
        "an-expired-one": {"expires_at": at - timedelta(days=1)},
        "an-unconfirmed-one": {"hidden_at": at},
    }
    for ref, facts in reasons.items():
        made = a_found_asset(session, f"Pluviometer, {UNSEEN}", "No pluviometer", ref=ref, **facts)  # type: ignore[arg-type]
        tag(session, made, Vocabulary.INDUSTRY, "Ombrology")
    a_found_asset(session, "For everybody", "Nothing", ref="for-everybody")
    return {
        "asset": [Ref.of(ref) for ref in reasons],
        "industry": [Ref.of("ombrology")],
        "word": [Ref.of("pluviometer")],
        "stem": [Ref.of("pluviom")],
    }


def _unseen_versions(session: Session, ref: str) -> Refs:
    """Of the gold partner's asset: the second waits for approval, the third failed."""
    asset = _asset(session, ref)
    current = asset.current_version_id
    words = f"{UNSEEN}, pluviometer"
    a_read_version(session, asset, words, number=2, is_held=True)
    a_read_version(session, asset, words, number=3, processing=Processing.FAILED)
    asset.current_version_id = current
    return {"version": [Ref.of("2"), Ref.of("3")]}


def _of_readers(session: Session, silver: Identity, at: datetime) -> Refs:
    call = replace(a_call(at, note=UNSEEN), shown=(Shown("for-silver", UNSEEN, 1),))
    talk = log_interaction(session, silver, "silver-account", call, at=at)
    described = CollectionDescription(f"The {UNSEEN}", CollectionKind.PLAYBOOK)
    made = add_collection(session, silver, described, at=at)
    made.ref = "silver-collection"
    items = [add_item(session, made, _asset(session, ref), at=at) for ref in ("for-silver", "for-everybody")]
    saved = save_search(session, silver, f"A {UNSEEN}", f"q={UNSEEN}", at=at)
    asked = ask_for(session, silver, Wish("ombrometer", note=UNSEEN), at=at)
    return {
        "account": [Ref.of("silver-account"), Ref.of("Ombrophilous")],
        "collection": [Ref.of("silver-collection")],
        "wish": [Ref.of("ombrometer")],
        "interaction": [Ref.of_row(talk.id)],
        "item": [Ref.of_row(items[0].id)],
        "search": [Ref.of_row(saved.id)],
        "request": [Ref.of_row(asked.id)],
    }


def _of_money(session: Session, silver: Identity, services: Services) -> Refs:
    kept = services.blobs.put(io.BytesIO(UNSEEN.encode()))
    said = Said(UNSEEN, KeptFile(kept.sha256, f"{UNSEEN}.txt", kept.size))
    question = Question("2026-03-SILVER-USD", 1, said)
    made = open_dispute(session, silver, question, at=services.clock(), house=HouseRules())
    message = Ref.of_row(messages(session, made)[0].id)
    return {"dispute": [Ref.of(made.dispute_ref)], "message": [message], "hash": [Ref.of(kept.sha256)]}


def _of_the_door(session: Session, silver: User, at: datetime) -> Refs:
    """The person, a browser in which they are logged in, and a key of theirs."""
    start_session(session, silver, LogIn(silver.email, "", UNSEEN), at=at)
    browser = session.scalars(select(LoginSession.id).where(LoginSession.user_id == silver.id)).one()
    key = session.scalars(select(ApiKey.id).where(ApiKey.user_id == silver.id)).one()
    numbers = {"person": silver.id, "browser": browser, "key": key}
    return {kind: [Ref.of_row(number)] for kind, number in numbers.items()}


def _tokens(session: Session, silver: Identity, services: Services) -> list[Ref]:
    """Of open views of what the gold partner may and may not see; nowhere is a view that there is not."""
    return [_token(session, silver, services, ref) for ref in ("for-silver", "for-everybody")]


def _token(session: Session, silver: Identity, services: Services, ref: str) -> Ref:
    version = session.get_one(AssetVersion, _asset(session, ref).current_version_id)
    secret = services.settings.secret_key
    view = open_view(session, silver, version, Moment.of(services.clock(), services.settings.zone))
    seen = version.id if ref == "for-everybody" else 10**6
    none = View(id="0" * 32, version_id=seen, viewer_id="", page_count=1, opened_at=view.opened_at)
    return Ref(signed(secret, view), signed(secret, none))


def _asset(session: Session, ref: str) -> Asset:
    return session.scalars(select(Asset).where(Asset.ref == ref)).one()
