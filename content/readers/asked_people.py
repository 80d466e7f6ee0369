"""Who may see an asset, asked from the asset's side: people of partners, in SQL over all of them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, Subquery, and_, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from content.assets.models import Asset, AssetState, AssetVersion, AudienceDimension, AudienceRule, Processing
from content.usage.usage_models import Download, View, Viewer, ViewEvent
from partners.models import Organisation, OrganisationKind, PartnerTerms, User


def partner_people(today: date) -> Subquery:
    """People of partners who can log in, with what audiences go by; the terms are those in force."""
    other = aliased(PartnerTerms)
    newest = (
        select(func.max(other.valid_from))
        .where(other.organisation_id == Organisation.id, other.valid_from <= today)
        .correlate(Organisation)
        .scalar_subquery()
    )
    in_force = and_(PartnerTerms.organisation_id == Organisation.id, PartnerTerms.valid_from == newest)
    return (
        select(
            User.id.label("user_id"),
            User.name.label("person"),
            User.email.label("email"),
            Organisation.id.label("organisation_id"),
            Organisation.ref.label("partner_ref"),
            Organisation.name.label("partner"),
            func.lower(PartnerTerms.tier).label("tier"),
            func.lower(PartnerTerms.type).label("type"),
            func.lower(PartnerTerms.region).label("region"),
            # between separators, so that one of several is found whole
            literal(";").concat(func.lower(PartnerTerms.category)).concat(";").label("categories"),
            # locales have languages of two letters: de, en_GB
            func.lower(func.substr(User.locale, 1, 2)).label("language"),
        )
        .join(Organisation, Organisation.id == User.organisation_id)
        .outerjoin(PartnerTerms, in_force)
        .where(
            Organisation.kind == OrganisationKind.PARTNER,
            User.disabled_at.is_(None),
            User.password_hash.is_not(None),
        )
        .subquery("people")
    )


def may_see(people: Subquery, asset_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """The person of the row is in the audience of the asset of the row, as `visible_assets` has it."""
    rule, same, some = aliased(AudienceRule), aliased(AudienceRule), aliased(AudienceRule)
    matched = select(same.id).where(
        same.asset_id == rule.asset_id, same.dimension == rule.dimension, _matches(people, same)
    )
    # what is asked for is only one's own table: all others are those of the row
    closed = select(rule.id).where(rule.asset_id == asset_id, ~matched.correlate_except(same).exists())
    has_rules = select(some.id).where(some.asset_id == asset_id)
    return and_(has_rules.correlate_except(some).exists(), ~closed.correlate_except(rule).exists())


def has_opened(
    user_id: ColumnElement[int], version_id: ColumnElement[int] | InstrumentedAttribute[int]
) -> ColumnElement[bool]:
    """The person has viewed or downloaded the version."""
    seen = [
        select(table.id)
        .where(table.viewer_id == Viewer.viewer_id, table.version_id == version_id)
        .correlate_except(table)
        .exists()
        for table in (View, ViewEvent, Download)
    ]
    mine = select(Viewer.viewer_id).where(Viewer.user_id == user_id, or_(*seen))
    return mine.correlate_except(Viewer).exists()


def is_open_to_its_audience() -> tuple[ColumnElement[bool], ...]:
    """Conditions on `Asset` and its current `AssetVersion` that hold whoever reads; without the expiry."""
    return (
        Asset.state == AssetState.PUBLISHED,
        Asset.hidden_at.is_(None),
        AssetVersion.id == Asset.current_version_id,
        AssetVersion.processing == Processing.READY,
    )


def _matches(people: Subquery, rule: type[AudienceRule]) -> ColumnElement[bool]:
    own = {
        AudienceDimension.PARTNER: people.c.partner_ref,
        AudienceDimension.TIER: people.c.tier,
        AudienceDimension.TYPE: people.c.type,
        AudienceDimension.REGION: people.c.region,
        AudienceDimension.LANGUAGE: people.c.language,
    }
    one = literal(";").concat(rule.value).concat(";")
    has_category = func.replace(people.c.categories, one, "") != people.c.categories
    return or_(
        rule.dimension == AudienceDimension.ALL,
        and_(rule.dimension == AudienceDimension.CATEGORY, has_category),
        *(and_(rule.dimension == dimension, rule.value == value) for dimension, value in own.items()),
    )
