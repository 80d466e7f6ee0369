"""What a search can be narrowed by, and how many assets each choice would leave."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, false, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from content.assets.models import Asset, AssetKind, Term, Vocabulary, asset_terms
from content.editing.describing import STAGES


class Facet(StrEnum):
    KIND = "kind"
    STAGE = "stage"
    INDUSTRY = "industry"
    PERSONA = "persona"
    PRODUCT = "product"
    LANGUAGE = "language"
    FRESHNESS = "freshness"


class Freshness(StrEnum):
    """When somebody last stood behind it."""

    IN_30_DAYS = "30"
    IN_90_DAYS = "90"
    REVIEW_DUE = "due"


VOCABULARIES: Mapping[Facet, Vocabulary] = {
    Facet.STAGE: Vocabulary.STAGE,
    Facet.INDUSTRY: Vocabulary.INDUSTRY,
    Facet.PERSONA: Vocabulary.PERSONA,
    Facet.PRODUCT: Vocabulary.PRODUCT,
}

Choices = Mapping[Facet, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class FacetCount:
    """A choice: its value in addresses, its name where it has one of its own, and how many assets have it."""

    value: str
    label: str
    count: int


def narrowed(choices: Choices, *, today: date, but: Facet | None = None) -> ColumnElement[bool]:
    """All choices together; within a facet any of them. `but` leaves one facet out."""
    conditions = [
        _condition(facet, values, today) for facet, values in choices.items() if values and facet != but
    ]
    return and_(True, *conditions)


def facet_counts(
    session: Session, scope: ColumnElement[bool], choices: Choices, *, today: date
) -> dict[Facet, tuple[FacetCount, ...]]:
    """For each facet what its choices would leave, given the choices in all others; one query.

    `scope` says which assets are counted at all: those that the asker may see, or those found among them.
    """
    # once for all of them: it may be thousands of ids, or the rules of every audience
    scoped = select(Asset.id).where(scope).cte("scoped")

    def within(facet: Facet) -> ColumnElement[bool]:
        return Asset.id.in_(select(scoped.c.id)) & narrowed(choices, today=today, but=facet)

    counts: dict[Facet, list[FacetCount]] = defaultdict(list)
    for name, value, label, count in session.execute(union_all(*_counting(within, today))):
        if count or value in choices.get(Facet(name), ()):
            counts[Facet(name)].append(FacetCount(value, label or value, count))
    return {facet: tuple(_in_order(facet, counts[facet])) for facet in Facet}


def _condition(facet: Facet, values: tuple[str, ...], today: date) -> ColumnElement[bool]:
    if facet in VOCABULARIES:
        tagged = (
            select(asset_terms.c.asset_id)
            .join(Term, Term.id == asset_terms.c.term_id)
            .where(Term.vocabulary == VOCABULARIES[facet], Term.ref.in_(values))
        )
        return Asset.id.in_(tagged)
    if facet is Facet.KIND:
        return Asset.kind.in_([AssetKind(value) for value in values if value in set(AssetKind)])
    if facet is Facet.LANGUAGE:
        return Asset.language.in_(values)
    known = [Freshness(value) for value in values if value in set(Freshness)]
    return or_(false(), *(_is_fresh(freshness, today) for freshness in known))


def _is_fresh(freshness: Freshness, today: date) -> ColumnElement[bool]:
    if freshness is Freshness.REVIEW_DUE:
        return is_review_due(today)
    days = 30 if freshness is Freshness.IN_30_DAYS else 90
    return Asset.verified_on >= today - timedelta(days=days)


def is_review_due(today: date) -> ColumnElement[bool]:
    return Asset.review_on <= today


def _counting(
    within: Callable[[Facet], ColumnElement[bool]], today: date
) -> Iterable[Select[*tuple[Any, ...]]]:
    for facet, column in ((Facet.KIND, Asset.kind), (Facet.LANGUAGE, Asset.language)):
        value = cast(column, String)
        yield (
            select(literal(facet.value), value, literal(""), func.count())
            .where(within(facet))
            .group_by(value)
        )
    for facet, vocabulary in VOCABULARIES.items():
        yield (
            select(literal(facet.value), Term.ref, Term.name, func.count())
            .select_from(Asset)
            .join(asset_terms, asset_terms.c.asset_id == Asset.id)
            .join(Term, Term.id == asset_terms.c.term_id)
            .where(Term.vocabulary == vocabulary, within(facet))
            .group_by(Term.ref, Term.name)
        )
    for freshness in Freshness:
        count = select(func.count()).select_from(Asset)
        fresh = count.where(within(Facet.FRESHNESS), _is_fresh(freshness, today)).scalar_subquery()
        yield select(literal(Facet.FRESHNESS.value), literal(freshness.value), literal(""), fresh)


def _in_order(facet: Facet, counts: list[FacetCount]) -> list[FacetCount]:
    if facet is Facet.STAGE:
        return sorted(counts, key=lambda counted: STAGES.index(counted.value))
    if facet is Facet.FRESHNESS:
        return sorted(counts, key=lambda counted: list(Freshness).index(Freshness(counted.value)))
    return sorted(counts, key=lambda counted: (-counted.count, counted.label))
