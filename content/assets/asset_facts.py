"""The facts of an asset as plain values: to be compared, kept, and put back as they were."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from content.assets import audiences
from content.assets.id_sets import in_set
from content.assets.models import Asset, AssetKind, AssetState, Term, Vocabulary

PLAIN = (
    "title",
    "summary",
    "language",
    "owner_id",
    "when_to_use",
    "talk_track",
    "do_not_say",
    "changed_by_id",
    "submitted_by_id",
    "approved_by_id",
    "approved_version",
    "sent_back_by_id",
    "sent_back_reason",
    "publish_by_id",
    "publish_problem",
    "translation_group",
)
DAYS = ("review_on", "verified_on")
INSTANTS = (
    "expires_at",
    "published_at",
    "hidden_at",
    "submitted_at",
    "approved_at",
    "publish_at",
    "sent_back_at",
)
# who did a step is no fact that a person would miss
UNSAID = frozenset(
    {
        "translation_group",
        "changed_by_id",
        "submitted_by_id",
        "approved_by_id",
        "sent_back_by_id",
        "sent_back_at",
        "publish_by_id",
        "published_at",
    }
)

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """What is not the same, before and after."""

    before: Facts
    after: Facts

    @classmethod
    def between(cls, before: Facts, after: Facts) -> Difference:
        names = [name for name in before if before[name] != after[name]]
        return cls({name: before[name] for name in names}, {name: after[name] for name in names})

    @property
    def is_none(self) -> bool:
        return not self.after

    @property
    def said(self) -> list[str]:
        """The names of what a person would want to read of."""
        return [name for name in self.after if name not in UNSAID]


def loaded(session: Session, ids: Iterable[int]) -> Sequence[Asset]:
    """The assets with all that their facts and their steps need, in four queries, by title."""
    return session.scalars(
        select(Asset)
        .where(in_set(session, Asset.id, ids))
        .options(
            joinedload(Asset.current_version),
            selectinload(Asset.terms),
            selectinload(Asset.audience),
            selectinload(Asset.versions),
        )
        .order_by(Asset.title, Asset.id)
    ).all()


def facts_of(asset: Asset) -> dict[str, Any]:
    dated = {name: _told(getattr(asset, name)) for name in (*DAYS, *INSTANTS)}
    return {
        **{name: getattr(asset, name) for name in PLAIN},
        **dated,
        "kind": str(asset.kind),
        "state": str(asset.state),
        "audience": audiences.as_text(asset.audience),
        "terms": sorted(key_of(term) for term in asset.terms),
    }


def put_back(asset: Asset, facts: Facts, terms: Mapping[str, Term]) -> None:
    """Give the asset these facts again; `terms` holds those that there are, by vocabulary and ref."""
    for name, value in facts.items():
        if name == "terms":
            asset.terms = [terms[key] for key in value if key in terms]
        elif name == "audience":
            audiences.replace_rules(asset, audiences.parsed(value))
        else:
            setattr(asset, name, _read(name, value))


def terms_by_key(session: Session) -> dict[str, Term]:
    """Every term as facts name it: persona:owner."""
    return {key_of(term): term for term in session.scalars(select(Term))}


def key_of(term: Term) -> str:
    return f"{term.vocabulary}:{term.ref}"


def vocabulary_of(key: str) -> tuple[Vocabulary, str]:
    vocabulary, _, ref = key.partition(":")
    return Vocabulary(vocabulary), ref


def _told(value: date | datetime | None) -> str | None:
    return value.isoformat() if value else None


def _read(name: str, value: Any) -> object:
    if name == "kind":
        return AssetKind(value)
    if name == "state":
        return AssetState(value)
    if name in DAYS:
        return date.fromisoformat(value) if value else None
    if name in INSTANTS:
        return datetime.fromisoformat(value) if value else None
    return value
