"""Make-good debt that will not be made good: written off by two people, with a reason (2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from commissions.adjustments.adjusting import Signed
from commissions.facts.book_lock import lock_books
from commissions.facts.fact_models import DebtWriteOff, LineItem
from commissions.facts.import_models import ImportFile, ImportKind, ImportOutcome
from commissions.reckoning.line_facts import Horizon, known_lines
from commissions.reckoning.make_goods import open_debt
from commissions.reckoning.plan_book import plan_book
from commissions.reckoning.reckoning import reckon
from portal.kernel.activity import record
from portal.kernel.errors import NotFound, Refusal


class NothingToWriteOff(Refusal):
    """The line owes fewer units than are to be written off."""

    def __init__(self, line_ref: str, units: int, debt: int) -> None:
        super().__init__(
            f"{line_ref} owes {debt:,} units; {units:,} cannot be written off."
            if units > 0
            else "Give a number of units above 0."
        )


class WriteOffNeedsReason(Refusal):
    def __init__(self) -> None:
        super().__init__("Give a reason for what is written off.")


@dataclass(frozen=True, slots=True)
class WritingOff:
    """Units of a line's make-good debt that are owed no more from a day on."""

    line_ref: str
    units: int
    reason: str
    written_off_on: date


def write_off_debt(session: Session, wanted: WritingOff, signed: Signed) -> DebtWriteOff:
    """Record it as a fact; the next accrual knows it.

    Raises SamePerson, NotFound, WriteOffNeedsReason, NothingToWriteOff.
    """
    signed.check()
    if not wanted.reason.strip():
        raise WriteOffNeedsReason
    lock_books(session)
    line_id = session.scalar(select(LineItem.id).where(LineItem.line_ref == wanted.line_ref))
    if line_id is None:
        raise NotFound
    debt = debt_of(session, line_id, signed)
    if not 0 < wanted.units <= debt:
        raise NothingToWriteOff(wanted.line_ref, wanted.units, debt)
    made = DebtWriteOff(
        line_id=line_id,
        units=wanted.units,
        reason=wanted.reason.strip(),
        written_off_on=wanted.written_off_on,
        recorded_at=signed.at,
        recorded_by=signed.by,
        approved_by=signed.approved_by,
        import_id=_as_import(session, wanted, signed),
    )
    session.add(made)
    session.flush()
    subject = ("line", wanted.line_ref)
    record(session, "debt_written_off", subject, at=signed.at, by=signed.by, units=wanted.units)
    return made


def debt_of(session: Session, line_id: int, signed: Signed) -> int:
    """Units that the line owes, or that are still to come, on all facts known now."""
    horizon = Horizon(signed.house, plan_book(session), signed.house.business_day(signed.at))
    known = next(iter(known_lines(session, [line_id], horizon)))
    if known.facts is None or known.line.makegood_for is not None:
        return 0
    reckoned = reckon([known.facts])[0]
    if not reckoned.worth:
        return open_debt(known.facts, aired=0, credited=0, made_good=0)
    last = reckoned.worth[-1]
    aired = last.delivered - last.disallowed
    return open_debt(known.facts, aired=aired, credited=last.credited, made_good=last.made_good)


def _as_import(session: Session, wanted: WritingOff, signed: Signed) -> int:
    """What is known is told by the numbers of imports, so this fact has one too."""
    if signed.import_id is not None:
        return signed.import_id
    said = f"{wanted.line_ref} {wanted.units} {wanted.written_off_on} {wanted.reason}"
    made = ImportFile(
        kind=ImportKind.WRITE_OFFS,
        source="",
        file_name=f"write-off of {wanted.line_ref}",
        sha256=sha256(said.encode()).hexdigest(),
        imported_at=signed.at,
        imported_by=signed.by,
        approved_by=signed.approved_by,
    )
    session.add(made)
    session.flush()
    counts = dict.fromkeys(("unchanged", "superseded", "quarantined", "bad"), 0)
    session.add(ImportOutcome(import_id=made.id, rows=1, accepted=1, **counts))
    return made.id
