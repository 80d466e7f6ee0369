"""Partners among the organisations: their names, and which refs are theirs."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from partners.models import Organisation, OrganisationKind


def partner_names(session: Session) -> dict[str, str]:
    """Every partner's name by ref, in the order of the names."""
    query = (
        select(Organisation.ref, Organisation.name)
        .where(Organisation.kind == OrganisationKind.PARTNER)
        .order_by(Organisation.name, Organisation.ref)
    )
    return {row.ref: row.name for row in session.execute(query)}


def partners_among(session: Session, refs: Collection[str]) -> set[str]:
    """Those of the refs that are partners'."""
    query = select(Organisation.ref).where(
        Organisation.ref.in_(refs), Organisation.kind == OrganisationKind.PARTNER
    )
    return set(session.scalars(query))


def partner_of(session: Session, ref: str) -> Organisation | None:
    return session.scalar(
        select(Organisation).where(Organisation.ref == ref, Organisation.kind == OrganisationKind.PARTNER)
    )
