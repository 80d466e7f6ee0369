"""Who may see an asset: rules as rows, read from text, and the one query that applies them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from content.assets.errors import UnknownPartner, WrongAudience
from content.assets.models import Asset, AssetState, AssetVersion, AudienceDimension, AudienceRule, Processing
from partners.partner_queries import partners_among
from portal.kernel.identity import Identity

VALUE = re.compile(r"[A-Za-z0-9._-]{1,64}")


@dataclass(frozen=True, slots=True, order=True)
class Rule:
    """One value of one dimension; `all` has the value ""."""

    dimension: AudienceDimension
    value: str = ""

    def __str__(self) -> str:
        return f"{self.dimension}:{self.value}" if self.value else str(self.dimension)


def parsed(text: str) -> frozenset[Rule]:
    """Rules of a text such as "all" or "tier:gold;region:emea"; an empty text is nobody.

    Values are kept in lower case, but for the refs of partners. Raises WrongAudience.
    """
    rules = frozenset(_rule(part.strip()) for part in text.split(";") if part.strip())
    if Rule(AudienceDimension.ALL) in rules and len(rules) > 1:
        raise WrongAudience(text)
    return rules


def _rule(part: str) -> Rule:
    if part == AudienceDimension.ALL:
        return Rule(AudienceDimension.ALL)
    name, _, value = (piece.strip() for piece in part.partition(":"))
    if name not in set(AudienceDimension) - {AudienceDimension.ALL} or not VALUE.fullmatch(value):
        raise WrongAudience(part)
    dimension = AudienceDimension(name)
    return Rule(dimension, value if dimension is AudienceDimension.PARTNER else value.lower())


def as_text(rules: Iterable[AudienceRule]) -> str:
    """The text that `parsed` reads; "" when nobody may see it."""
    return ";".join(str(rule) for rule in sorted(Rule(row.dimension, row.value) for row in rules))


def set_audience(session: Session, asset: Asset, rules: frozenset[Rule]) -> None:
    """Replace the asset's rules. Raises UnknownPartner."""
    refuse_unknown_partners(session, rules)
    replace_rules(asset, rules)


def refuse_unknown_partners(session: Session, rules: frozenset[Rule]) -> None:
    """Raises UnknownPartner for the first partner that there is not."""
    named = {rule.value for rule in rules if rule.dimension is AudienceDimension.PARTNER}
    if not named:
        return
    for ref in sorted(named - partners_among(session, named)):
        raise UnknownPartner(ref)


def replace_rules(asset: Asset, rules: frozenset[Rule]) -> None:
    """Give the asset these rules; those that it has already stay the same rows."""
    kept = {Rule(row.dimension, row.value): row for row in asset.audience}
    if kept.keys() == rules:
        return
    asset.audience = [
        kept.get(rule) or AudienceRule(dimension=rule.dimension, value=rule.value) for rule in sorted(rules)
    ]


def visible_assets(identity: Identity, *, at: datetime) -> Select[int]:
    """Ids of the assets that the identity may see at an instant, as a query to filter others with.

    Brand and admin see everything, finance all that is published, partners what is published for them
    and was confirmed in time.
    """
    if identity.sees_all_content:
        return select(Asset.id)
    published = (
        select(Asset.id)
        .join(AssetVersion, AssetVersion.id == Asset.current_version_id)
        .where(
            Asset.state == AssetState.PUBLISHED,
            or_(Asset.expires_at.is_(None), Asset.expires_at > at),
            AssetVersion.processing == Processing.READY,
        )
    )
    if not identity.is_partner:
        return published
    return published.where(Asset.hidden_at.is_(None), matches_audience(identity, Asset.id, ASSET_RULES))


def audience_of(identity: Identity) -> tuple[object, ...]:
    """All that `visible_assets` asks of who they are: those who agree in it see the same."""
    if identity.sees_all_content or not identity.is_partner:
        return (identity.sees_all_content,)
    terms = (identity.tier, identity.partner_type, identity.region, identity.language)
    return (identity.organisation_ref, *terms, *identity.categories)


@dataclass(frozen=True, slots=True)
class RuleColumns:
    """A table of rules: `of` is what they say who may see, an asset or what is made of assets."""

    of: InstrumentedAttribute[int]
    dimension: InstrumentedAttribute[AudienceDimension]
    value: InstrumentedAttribute[str]


ASSET_RULES = RuleColumns(AudienceRule.asset_id, AudienceRule.dimension, AudienceRule.value)


def matches_audience(
    identity: Identity, subject: InstrumentedAttribute[int], rules: RuleColumns
) -> ColumnElement[bool]:
    """The subject of the rules is open to the identity: each of its dimensions has a value of theirs."""
    matches = func.sum(case((_matching(identity, rules), 1), else_=0))
    closed = (
        select(rules.of)
        # which everybody matches: most rules there are need not be looked at
        .where(rules.dimension != AudienceDimension.ALL)
        .group_by(rules.of, rules.dimension)
        .having(matches == 0)
    )
    return and_(exists().where(rules.of == subject), subject.not_in(closed))


def _matching(identity: Identity, rules: RuleColumns) -> ColumnElement[bool]:
    own = {
        AudienceDimension.TIER: identity.tier,
        AudienceDimension.TYPE: identity.partner_type,
        AudienceDimension.REGION: identity.region,
        AudienceDimension.LANGUAGE: identity.language,
    }
    return or_(
        rules.dimension == AudienceDimension.ALL,
        and_(
            rules.dimension == AudienceDimension.PARTNER,
            rules.value == identity.organisation_ref,
        ),
        and_(
            rules.dimension == AudienceDimension.CATEGORY,
            rules.value.in_([category.lower() for category in identity.categories]),
        ),
        *(
            and_(rules.dimension == dimension, rules.value == value.lower())
            for dimension, value in own.items()
            if value
        ),
    )
