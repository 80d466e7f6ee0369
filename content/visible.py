"""The library as somebody sees it, for a search: which assets, and in which languages."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from content.models import Asset
from search.languages import ENGLISH, stemming


@dataclass(frozen=True, slots=True)
class Visible:
    """Ids of assets, and the languages that their words are stemmed in, the most frequent first."""

    ids: frozenset[int]
    languages: tuple[str, ...]


def visible_library(session: Session, ids: Select[int]) -> Visible:
    """What those ids are now (see content.audiences): a change of audience counts at once."""
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    gathered = func.array_agg(Asset.id) if is_postgresql else func.json_group_array(Asset.id)
    rows = session.execute(
        select(Asset.language, gathered)
        .where(Asset.id.in_(ids))
        .group_by(Asset.language)
        .order_by(func.count().desc(), Asset.language)
    ).all()
    found = frozenset(
        asset_id for _language, some in rows for asset_id in (some if is_postgresql else json.loads(some))
    )
    languages = dict.fromkeys(stemming(language) for language, _some in rows)
    return Visible(found, tuple(languages) or (ENGLISH,))
