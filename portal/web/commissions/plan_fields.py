"""What the plan editor proposes in a field: the words that partners and lines have."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from commissions.facts.fact_models import LineRevision
from partners.models import Organisation, OrganisationKind, PartnerTerms

_WORDS: dict[str, InstrumentedAttribute[str] | InstrumentedAttribute[str | None]] = {
    "tier": PartnerTerms.tier,
    "type": PartnerTerms.type,
    "region": PartnerTerms.region,
    "station": LineRevision.station,
    "product": LineRevision.product,
    "category": LineRevision.category,
}


def known_words(session: Session) -> dict[str, Sequence[str]]:
    """By the field's name, in the order of the alphabet."""
    found = {name: _distinct(session, column) for name, column in _WORDS.items()}
    partners = select(Organisation.ref).where(Organisation.kind == OrganisationKind.PARTNER)
    return found | {"partner_ref": session.scalars(partners.order_by(Organisation.ref)).all()}


def _distinct(
    session: Session, column: InstrumentedAttribute[str] | InstrumentedAttribute[str | None]
) -> list[str]:
    found = session.scalars(select(column).distinct().order_by(column))
    return [word for word in found if word]
