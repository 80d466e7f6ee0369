"""Names and addresses as a statement prints them, kept with it so that a later change alters nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from partners.models import BRAND_REF, Organisation


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who states, and to whom. `standing` is tier and type of the partner, "gold reseller".

    `logo` is the SHA-256 of the brand's logo among the blobs, empty where it has none.
    """

    brand: str
    brand_address: str
    brand_email: str
    partner: str
    standing: str
    logo: str = ""

    def as_json(self) -> dict[str, str]:
        return asdict(self)


def nobody(ref: str) -> Letterhead:
    """Of a payee to whom nothing is stated."""
    return Letterhead(brand="", brand_address="", brand_email="", partner=ref, standing="")


def organisations_of(session: Session, partners: Collection[str]) -> dict[str, Organisation]:
    """The partners and the brand by ref, with their terms."""
    query = (
        select(Organisation)
        .where(Organisation.ref.in_([*partners, BRAND_REF]))
        .options(selectinload(Organisation.terms))
    )
    return {organisation.ref: organisation for organisation in session.scalars(query)}


def letterheads(
    there: Mapping[str, Organisation], partners: Collection[str], *, on: date
) -> dict[str, Letterhead]:
    """By partner ref; a payee that is no organisation any more is named by its ref."""
    brand = there.get(BRAND_REF)
    return {
        ref: Letterhead(
            brand=brand.name if brand else "",
            brand_address=(brand.address or "") if brand else "",
            brand_email=(brand.email or "") if brand else "",
            partner=there[ref].name if ref in there else ref,
            standing=_standing(there.get(ref), on),
            logo=(brand.logo_sha256 or "") if brand else "",
        )
        for ref in partners
    }


def _standing(partner: Organisation | None, on: date) -> str:
    terms = partner.terms_on(on) if partner else None
    return " ".join(filter(None, (terms.tier, terms.type))) if terms else ""
