"""Partners from a file: organisations by ref, and what they are from a day on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from partners.models import Organisation, OrganisationKind, PartnerTerms, PastTerms
from partners.people import is_address
from portal.kernel.csv_cells import (
    minor_units,
    or_default,
    or_none,
    read_amount,
    read_currency,
    read_day,
    read_ref,
    read_text,
)
from portal.kernel.csv_files import Column, Unreadable
from portal.kernel.verdicts import ACCEPTED, SUPERSEDED, UNCHANGED, Row, Taking, Verdict, doubt

# from the beginning: a row of a file that names no day
ALWAYS = date.min
HIGHEST_TREE = 20


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """A row of partners.csv; `minimum_payout` maps currencies to minor units."""

    partner_ref: str
    name: str
    type: str
    tier: str | None
    region: str | None
    parent_ref: str | None
    email: str | None
    minimum_payout: Mapping[str, int]
    valid_from: date
    category: str | None = None


def read_categories(cell: str) -> str:
    """Refs in lower case, each once, of "Auto;Retail"."""
    return ";".join(sorted({read_ref(part.strip()).lower() for part in cell.split(";") if part.strip()}))


def read_minimum(cell: str) -> Mapping[str, int]:
    """Minor units by currency, of "USD:25;JPY:3000"."""
    found: dict[str, int] = {}
    for part in cell.split(";"):
        code, _, amount = part.strip().partition(":")
        currency = read_currency(code)
        if currency in found:
            raise Unreadable(f"{currency} stands in it twice.")
        found[currency] = minor_units(read_amount(amount), currency)
        if found[currency] < 0:
            raise Unreadable("A minimum cannot be negative.")
    return found


def read_address(cell: str) -> str:
    """Where notices of changed bank data go, so it has to be one."""
    address = read_text(cell)
    if not is_address(address):
        raise Unreadable("It is not an e-mail address.")
    return address


COLUMNS = (
    Column("partner_ref", read_ref, required=True),
    Column("name", read_text, required=True),
    Column("type", or_default(read_ref, "reseller")),
    Column("tier", or_none(read_ref)),
    Column("region", or_none(read_ref)),
    Column("parent_ref", or_none(read_ref)),
    Column("email", or_none(read_address)),
    Column("minimum_payout", or_default(read_minimum, {})),
    Column("valid_from", or_default(read_day, ALWAYS)),
    Column("category", or_none(read_categories)),
)


def build_partner(values: tuple[object, ...]) -> PartnerRow:
    return PartnerRow(*values)  # type: ignore[arg-type]


def take_partners(session: Session, rows: Sequence[Row[PartnerRow]], taking: Taking) -> list[Verdict]:
    """Create and change organisations. An unknown parent, or one in a circle, is doubted."""
    facts = [row.fact for row in rows]
    refs = {fact.partner_ref for fact in facts} | {fact.parent_ref for fact in facts if fact.parent_ref}
    known = organisations_by_ref(session, refs)
    words = _known_words(session) if not taking.judging_again else None
    verdicts: dict[int, Verdict] = {}
    for place in _parents_first(facts, set(known)):
        verdicts[place] = _take(session, rows[place], known, taking)
    session.flush()
    if words is not None:
        taking.notes += _new_words(words, facts)
    return [verdicts[place] for place in range(len(facts))]


def _parents_first(facts: Sequence[PartnerRow], there: set[str]) -> Iterator[int]:
    """Places of the rows in their order, but a partner after the parent that the same file brings."""
    waiting = list(range(len(facts)))
    while waiting:
        coming = {facts[place].partner_ref for place in waiting} - there
        ready = [place for place in waiting if facts[place].parent_ref not in coming]
        # what is left stands in a circle, and is doubted
        ready = ready or waiting
        yield from ready
        there |= {facts[place].partner_ref for place in ready}
        waiting = sorted(set(waiting) - set(ready))


def organisations_by_ref(session: Session, refs: Iterable[str]) -> dict[str, Organisation]:
    query = (
        select(Organisation)
        .where(Organisation.ref.in_(sorted(refs)))
        .options(selectinload(Organisation.terms))
    )
    return {organisation.ref: organisation for organisation in session.scalars(query)}


def _take(session: Session, row: Row[PartnerRow], known: dict[str, Organisation], taking: Taking) -> Verdict:
    fact = row.fact
    organisation = known.get(fact.partner_ref)
    if organisation is not None:
        since = [terms for terms in organisation.terms if taking.was_said_since(row, terms.import_id)]
        if any(terms.valid_from == fact.valid_from for terms in since):
            return SUPERSEDED
        if since:
            fact = replace(fact, name=organisation.name, email=organisation.email)
    doubted = _doubt(session, fact, known, taking)
    if doubted is not None:
        return doubted
    if organisation is None:
        known[fact.partner_ref] = _new(session, fact, taking)
        return ACCEPTED
    return ACCEPTED if _change(session, organisation, fact, taking) else UNCHANGED


def _doubt(
    session: Session, fact: PartnerRow, known: Mapping[str, Organisation], taking: Taking
) -> Verdict | None:
    organisation = known.get(fact.partner_ref)
    if organisation is not None and organisation.kind is OrganisationKind.BRAND:
        return doubt("own_ref", f"{fact.partner_ref} is the brand itself, not a partner.")
    if fact.parent_ref is not None and fact.parent_ref not in known:
        return doubt("unknown_partner", f"The parent {fact.parent_ref} is not known.")
    if fact.parent_ref is not None and _is_circle(session, fact):
        return doubt("parent_circle", f"{fact.parent_ref} stands below {fact.partner_ref} already.")
    if _says_otherwise(fact, taking):
        said = f"Another row of this file says something else of {fact.partner_ref}."
        return doubt("partner_differs", said)
    return None


def _new(session: Session, fact: PartnerRow, taking: Taking) -> Organisation:
    organisation = Organisation(ref=fact.partner_ref, name=fact.name, email=fact.email, created_at=taking.at)
    organisation.terms.append(_terms(fact, taking))
    session.add(organisation)
    session.flush()
    return organisation


def _says_otherwise(fact: PartnerRow, taking: Taking) -> bool:
    """Whether an earlier row of the file says something else of the same partner (and day)."""
    person = f"{fact.name}\x1f{fact.email or ''}"
    named = f"{fact.partner_ref} named"
    dated = f"{fact.partner_ref} {fact.valid_from}"
    return taking.seen.setdefault(named, person) != person or taking.seen.setdefault(
        dated, repr(fact)
    ) != repr(fact)


def _is_circle(session: Session, fact: PartnerRow) -> bool:
    above = fact.parent_ref
    for _ in range(HIGHEST_TREE):
        if above is None:
            return False
        if above == fact.partner_ref:
            return True
        above = session.scalar(
            select(PartnerTerms.parent_ref)
            .join(Organisation)
            .where(Organisation.ref == above)
            .order_by(PartnerTerms.valid_from.desc())
            .limit(1)
        )
    return True


def _terms(fact: PartnerRow, taking: Taking) -> PartnerTerms:
    return PartnerTerms(
        import_id=taking.import_id,
        valid_from=fact.valid_from,
        **_said(fact),
    )


def _change(session: Session, organisation: Organisation, fact: PartnerRow, taking: Taking) -> bool:
    changed = organisation.name != fact.name or (fact.email is not None and organisation.email != fact.email)
    organisation.name = fact.name
    organisation.email = fact.email or organisation.email
    standing = next((terms for terms in organisation.terms if terms.valid_from == fact.valid_from), None)
    if standing is None:
        organisation.terms.append(_terms(fact, taking))
        return True
    before, wanted = _said(standing), _said(fact)
    if before != wanted:
        session.add(_past(standing, taking))
        standing.import_id = taking.import_id
        for name, value in wanted.items():
            setattr(standing, name, value)
    session.flush()
    return changed or before != wanted


def _said(terms: PartnerTerms | PartnerRow) -> dict[str, Any]:
    names = ("type", "tier", "region", "category", "parent_ref", "minimum_payout")
    return {name: getattr(terms, name) for name in names}


def _past(standing: PartnerTerms, taking: Taking) -> PastTerms:
    """What closed months, and accruals made again, knew of it."""
    return PastTerms(
        organisation_id=standing.organisation_id,
        import_id=standing.import_id,
        valid_from=standing.valid_from,
        replaced_in=taking.import_id,
        **_said(standing),
    )


def _known_words(session: Session) -> dict[str, set[str]]:
    rows = session.execute(select(PartnerTerms.tier, PartnerTerms.region, PartnerTerms.type).distinct()).all()
    return {
        "tier": {row.tier for row in rows if row.tier},
        "region": {row.region for row in rows if row.region},
        "type": {row.type for row in rows} | {"reseller"},
    }


def _new_words(words: dict[str, set[str]], facts: Iterable[PartnerRow]) -> list[str]:
    notes = []
    for fact in facts:
        for name, value in (("tier", fact.tier), ("region", fact.region), ("type", fact.type)):
            if value is not None and value not in words[name]:
                words[name].add(value)
                notes.append(f"New {name}: {value}.")
    return notes
