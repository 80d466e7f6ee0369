"""The library as somebody sees it, for a search: which assets, and in which languages."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import Select, func, literal, select
from sqlalchemy.orm import Session

from content.assets.caption_models import VersionCaptions
from content.assets.models import Asset
from search.languages import ENGLISH, stemming


@dataclass(frozen=True, slots=True)
class Visible:
    """Ids of assets, and the languages that their words are stemmed in, the most frequent first.

    Those that are only spoken in films come last.
    """

    ids: frozenset[int]
    languages: tuple[str, ...]


def visible_library(session: Session, ids: Select[int]) -> Visible:
    """What those ids are now (see content.assets.audiences): a change of audience counts at once."""
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    gathered = func.array_agg(Asset.id) if is_postgresql else func.json_group_array(Asset.id)
    own = select(Asset.language, gathered, literal(1)).where(Asset.id.in_(ids)).group_by(Asset.language)
    spoken = (
        select(VersionCaptions.language, gathered, literal(0))
        .join(Asset, Asset.current_version_id == VersionCaptions.version_id)
        .where(VersionCaptions.language != Asset.language, Asset.id.in_(ids))
        .group_by(VersionCaptions.language)
    )
    rows = [
        (language, some if is_postgresql else json.loads(some), is_own)
        for language, some, is_own in session.execute(own.union_all(spoken))
    ]
    rows.sort(key=lambda row: (-row[2], -len(row[1]), row[0]))
    found = frozenset(asset_id for _language, some, is_own in rows if is_own for asset_id in some)
    languages = dict.fromkeys(stemming(language) for language, _some, _is_own in rows)
    return Visible(found, tuple(languages) or (ENGLISH,))
