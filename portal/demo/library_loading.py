"""Bring in the library: draw the files, store them, read them with two hands, publish."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.assets.audiences import parsed
from content.assets.models import Asset, AssetVersion, Processing, Vocabulary
from content.editing.captioning import attach_captions
from content.editing.captions import CaptionFile
from content.editing.describing import Description, add_asset
from content.editing.publishing import publish, submit
from content.editing.stored_files import StoredFiles
from content.editing.translations import translate
from content.processing.processing import process
from content.uploads.uploads import Upload, add_version, linked, stored
from portal.demo.almanac import Almanac, instant
from portal.demo.errors import DemoAssetUnreadable
from portal.demo.library import ASSETS
from portal.demo.library.shape import DemoAsset, Facts
from portal.demo.people_loading import identities
from portal.kernel.db import reading, transaction
from portal.kernel.identity import Identity
from portal.services import Services

HANDS = 2
HALF_A_YEAR = 182


@dataclass(frozen=True, slots=True)
class _Made:
    """A version whose bytes are in the store."""

    upload: Upload
    days_ago: int


def load_library(services: Services, on: Almanac, tell: Callable[[str], None]) -> None:
    """Forty published assets and two drafts. Raises DemoAssetUnreadable."""
    with reading(services.sessions) as session:
        people = identities(session, on)
    with ThreadPoolExecutor(HANDS) as pool:
        files = pool.map(lambda asset: _drawn(services, on, asset), ASSETS)
        made = {asset.ref: found for asset, found in zip(ASSETS, files, strict=True)}
    tell(f"drew {sum(map(len, made.values()))} files")
    with transaction(services.sessions) as session:
        versions = [
            (version.id, version.created_at)
            for asset in sorted(ASSETS, key=lambda asset: -asset.editions[0].days_ago)
            for version in _add(session, on, asset, made[asset.ref], people[asset.owner])
        ]
    with ThreadPoolExecutor(HANDS) as pool:
        for count, _ in enumerate(pool.map(lambda version: _read(services, *version), versions), start=1):
            if count % 10 == 0 or count == len(versions):
                tell(f"read {count} of {len(versions)} files")
    store = StoredFiles(services.blobs)
    with transaction(services.sessions) as session:
        for asset in ASSETS:
            _publish(session, on, asset, people, store)
        _join_translations(session, on, people)


def titled(text: str, on: Almanac) -> str:
    facts = Facts(on.today)
    return text.replace("{year}", facts.year).replace("{quarter}", facts.quarter)


def _drawn(services: Services, on: Almanac, asset: DemoAsset) -> list[_Made]:
    if asset.make is None:
        return [_Made(linked(asset.url), asset.editions[0].days_ago)]
    found = []
    for number, edition in enumerate(asset.editions, start=1):
        facts = Facts(on.today).inputs(number, on.ago(edition.days_ago)) | dict(edition.facts)
        upload = stored(services.blobs, io.BytesIO(asset.make(facts)), asset.file_name)
        found.append(_Made(_noted(upload, edition.what_changed), edition.days_ago))
    return found


def _noted(upload: Upload, what_changed: str) -> Upload:
    return Upload(
        upload.file_name, upload.type, sha256=upload.sha256, size=upload.size, what_changed=what_changed
    )


def _add(
    session: Session, on: Almanac, asset: DemoAsset, made: list[_Made], owner: Identity
) -> list[AssetVersion]:
    first = _afternoon(on.ago(made[0].days_ago))
    row = add_asset(session, _description(on, asset, owner), ref=asset.ref, at=first, by=owner)
    added = [
        add_version(session, row, one.upload, at=_afternoon(on.ago(one.days_ago)), by=owner) for one in made
    ]
    if asset.captions:
        file = CaptionFile(asset.captions(), asset.language)
        attach_captions(session, added[-1], file, at=added[-1].created_at, by=owner)
    return added


def _description(on: Almanac, asset: DemoAsset, owner: Identity) -> Description:
    terms: Mapping[Vocabulary, str] = {
        Vocabulary.PERSONA: asset.personas,
        Vocabulary.STAGE: asset.stages,
        Vocabulary.INDUSTRY: asset.industries,
        Vocabulary.PRODUCT: asset.products,
    }
    expires = None if asset.expires_in is None else instant(on.today + timedelta(days=asset.expires_in))
    return Description(
        title=titled(asset.title, on),
        kind=asset.kind,
        audience=parsed(asset.audience),
        summary=asset.summary,
        language=asset.language,
        owner_id=owner.user_id,
        review_on=on.today + timedelta(days=_review_in(asset)),
        expires_at=expires,
        verified_on=None if asset.verified is None else on.ago(asset.verified),
        terms={vocabulary: words.split(";") for vocabulary, words in terms.items() if words},
        when_to_use=asset.when_to_use,
        talk_track=asset.talk_track,
        do_not_say=asset.do_not_say,
    )


def _review_in(asset: DemoAsset) -> int:
    return HALF_A_YEAR - (asset.verified or 0) if asset.review_in is None else asset.review_in


def _read(services: Services, version_id: int, added_at: datetime) -> None:
    """Read a version as the worker would have on the day it came."""
    state = process(
        services.sessions, services.blobs, version_id, clock=lambda: added_at + timedelta(minutes=1)
    )
    if state is Processing.READY:
        return
    with reading(services.sessions) as session:
        version = session.get_one(AssetVersion, version_id)
        raise DemoAssetUnreadable(version.asset.ref, version.reason)


def _publish(
    session: Session, on: Almanac, asset: DemoAsset, people: Mapping[str, Identity], store: StoredFiles
) -> None:
    row = session.scalars(select(Asset).where(Asset.ref == asset.ref)).one()
    if asset.is_handed_in:
        submit(session, row, at=_afternoon(on.ago(1)), by=people[asset.owner])
    if asset.is_draft:
        return
    latest = _afternoon(on.ago(asset.editions[-1].days_ago)) + timedelta(minutes=20)
    publish(session, row, at=latest, by=people[asset.owner], files=store)
    # it was first seen on the day of its first edition; later ones reached its readers by themselves
    row.published_at = _afternoon(on.ago(asset.editions[0].days_ago)) + timedelta(minutes=20)


def _join_translations(session: Session, on: Almanac, people: Mapping[str, Identity]) -> None:
    rows = {row.ref: row for row in session.scalars(select(Asset))}
    for asset in ASSETS:
        if asset.translation_of:
            at = _afternoon(on.ago(asset.editions[-1].days_ago))
            by = people[asset.owner]
            translate(session, rows[asset.translation_of], rows[asset.ref], at=at, by=by)


def _afternoon(day: date) -> datetime:
    return instant(day, 21, 40)
