"""Assets that are each other's translation: which one a reader is offered first, and joining them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from content.assets.audiences import visible_assets
from content.assets.errors import AlreadyInLanguage, NotTranslated, TranslationOfItself
from content.assets.id_sets import in_set
from content.assets.models import Asset, AssetState
from content.assets.proposal_models import ChangeOf, ProposedChange
from content.editing.approval_errors import ChangedMeanwhile
from content.editing.proposing import Wish, must_wait, propose
from content.editing.publishing import written_by
from portal.kernel import activity
from portal.kernel.identity import Identity

USUAL = "en"


@dataclass(frozen=True, slots=True)
class Translation:
    """The same piece in another language."""

    ref: str
    title: str
    language: str
    state: AssetState


def translations_of(session: Session, identity: Identity, asset: Asset, *, at: datetime) -> list[Translation]:
    """The other languages that the identity may see, its own language first."""
    if asset.translation_group is None:
        return []
    rows = session.execute(
        select(Asset.ref, Asset.title, Asset.language, Asset.state)
        .where(
            Asset.translation_group == asset.translation_group,
            Asset.id != asset.id,
            Asset.id.in_(visible_assets(identity, at=at)),
        )
        .order_by(_rank(Asset.language, identity.language), Asset.language, Asset.id)
    )
    return [Translation(*row) for row in rows]


def translate(session: Session, asset: Asset, other: Asset, *, at: datetime, by: Identity) -> None:
    """Say that two assets are the same piece; what each was joined with before comes along.

    Raises TranslationOfItself, AlreadyInLanguage when a language would stand there twice.
    """
    joined = _joined(session, asset, other)
    _join(joined)
    for one in joined:
        written_by(one, at=at, by=by)
    told = {"with": other.ref}
    activity.record(session, "asset.translated", ("asset", asset.ref), at=at, by=by, **told)


def untranslate(session: Session, asset: Asset, *, at: datetime, by: Identity) -> None:
    """Take an asset out of its group; the others stay together. Raises NotTranslated."""
    for one in _separated(session, asset):
        one.translation_group = None
        written_by(one, at=at, by=by)
    activity.record(session, "asset.untranslated", ("asset", asset.ref), at=at, by=by)


def translate_for_approval(
    session: Session, asset: Asset, other: Asset, *, at: datetime, by: Identity
) -> ProposedChange | None:
    """`translate` where a second person is wanted: it waits when partners have one of them already."""
    joined = _joined(session, asset, other)
    if not any(must_wait(one) for one in joined):
        translate(session, asset, other, at=at, by=by)
        return None
    wish = _wish(session, asset, [one for one in joined if one.id != asset.id])
    return propose(session, asset, wish, at=at, by=by)


def untranslate_for_approval(
    session: Session, asset: Asset, *, at: datetime, by: Identity
) -> ProposedChange | None:
    """`untranslate` where a second person is wanted. Raises NotTranslated."""
    if asset.translation_group is not None and any(must_wait(one) for one in _members(session, asset)):
        return propose(session, asset, _wish(session, asset, []), at=at, by=by)
    untranslate(session, asset, at=at, by=by)
    return None


def take_translation(session: Session, asset: Asset, change: ProposedChange, *, at: datetime) -> None:
    """What an approved change does. Raises ChangedMeanwhile, AlreadyInLanguage."""
    there, wanted = change.before["translations"], change.after["translations"]
    if there.keys() != _named(_others(session, asset)).keys():
        raise ChangedMeanwhile
    if not wanted:
        for one in _separated(session, asset):
            one.translation_group, one.updated_at = None, at
        return
    new = session.scalars(select(Asset).where(Asset.ref.in_(wanted.keys() - there.keys()))).first()
    if new is None:
        raise ChangedMeanwhile
    joined = _joined(session, asset, new)
    if {one.ref for one in joined} - {asset.ref} != wanted.keys():
        raise ChangedMeanwhile
    _join(joined)
    for one in joined:
        one.updated_at = at


def is_spare(language: str | None, shown: Select[int]) -> ColumnElement[bool]:
    """Whether another of the assets that are shown is the same piece and suits the reader better."""
    other = aliased(Asset)
    return (
        select(other.id)
        .where(
            other.translation_group == Asset.translation_group,
            other.id != Asset.id,
            other.id.in_(shown),
            _is_before(other, language),
        )
        .exists()
    )


def spare_among(session: Session, identity: Identity, ids: Iterable[int]) -> frozenset[int]:
    """Of assets that were found those that a translation stands for."""
    if not has_translations(session):
        return frozenset()
    found = in_set(session, Asset.id, ids)
    spare = is_spare(identity.language, select(Asset.id).where(found))
    return frozenset(
        session.scalars(select(Asset.id).where(found, Asset.translation_group.is_not(None), spare))
    )


def has_translations(session: Session) -> bool:
    return session.scalar(select(Asset.id).where(Asset.translation_group.is_not(None)).limit(1)) is not None


def _is_before(other: type[Asset], language: str | None) -> ColumnElement[bool]:
    theirs, own = _rank(other.language, language), _rank(Asset.language, language)
    return or_(theirs < own, and_(theirs == own, other.id < Asset.id))


def _rank(column: InstrumentedAttribute[str], language: str | None) -> ColumnElement[int]:
    """The reader's language, then English, then any."""
    return case((column == language, 0), (column == USUAL, 1), else_=2)


def _joined(session: Session, asset: Asset, other: Asset) -> list[Asset]:
    """All that would be one piece. Raises TranslationOfItself, AlreadyInLanguage."""
    if asset.id == other.id:
        raise TranslationOfItself
    joined = {one.id: one for member in (asset, other) for one in _members(session, member)}
    languages: set[str] = set()
    for one in joined.values():
        if one.language in languages:
            raise AlreadyInLanguage(one.language)
        languages.add(one.language)
    return list(joined.values())


def _join(joined: list[Asset]) -> None:
    group = min(one.id for one in joined)
    for one in joined:
        one.translation_group = group


def _separated(session: Session, asset: Asset) -> list[Asset]:
    """Those that are in no group when the asset leaves its own. Raises NotTranslated."""
    if asset.translation_group is None:
        raise NotTranslated
    left = _others(session, asset)
    return [asset, *left] if len(left) == 1 else [asset]


def _wish(session: Session, asset: Asset, others: list[Asset]) -> Wish:
    there = _named(_others(session, asset))
    return Wish(ChangeOf.TRANSLATION, {"translations": there}, {"translations": _named(others)})


def _named(assets: Iterable[Asset]) -> dict[str, str]:
    """Titles by ref."""
    return {one.ref: one.title for one in assets}


def _others(session: Session, asset: Asset) -> list[Asset]:
    return [one for one in _members(session, asset) if one.id != asset.id]


def _members(session: Session, asset: Asset) -> list[Asset]:
    if asset.translation_group is None:
        return [asset]
    group = Asset.translation_group == asset.translation_group
    return list(session.scalars(select(Asset).where(group).order_by(Asset.id)))
