"""The brand as its documents name it: name, address, mail address and logo."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from partners.models import BRAND_REF, Organisation
from portal.kernel.errors import NotFound, Refusal


class BrandNeedsName(Refusal):
    """Documents cannot go out in nobody's name."""

    def __init__(self) -> None:
        super().__init__("The brand needs a name.")


@dataclass(frozen=True, slots=True)
class BrandWords:
    """As typed; `logo_sha256` is a blob of a clean PNG, or none."""

    name: str
    address: str
    email: str
    logo_sha256: str | None


def the_brand(session: Session) -> Organisation:
    """Raises NotFound before anybody belongs to it."""
    found = session.scalar(select(Organisation).where(Organisation.ref == BRAND_REF))
    if found is None:
        raise NotFound
    return found


def describe_brand(session: Session, words: BrandWords) -> Organisation:
    """Documents from now on say this; issued statements keep what they said. Raises BrandNeedsName."""
    brand = the_brand(session)
    if not words.name.strip():
        raise BrandNeedsName
    brand.name = words.name.strip()[:200]
    brand.address = words.address.strip()[:500] or None
    brand.email = words.email.strip()[:254] or None
    brand.logo_sha256 = words.logo_sha256
    session.flush()
    return brand
