"""What the bank says of payouts, from a file: confirmed, or returned and owed again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from commissions.imports.taking import BookTaking
from commissions.ledger.journal import Journal
from commissions.ledger.quarantine import DAY_TO_COME
from commissions.payouts.payout_models import Payout, PayoutEvent, PayoutStatus
from commissions.payouts.payouts import posting_days, transfer_of
from portal.kernel.csv_cells import choice_of, or_none, read_day, read_ref, read_text
from portal.kernel.csv_files import Column
from portal.kernel.verdicts import ACCEPTED, UNCHANGED, Row, Verdict, doubt

STATUSES = (PayoutStatus.CONFIRMED, PayoutStatus.RETURNED)
PAYOUT_STATUS_COLUMNS = (
    Column("payout_ref", read_ref, required=True),
    Column("status", choice_of(STATUSES), required=True),
    Column("on", read_day, required=True),
    Column("reason", or_none(read_text)),
)


@dataclass(frozen=True, slots=True)
class StatusRow:
    """A row of the bank's answer."""

    payout_ref: str
    status: PayoutStatus
    on: date
    reason: str | None


def build_status_row(values: tuple[object, ...]) -> StatusRow:
    ref, status, on, reason = values
    assert isinstance(on, date)
    return StatusRow(str(ref), PayoutStatus(str(status)), on, None if reason is None else str(reason))


def take_statuses(session: Session, rows: Sequence[Row[StatusRow]], taking: BookTaking) -> list[Verdict]:
    """Judge the rows of each payout by their day; what is believed is posted at once."""
    refs = {row.fact.payout_ref for row in rows}
    query = select(Payout).where(Payout.payout_ref.in_(refs))
    known = {
        payout.payout_ref: payout
        for payout in session.scalars(query.options(selectinload(Payout.events), selectinload(Payout.batch)))
    }
    journal = Journal(session)
    found = {
        place: _take(session, rows[place].fact, known, journal, taking)
        for place in _by_day([row.fact for row in rows])
    }
    journal.write()
    session.flush()
    return [found[place] for place in range(len(rows))]


def _by_day(facts: Sequence[StatusRow]) -> list[int]:
    """Places in the order in which rows are taken: those of one payout by day, confirmed before returned."""
    of_payout: dict[str, list[int]] = {}
    for place, fact in enumerate(facts):
        of_payout.setdefault(fact.payout_ref, []).append(place)
    order = list(range(len(facts)))
    for places in of_payout.values():
        by_day = sorted(places, key=lambda place: (facts[place].on, STATUSES.index(facts[place].status)))
        for place, taken in zip(places, by_day, strict=True):
            order[place] = taken
    return order


def _take(
    session: Session, fact: StatusRow, known: dict[str, Payout], journal: Journal, taking: BookTaking
) -> Verdict:
    payout = known.get(fact.payout_ref)
    if payout is None:
        return doubt("unknown_payout", f"The payout {fact.payout_ref} is not known.")
    verdict = _judge(fact, payout)
    if verdict is ACCEPTED and fact.on > taking.house.newest_day(taking.at):
        return doubt(DAY_TO_COME, f"{fact.on} has not come yet, so the bank cannot have answered on it.")
    if verdict is ACCEPTED:
        days = posting_days(session, fact.on, taking.house)
        payout.events.append(
            PayoutEvent(
                status=fact.status,
                happened_on=fact.on,
                reason=fact.reason,
                entry=journal.enter(transfer_of(payout, fact.status, days=days, on=fact.on), days),
                import_id=taking.import_id,
                recorded_at=taking.at,
            )
        )
    return verdict


def _judge(fact: StatusRow, payout: Payout) -> Verdict:
    """A bank may confirm and return later (an account that was closed); what came back stays back."""
    ref, latest = fact.payout_ref, payout.latest
    said = next((event for event in payout.events if event.status is fact.status), None)
    if said is not None:
        if (said.happened_on, said.reason) == (fact.on, fact.reason):
            return UNCHANGED
        return doubt("other_content", f"The payout {ref} was {said.status.value} before, with other content.")
    day = latest.happened_on.isoformat()
    if latest.status is PayoutStatus.RETURNED:
        return doubt("other_status", f"The payout {ref} was returned on {day}, so it cannot be confirmed.")
    if fact.on < latest.happened_on:
        return doubt(
            "before_payout", f"The payout {ref} was {latest.status.value} on {day}, after this answer."
        )
    return ACCEPTED
