"""Names and addresses as a statement prints them, kept with it so that a later change alters nothing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date

from commissions.reckoning.known_partners import DatedTerms, Named
from commissions.reckoning.plan_book import PlanBook
from partners.models import BRAND_REF


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


def letterheads(book: PlanBook, partners: Collection[str], *, on: date) -> dict[str, Letterhead]:
    """By partner ref; a payee that is no organisation any more is named by its ref."""
    brand = book.names.get(BRAND_REF, Named(""))
    return {
        ref: Letterhead(
            brand=brand.name,
            brand_address=brand.address,
            brand_email=brand.email,
            partner=book.names[ref].name if ref in book.names else ref,
            standing=_standing(book.terms_on(ref, on)),
            logo=brand.logo,
        )
        for ref in partners
    }


def _standing(terms: DatedTerms | None) -> str:
    return " ".join(filter(None, (terms.tier, terms.type))) if terms else ""
