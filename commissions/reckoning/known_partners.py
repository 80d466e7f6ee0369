"""What partners are from which day on, as known now or after an import, and how they are named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from partners.models import Organisation, PartnerTerms, PastTerms


@dataclass(frozen=True, slots=True)
class DatedTerms:
    """What a partner is from a day on."""

    valid_from: date
    type: str
    tier: str | None
    region: str | None
    parent_ref: str | None = None
    # currency -> minor units
    minimum_payout: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Named:
    """An organisation as a document names it; `logo` is the SHA-256 of a blob."""

    name: str
    address: str = ""
    email: str = ""
    logo: str = ""


def known_partners(
    session: Session, known_through: int | None
) -> tuple[dict[str, tuple[DatedTerms, ...]], dict[str, Named]]:
    """Terms as known then and names as of now, by ref."""
    query = (
        select(
            Organisation.ref,
            Organisation.name,
            Organisation.address,
            Organisation.email,
            Organisation.logo_sha256,
            *_dated(PartnerTerms),
        )
        .outerjoin(
            PartnerTerms,
            and_(PartnerTerms.organisation_id == Organisation.id, _was_known(PartnerTerms, known_through)),
        )
        .order_by(Organisation.ref, PartnerTerms.valid_from)
    )
    terms: dict[str, list[DatedTerms]] = {}
    names: dict[str, Named] = {}
    for ref, name, address, email, logo, *dated in session.execute(query):
        names[ref] = Named(name, address or "", email or "", logo or "")
        if dated[0] is not None:
            terms.setdefault(ref, []).append(DatedTerms(*dated))
    for ref, past in _replaced_since(session, known_through):
        terms[ref] = sorted([*terms.get(ref, ()), past], key=attrgetter("valid_from"))
    return {ref: tuple(rows) for ref, rows in terms.items()}, names


def _replaced_since(session: Session, known_through: int | None) -> Iterator[tuple[str, DatedTerms]]:
    """Terms that were known then and that a later import replaced."""
    if known_through is None:
        return
    query = (
        select(Organisation.ref, *_dated(PastTerms))
        .join(PastTerms, PastTerms.organisation_id == Organisation.id)
        .where(_was_known(PastTerms, known_through), PastTerms.replaced_in > known_through)
    )
    for ref, *dated in session.execute(query):
        yield ref, DatedTerms(*dated)


def _dated(table: type[PartnerTerms | PastTerms]) -> tuple[InstrumentedAttribute[Any], ...]:
    """The columns of DatedTerms."""
    return (
        table.valid_from,
        table.type,
        table.tier,
        table.region,
        table.parent_ref,
        table.minimum_payout,
    )


def _was_known(table: type[PartnerTerms | PastTerms], known_through: int | None) -> ColumnElement[bool]:
    if known_through is None:
        return true()
    return or_(table.import_id.is_(None), table.import_id <= known_through)
