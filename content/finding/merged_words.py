"""Words that were merged since a search was saved or an address was kept: they stand for what they became."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from content.assets.asset_facts import key_of
from content.assets.bulk_models import BulkChange, BulkKind
from content.assets.models import Term
from content.editing.vocabularies import MERGED
from content.finding.facets import VOCABULARIES, Choices, Facet

# journey stages are fixed
_MERGED = {facet: vocabulary for facet, vocabulary in VOCABULARIES.items() if facet is not Facet.STAGE}


def words_of_today(session: Session, choices: Choices) -> dict[str, tuple[str, ...]]:
    """The choices of which a word is gone, by facet, with what it is merged into; nothing where none is."""
    chosen = {facet: refs for facet in _MERGED if (refs := choices.get(facet))}
    if not chosen:
        return {}
    asked = (and_(Term.vocabulary == _MERGED[facet], Term.ref.in_(refs)) for facet, refs in chosen.items())
    known = {key_of(term) for term in session.scalars(select(Term).where(or_(*asked)))}
    gone = {f"{_MERGED[facet]}:{ref}" for facet, refs in chosen.items() for ref in refs} - known
    if not gone:
        return {}
    became = _became(session, gone)
    return {
        facet.value: tuple(dict.fromkeys(became.get(f"{_MERGED[facet]}:{ref}", ref) for ref in refs))
        for facet, refs in chosen.items()
    }


def _became(session: Session, keys: Iterable[str]) -> Mapping[str, str]:
    """By key of a word that is gone the ref of what it is now."""
    wanted = select(BulkChange.details).where(BulkChange.kind == BulkKind.WORDS)
    merged: dict[str, str] = {}
    for details in session.scalars(wanted.where(BulkChange.undone_at.is_(None)).order_by(BulkChange.id)):
        merged |= details.get(MERGED, {})
    found = {}
    for key in keys:
        now, seen = key, {key}
        while (then := merged.get(now)) is not None and then not in seen:
            now = then
            seen.add(now)
        if now != key:
            found[key] = now.partition(":")[2]
    return found
