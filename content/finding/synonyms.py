"""Words that say the same: kept by the brand, applied when somebody searches.

A synonym finds nothing that its searcher may not see, and is named to them only where it found something.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, aliased, selectinload

from content.assets.errors import SynonymTaken, TooFewSynonyms, TooManySynonyms, WrongSynonym
from content.finding.search_models import Synonym, SynonymGroup, SynonymKey
from portal.kernel import activity
from portal.kernel.errors import NotFound
from portal.kernel.identity import Identity
from search.languages import KEY_LANGUAGES
from search.queries import Alternative, Query, Term, forms_of, term_of
from search.ranking import SYNONYM_WEIGHT
from search.words import folded_words, one_line

MOST_WORDS = 4
MOST_SYNONYMS = 20
_LONGEST = 60


def synonym_groups(session: Session) -> Sequence[SynonymGroup]:
    """Every group with its words, the one that was changed last first."""
    return session.scalars(
        select(SynonymGroup)
        .options(selectinload(SynonymGroup.synonyms))
        .order_by(SynonymGroup.updated_at.desc(), SynonymGroup.id.desc())
    ).all()


def synonym_group(session: Session, group_id: int) -> SynonymGroup:
    """Raises NotFound."""
    group = session.get(SynonymGroup, group_id)
    if group is None:
        raise NotFound
    return group


def add_synonyms(session: Session, texts: Sequence[str], *, at: datetime, by: Identity) -> SynonymGroup:
    """A new group. Raises TooFewSynonyms, TooManySynonyms, WrongSynonym, SynonymTaken."""
    group = SynonymGroup(updated_at=at, updated_by_id=by.user_id)
    _write(session, group, texts)
    session.add(group)
    session.flush()
    activity.record(session, "synonyms.added", _subject(group), at=at, by=by, words=words_of_group(group))
    return group


def change_synonyms(
    session: Session, group: SynonymGroup, texts: Sequence[str], *, at: datetime, by: Identity
) -> bool:
    """Give a group other words; False when they are the same. Raises what `add_synonyms` raises."""
    before = words_of_group(group)
    if before == _cleaned(texts):
        return False
    _write(session, group, texts)
    group.updated_at, group.updated_by_id = at, by.user_id
    session.flush()
    words = words_of_group(group)
    activity.record(session, "synonyms.changed", _subject(group), at=at, by=by, before=before, words=words)
    return True


def remove_synonyms(session: Session, group: SynonymGroup, *, at: datetime, by: Identity) -> None:
    activity.record(session, "synonyms.removed", _subject(group), at=at, by=by, words=words_of_group(group))
    session.delete(group)
    session.flush()


def words_of_group(group: SynonymGroup) -> list[str]:
    return [synonym.text for synonym in group.synonyms]


def _subject(group: SynonymGroup) -> tuple[str, str]:
    return "synonyms", str(group.id)


def with_synonyms(session: Session, query: Query) -> Query:
    """The query with what says the same as its unquoted words; one statement, however many there are."""
    typed: dict[Term, set[str]] = {}
    for run in query.runs(MOST_WORDS):
        forms = forms_of(tuple(word.folded for word in run), query.languages)
        typed[term_of(run)] = {" ".join(form.stems) for form in forms}
    if not typed:
        return query
    rows = session.execute(_of_the_same(), {"keys": list(set().union(*typed.values()))}).all()
    found = [
        Alternative(term, form, text, SYNONYM_WEIGHT)
        for term, keys in typed.items()
        for key, text in rows
        if key in keys
        for form in forms_of(tuple(folded_words(text)), query.languages)
    ]
    return replace(query, alternatives=(*query.alternatives, *dict.fromkeys(found)))


@cache
def _of_the_same() -> Select[str, str]:
    """Each of the `keys` that is known, with every other text of its group; made once for all searches."""
    recognised, same = aliased(Synonym), aliased(Synonym)
    return (
        select(SynonymKey.key, same.text)
        .join(recognised, recognised.id == SynonymKey.synonym_id)
        .join(same, same.group_id == recognised.group_id)
        .where(SynonymKey.key.in_(bindparam("keys", expanding=True)), same.id != recognised.id)
        .order_by(same.id)
    )


def _write(session: Session, group: SynonymGroup, texts: Sequence[str]) -> None:
    cleaned = _cleaned(texts)
    if len(cleaned) > MOST_SYNONYMS:
        raise TooManySynonyms(MOST_SYNONYMS)
    keyed = {text: _keys(text) for text in cleaned}
    if not keyed or set.intersection(*keyed.values()):
        raise TooFewSynonyms
    for text, keys in keyed.items():
        _must_be_free(session, group, text, keys)
    group.synonyms = [
        Synonym(text=text, keys=[SynonymKey(key=key) for key in sorted(keys)]) for text, keys in keyed.items()
    ]


def _cleaned(texts: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(text for text in map(one_line, texts) if text))


def _keys(text: str) -> set[str]:
    words = tuple(folded_words(text))
    if not 1 <= len(words) <= MOST_WORDS or len(text) > _LONGEST or '"' in text:
        raise WrongSynonym(text[:_LONGEST], MOST_WORDS)
    return {" ".join(form.stems) for form in forms_of(words, KEY_LANGUAGES)}


def _must_be_free(session: Session, group: SynonymGroup, text: str, keys: set[str]) -> None:
    taken = session.scalar(
        select(Synonym.group_id)
        .join(SynonymKey, SynonymKey.synonym_id == Synonym.id)
        .where(SynonymKey.key.in_(keys), Synonym.group_id != (group.id or 0))
        .limit(1)
    )
    if taken is not None:
        raise SynonymTaken(text, ", ".join(words_of_group(synonym_group(session, taken))))
