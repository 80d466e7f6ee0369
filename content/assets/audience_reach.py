"""Which people may open an asset: its audience as a condition on users, for lists of them and mails.

The other direction of `content.assets.audiences.visible_assets`; a test holds that the two agree.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from content.assets.models import Asset, AssetState, AudienceDimension
from partners.models import Organisation, PartnerTerms, User
from portal.kernel.identity import Role

PARTNERS = tuple(role for role in Role if role.is_partner)


def may_open(asset: Asset, *, at: datetime) -> ColumnElement[bool]:
    """Partners' people who can log in and for whom the asset is published at an instant."""
    is_shown = asset.state is AssetState.PUBLISHED and not asset.is_expired(at) and asset.hidden_at is None
    if not is_shown or not asset.audience:
        return false()
    values: dict[AudienceDimension, list[str]] = defaultdict(list)
    for rule in asset.audience:
        values[rule.dimension].append(rule.value)
    return and_(
        User.role.in_(PARTNERS),
        User.disabled_at.is_(None),
        User.password_hash.is_not(None),
        *(_matches(dimension, wanted, at) for dimension, wanted in sorted(values.items())),
    )


def _matches(dimension: AudienceDimension, values: list[str], at: datetime) -> ColumnElement[bool]:
    if dimension is AudienceDimension.ALL:
        return true()
    if dimension is AudienceDimension.PARTNER:
        ref = select(Organisation.ref).where(Organisation.id == User.organisation_id).scalar_subquery()
        return ref.in_(values)
    if dimension is AudienceDimension.LANGUAGE:
        return or_(
            *(
                or_(User.locale == value, User.locale.startswith(f"{value}_", autoescape=True))
                for value in values
            )
        )
    terms: dict[AudienceDimension, InstrumentedAttribute[Any]] = {
        AudienceDimension.TIER: PartnerTerms.tier,
        AudienceDimension.TYPE: PartnerTerms.type,
        AudienceDimension.REGION: PartnerTerms.region,
    }
    if dimension not in terms:
        return false()
    in_force = (
        select(func.lower(terms[dimension]))
        .where(PartnerTerms.organisation_id == User.organisation_id, PartnerTerms.valid_from <= at.date())
        .order_by(PartnerTerms.valid_from.desc())
        .limit(1)
    )
    return in_force.scalar_subquery().in_(values)
