"""The words that content is found by: how much each is used, and renaming, merging and removing them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content.assets.asset_facts import key_of
from content.assets.bulk_models import BulkChange, BulkKind
from content.assets.errors import FixedWord, OtherVocabulary, SameWord, WordMissing, WordTaken, WordUsed
from content.assets.models import Asset, AssetState, Term, Vocabulary, asset_terms
from content.assets.proposal_models import ChangeOf
from content.editing import bulk
from content.editing.approval_errors import WordsWait
from content.editing.bulk import NOTHING, Outcome, Refused, Step
from content.editing.describing import STAGES, slug
from content.editing.name_lock import hold_names
from content.editing.proposed_changes import waiting_by_asset
from content.editing.proposing import Wish, propose_for_each
from content.editing.publishing import written_by
from content.editing.term_changes import touch
from portal.kernel import activity
from portal.kernel.identity import Identity

# of a change's details: what a word was merged into, by the keys of both
MERGED = "merged_into"


@dataclass(frozen=True, slots=True)
class UsedTerm:
    """A word, how many assets have it, and how many of them are published."""

    term: Term
    assets: int
    published: int


def used_terms(session: Session) -> dict[Vocabulary, list[UsedTerm]]:
    """Every word by its vocabulary, the most used first; journey stages in their own order. One query."""
    published = func.count().filter(Asset.state == AssetState.PUBLISHED)
    rows = session.execute(
        select(Term, func.count(Asset.id), published)
        .outerjoin(asset_terms, asset_terms.c.term_id == Term.id)
        .outerjoin(Asset, Asset.id == asset_terms.c.asset_id)
        .group_by(Term.id)
        .order_by(func.count(Asset.id).desc(), Term.name)
    )
    found: dict[Vocabulary, list[UsedTerm]] = {vocabulary: [] for vocabulary in Vocabulary}
    for term, assets, shown in rows:
        found[term.vocabulary].append(UsedTerm(term, assets, shown))
    found[Vocabulary.STAGE].sort(key=lambda used: STAGES.index(used.term.ref))
    return found


def used_languages(session: Session) -> list[tuple[str, int]]:
    """Each language of the library and how many assets are in it."""
    counted = select(Asset.language, func.count()).group_by(Asset.language)
    return [(code, count) for code, count in session.execute(counted.order_by(func.count().desc()))]


def add_word(
    session: Session, vocabulary: Vocabulary, name: str, *, at: datetime, by: Identity
) -> BulkChange:
    """Raises WordMissing, WordTaken, FixedWord."""
    if vocabulary is Vocabulary.STAGE:
        raise FixedWord
    hold_names(session)
    clean = _free_name(session, vocabulary, name)
    term = Term(vocabulary=vocabulary, ref=slug(clean) or clean.casefold()[:64], name=clean)
    session.add(term)
    return _recorded(session, NOTHING, {"added_terms": {key_of(term): clean}}, at=at, by=by)


def rename_word(session: Session, term: Term, name: str, *, at: datetime, by: Identity) -> BulkChange:
    """Another name everywhere; its ref stays, so that addresses and files go on to mean it.

    Raises FixedWord, WordMissing, WordTaken.
    """
    _refuse_fixed(term)
    clean = _free_name(session, term.vocabulary, name, but=term)
    details = {"renamed_terms": {key_of(term): term.name}}
    term.name = clean
    touch(session, [term.id], at=at)
    return _recorded(session, NOTHING, details, at=at, by=by)


def merge_words(session: Session, term: Term, into: Term, *, at: datetime, by: Identity) -> BulkChange:
    """All assets of one word get the other, and the one is gone.

    Raises FixedWord, OtherVocabulary, SameWord.
    """
    _refuse_fixed(term)
    if term.id == into.id:
        raise SameWord
    if term.vocabulary is not into.vocabulary:
        raise OtherVocabulary
    ids = session.scalars(select(asset_terms.c.asset_id).where(asset_terms.c.term_id == term.id))
    outcome = bulk.outcome_of(session, ids, _replacing(term, into, at))
    session.flush()
    session.delete(term)
    gone = {"removed_terms": {key_of(term): term.name}}
    change = _recorded(session, outcome, gone, at=at, by=by)
    change.details = gone | {MERGED: {key_of(term): key_of(into)}}
    session.flush()
    return change


def remove_word(session: Session, term: Term, *, at: datetime, by: Identity) -> BulkChange:
    """Only what nothing has. Raises FixedWord, WordUsed."""
    _refuse_fixed(term)
    used = session.scalar(select(func.count()).where(asset_terms.c.term_id == term.id)) or 0
    if used:
        raise WordUsed(term.name, used)
    session.delete(term)
    return _recorded(session, NOTHING, {"removed_terms": {key_of(term): term.name}}, at=at, by=by)


def change_language(session: Session, old: str, new: str, *, at: datetime, by: Identity) -> BulkChange:
    """All assets in one language are in another: a code that was written in two ways."""
    ids = session.scalars(select(Asset.id).where(Asset.language == old))
    return _recorded(session, bulk.outcome_of(session, ids, _speaking(new, at, by)), {}, at=at, by=by)


@dataclass(frozen=True, slots=True)
class LanguageChange:
    """What changed at once, how many assets wait for a second person, and those that stay, and why."""

    change: BulkChange
    waiting: int
    kept: tuple[Refused, ...]


def change_language_for_approval(
    session: Session, old: str, new: str, *, at: datetime, by: Identity
) -> LanguageChange:
    """`change_language` where a second person is wanted: of each published asset it waits for them.

    Where other words of an asset wait already it stays, so that the undo takes back nobody's work.
    """
    is_public = Asset.state == AssetState.PUBLISHED
    ids = session.scalars(select(Asset.id).where(Asset.language == old, ~is_public)).all()
    # two who propose at once come one after the other; always in the same order, so that none waits for ever
    public = session.scalars(
        select(Asset).where(Asset.language == old, is_public).order_by(Asset.id).with_for_update()
    ).all()
    waiting = waiting_by_asset(session, [asset.id for asset in public])
    busy = {key for key, changes in waiting.items() if any(one.what is ChangeOf.WORDS for one in changes)}
    wish = Wish(ChangeOf.WORDS, {"language": old}, {"language": new})
    free = [asset for asset in public if asset.id not in busy]
    proposed = propose_for_each(session, free, wish, at=at, by=by)
    kept = [
        Refused(asset.ref, asset.title, WordsWait().sentence)
        for asset in sorted(public, key=lambda one: one.title)
        if asset.id in busy
    ]
    change = _recorded(session, bulk.outcome_of(session, ids, _speaking(new, at, by)), {}, at=at, by=by)
    change.details = {bulk.PROPOSED: proposed}
    session.flush()
    return LanguageChange(change, len(proposed), tuple(kept))


def _speaking(language: str, at: datetime, by: Identity) -> Step:
    def step(_session: Session, asset: Asset) -> None:
        if asset.language != language:
            asset.language = language
            written_by(asset, at=at, by=by)

    return step


def _replacing(term: Term, into: Term, at: datetime) -> Step:
    def step(_session: Session, asset: Asset) -> None:
        kept = [one for one in asset.terms if one.id not in {term.id, into.id}]
        asset.terms = [*kept, into]
        asset.updated_at = at

    return step


def _recorded(
    session: Session, outcome: Outcome, details: Mapping[str, object], *, at: datetime, by: Identity
) -> BulkChange:
    session.flush()
    change = bulk.record(session, BulkKind.WORDS, outcome, at=at, by=by)
    change.details = dict(details)
    session.flush()
    for what, words in details.items():
        verb = f"word.{what.removesuffix('_terms')}"
        activity.record(session, verb, ("bulk_change", str(change.id)), at=at, by=by, words=words)
    return change


def _refuse_fixed(term: Term) -> None:
    if term.vocabulary is Vocabulary.STAGE:
        raise FixedWord


def _free_name(session: Session, vocabulary: Vocabulary, name: str, *, but: Term | None = None) -> str:
    clean = " ".join(name.split())[:100]
    if not clean:
        raise WordMissing
    for other in session.scalars(select(Term).where(Term.vocabulary == vocabulary)):
        same = other.name.casefold() == clean.casefold() or other.ref == slug(clean)
        if same and (but is None or other.id != but.id):
            raise WordTaken(other.name)
    return clean
