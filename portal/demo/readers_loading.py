"""Bring in what readers say and keep."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from content.assets.models import Asset
from content.readers.feedback import Said, give_feedback
from content.readers.saving import save_asset
from portal.demo.almanac import Almanac, instant
from portal.demo.collections_loading import load_collections
from portal.demo.must_reads_loading import load_must_reads
from portal.demo.people_loading import identities
from portal.demo.readers import ANSWERS, SAVED


def load_readers(session: Session, on: Almanac) -> None:
    people = identities(session, on)
    found = session.scalars(select(Asset).options(joinedload(Asset.current_version)))
    assets = {asset.ref: asset for asset in found}
    for one in ANSWERS:
        version = assets[one.asset].current_version
        assert version is not None
        said = Said(one.answer, one.note)
        give_feedback(session, people[one.person], version, said, at=instant(on.ago(one.days_ago), 15, 20))
    load_collections(session, on, people, assets)
    load_must_reads(session, on, people, assets)
    for person, ref, days_ago in SAVED:
        save_asset(session, people[person], assets[ref], at=instant(on.ago(days_ago), 16, 5))
