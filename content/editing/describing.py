"""What an asset says of itself: title, words, owner, days, audience; written when it is added or edited."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.assets import audiences
from content.assets.audiences import Rule
from content.assets.errors import RefTaken, TitleMissing, UnknownOwner, UnknownWord, WrongRef
from content.assets.languages import language_code
from content.assets.models import Asset, AssetKind, Term, Vocabulary
from content.editing.name_lock import hold_names
from content.editing.publishing import hold, written_by
from partners.models import User
from portal.kernel import activity
from portal.kernel.errors import Conflict
from portal.kernel.identity import Identity, Role

REF = re.compile(r"[A-Za-z0-9._-]{1,64}")
# under these the library has pages of its own: an asset could not be opened
OWN_ADDRESSES = {"new", "search", "saved", "changes", "searches", "suggestions", "complete", "arrivals"}
STAGES = ("explore", "evaluate", "engage", "experience")
OWNERS = (Role.BRAND, Role.ADMIN)


class RefReserved(Conflict):
    def __init__(self, ref: str) -> None:
        super().__init__(f"Under “{ref}” the library has a page of its own; choose another ref.")


@dataclass(frozen=True, slots=True)
class Description:
    """The editable facts of an asset. `terms` are the words of each vocabulary as people write them."""

    title: str
    kind: AssetKind
    audience: frozenset[Rule] = frozenset()
    summary: str = ""
    language: str = "en"
    owner_id: int | None = None
    review_on: date | None = None
    expires_at: datetime | None = None
    verified_on: date | None = None
    terms: Mapping[Vocabulary, Sequence[str]] = field(default_factory=dict)
    when_to_use: str = ""
    talk_track: str = ""
    do_not_say: str = ""


def add_asset(
    session: Session, description: Description, *, ref: str | None = None, at: datetime, by: Identity | str
) -> Asset:
    """A draft without a file yet; without a ref one is made from the title.

    Raises WrongRef, RefReserved, RefTaken, TitleMissing, UnknownWord, UnknownPartner.
    """
    hold_names(session)
    asset = Asset(
        ref=_free_ref(session, ref, description.title),
        created_at=at,
        created_by_id=by.user_id if isinstance(by, Identity) else None,
    )
    _write(session, asset, description, at=at)
    session.add(asset)
    session.flush()
    activity.record(session, "asset.added", ("asset", asset.ref), at=at, by=by, title=asset.title)
    return asset


def describe(
    session: Session, asset: Asset, description: Description, *, at: datetime, by: Identity | str
) -> bool:
    """Change an asset's facts; False when they were the same already.

    Raises TitleMissing, UnknownLanguage, UnknownWord, UnknownPartner.
    """
    hold(session, asset)
    before = _facts(asset)
    touched = asset.updated_at
    _write(session, asset, description, at=at)
    session.flush()
    if _facts(asset) == before:
        asset.updated_at = touched
        return False
    changed = sorted(name for name, value in _facts(asset).items() if before[name] != value)
    written_by(asset, at=at, by=by)
    activity.record(session, "asset.edited", ("asset", asset.ref), at=at, by=by, changed=changed)
    return True


def tidied(description: Description) -> Description:
    """As it is kept. Raises TitleMissing, UnknownLanguage."""
    title = " ".join(description.title.split())
    if not title:
        raise TitleMissing
    return replace(
        description,
        title=title[:300],
        summary=description.summary.strip(),
        language=language_code(description.language.strip() or "en"),
        when_to_use=description.when_to_use.strip(),
        talk_track=description.talk_track.strip(),
        do_not_say=description.do_not_say.strip(),
    )


def refuse_unusable(session: Session, description: Description) -> None:
    """Say what an asset would be refused for, and write nothing.

    Raises TitleMissing, UnknownLanguage, UnknownWord, UnknownPartner.
    """
    tidied(description)
    for name in description.terms.get(Vocabulary.STAGE, ()):
        _refuse_other_stage(slug(name), name)
    audiences.refuse_unknown_partners(session, description.audience)


def owner_by_email(session: Session, email: str) -> User:
    """Who may own content: the brand's people. Raises UnknownOwner."""
    owner = session.scalar(select(User).where(User.email == email.strip().lower(), User.role.in_(OWNERS)))
    if owner is None:
        raise UnknownOwner(email)
    return owner


def possible_owners(session: Session) -> list[User]:
    """The brand's people who can be asked about an asset, by name."""
    return list(
        session.scalars(
            select(User).where(User.role.in_(OWNERS), User.disabled_at.is_(None)).order_by(User.name)
        )
    )


def slug(text: str) -> str:
    """A ref made of words: "Auto & Tyres" is "auto-tyres"."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:56].strip("-")


def _free_ref(session: Session, ref: str | None, title: str) -> str:
    if ref is not None:
        if not REF.fullmatch(ref) or set(ref) == {"."}:
            raise WrongRef(ref[:100])
        if ref in OWN_ADDRESSES:
            raise RefReserved(ref)
        if session.scalar(select(Asset.id).where(Asset.ref == ref)) is not None:
            raise RefTaken(ref)
        return ref
    stem = slug(title) or "asset"
    taken = set(session.scalars(select(Asset.ref).where(Asset.ref.startswith(stem, autoescape=True))))
    number = 2
    free = stem
    while free in taken or free in OWN_ADDRESSES:
        free, number = f"{stem}-{number}", number + 1
    return free


def _write(session: Session, asset: Asset, given: Description, *, at: datetime) -> None:
    description = tidied(given)
    # before anything of the asset is written, so that nobody who holds a row waits for names
    terms = _terms(session, description.terms)
    asset.title, asset.kind, asset.updated_at = description.title, description.kind, at
    asset.summary, asset.language = description.summary, description.language
    if asset.review_on != description.review_on:
        # another day is a promise to look at it then
        asset.hidden_at = None
    asset.owner_id, asset.review_on = description.owner_id, description.review_on
    asset.expires_at = description.expires_at
    asset.verified_on = description.verified_on or asset.verified_on
    asset.when_to_use, asset.talk_track = description.when_to_use, description.talk_track
    asset.do_not_say = description.do_not_say
    asset.terms = terms
    audiences.set_audience(session, asset, description.audience)


def _terms(session: Session, words: Mapping[Vocabulary, Sequence[str]]) -> list[Term]:
    return [
        _term(session, vocabulary, name)
        for vocabulary, names in words.items()
        for name in dict.fromkeys(" ".join(name.split()) for name in names)
        if name
    ]


def _term(session: Session, vocabulary: Vocabulary, name: str) -> Term:
    ref = slug(name) or name.casefold()[:64]
    if vocabulary is Vocabulary.STAGE:
        _refuse_other_stage(ref, name)
    wanted = select(Term).where(Term.vocabulary == vocabulary, Term.ref == ref)
    found = session.scalar(wanted)
    if found is None:
        hold_names(session)
        found = session.scalar(wanted)
    if found is None:
        shown = name.capitalize() if vocabulary is Vocabulary.STAGE else name
        found = Term(vocabulary=vocabulary, ref=ref, name=shown)
        session.add(found)
        session.flush()
    return found


def _refuse_other_stage(ref: str, name: str) -> None:
    if ref not in STAGES:
        raise UnknownWord("journey stage", name, list(STAGES))


def _facts(asset: Asset) -> dict[str, object]:
    return {
        "title": asset.title,
        "kind": asset.kind,
        "summary": asset.summary,
        "language": asset.language,
        "owner": asset.owner_id,
        "review_on": asset.review_on,
        "expires_at": asset.expires_at,
        "verified_on": asset.verified_on,
        "when_to_use": asset.when_to_use,
        "talk_track": asset.talk_track,
        "do_not_say": asset.do_not_say,
        "words": sorted((term.vocabulary, term.ref) for term in asset.terms),
        "audience": audiences.as_text(asset.audience),
    }
