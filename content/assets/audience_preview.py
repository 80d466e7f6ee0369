"""Which partners rules would let in, before they are saved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from content.assets.audiences import Rule
from content.assets.models import AudienceDimension
from partners.models import Organisation, OrganisationKind, User


@dataclass(frozen=True, slots=True)
class SeenBy:
    """The partners who see it, by name, and how many partners there are."""

    partners: tuple[Organisation, ...]
    of: int


def seen_by(session: Session, rules: frozenset[Rule], *, today: date) -> SeenBy:
    """In two queries. A partner sees it when somebody of it would; one without people reads English.

    What `audiences.visible_assets` decides in SQL for one identity, here for rules that are not
    stored yet and all partners; a test holds both to the same answers.
    """
    return seen_by_each(session, [rules], today=today)[rules]


def seen_by_each(
    session: Session, audiences: Iterable[frozenset[Rule]], *, today: date
) -> dict[frozenset[Rule], SeenBy]:
    """`seen_by` of several audiences, in the same two queries."""
    partners = session.scalars(
        select(Organisation)
        .where(Organisation.kind == OrganisationKind.PARTNER)
        .options(selectinload(Organisation.terms))
        .order_by(Organisation.name)
    ).all()
    languages: dict[int, set[str]] = defaultdict(set)
    for organisation_id, locale in session.execute(select(User.organisation_id, User.locale).distinct()):
        languages[organisation_id].add(locale.partition("_")[0])
    return {
        rules: SeenBy(
            tuple(one for one in partners if _sees(one, languages[one.id] or {"en"}, rules, today)),
            len(partners),
        )
        for rules in set(audiences)
    }


def _sees(partner: Organisation, languages: set[str], rules: frozenset[Rule], today: date) -> bool:
    terms = partner.terms_on(today)
    own = {
        AudienceDimension.ALL: {""},
        AudienceDimension.PARTNER: {partner.ref},
        AudienceDimension.LANGUAGE: languages,
        AudienceDimension.TIER: set(_lower(terms.tier if terms else None)),
        AudienceDimension.TYPE: set(_lower(terms.type if terms else None)),
        AudienceDimension.REGION: set(_lower(terms.region if terms else None)),
        AudienceDimension.CATEGORY: set(terms.categories if terms else ()),
    }
    wanted: dict[AudienceDimension, set[str]] = defaultdict(set)
    for rule in rules:
        wanted[rule.dimension].add(rule.value)
    return bool(wanted) and all(values & own[dimension] for dimension, values in wanted.items())


def _lower(value: str | None) -> Iterator[str]:
    if value:
        yield value.lower()
