"""Units that finance does not count, from a file: absolute numbers by line and service day, with reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from commissions.facts.fact_models import BillingSource, DisallowedUnits, LineItem
from commissions.facts.lines import Line, lines_as_known
from commissions.imports.taking import BookTaking
from commissions.reckoning.contracted_units import contracted_days
from commissions.reckoning.counted_units import Bounds, Days, day_sums
from portal.kernel.among import among
from portal.kernel.csv_cells import read_day, read_ref, read_text, read_units
from portal.kernel.csv_files import Column, Unreadable
from portal.kernel.verdicts import ACCEPTED, SUPERSEDED, UNCHANGED, Row, Verdict, doubt


def read_disallowed(cell: str) -> int:
    """0 takes back what was disallowed before."""
    units = read_units(cell)
    if units < 0:
        raise Unreadable("Disallowed units cannot be negative; 0 takes them back.")
    return units


DISALLOWED_COLUMNS = (
    Column("line_ref", read_ref, required=True),
    Column("service_date", read_day, required=True),
    Column("units", read_disallowed, required=True),
    Column("reason", read_text, required=True),
)


@dataclass(frozen=True, slots=True)
class DisallowedRow:
    line_ref: str
    service_date: date
    units: int
    reason: str


def build_disallowed_row(values: tuple[object, ...]) -> DisallowedRow:
    line_ref, service_date, units, reason = values
    return DisallowedRow(str(line_ref), service_date, units, str(reason))  # type: ignore[arg-type]


def take_disallowed(
    session: Session, rows: Sequence[Row[DisallowedRow]], taking: BookTaking
) -> list[Verdict]:
    """Judge the rows one after the other and write all of them at once; a later row holds."""
    lines = _lines(session, {row.fact.line_ref for row in rows})
    by_id = {line.line_id: line for line in lines.values()}
    counts = day_sums(session, by_id.keys(), Bounds()) if by_id else {}
    counted = {
        line.line_ref: _counted(line, counts.get(line_id, {}), taking) for line_id, line in by_id.items()
    }
    latest = _latest(session, by_id)
    written: list[dict[str, object]] = []
    verdicts = []
    for row in rows:
        verdict = _judge(row.fact, lines, counted)
        if verdict is ACCEPTED:
            verdict = _write(row, latest, lines[row.fact.line_ref].line_id, (written, taking))
        verdicts.append(verdict)
    if written:
        session.execute(insert(DisallowedUnits), written)
    return verdicts


def _lines(session: Session, refs: set[str]) -> dict[str, Line]:
    ids = list(session.scalars(select(LineItem.id).where(LineItem.line_ref.in_(refs))))
    return {line.line_ref: line for line in lines_as_known(session, line_ids=ids).values()} if ids else {}


def _counted(line: Line, by_source: Mapping[str, Days], taking: BookTaking) -> Days:
    """What counts on each day before anything is disallowed: of the source that the line bills on."""
    if line.billing_source is BillingSource.CONTRACTED:
        return contracted_days(line, line.end_day, taking.house.calendar)
    kind = line.billing_source.value
    sources = sorted(name for name in by_source if taking.house.kind_of(name) == kind)
    return by_source[sources[0]] if sources else {}


# revision, units, reason and import
_Standing = tuple[int, int, str, int | None]


def _latest(session: Session, lines: Mapping[int, Line]) -> dict[tuple[int, date], _Standing]:
    """What stands, by line and day."""
    query = (
        select(DisallowedUnits)
        .where(among(DisallowedUnits.line_id, lines))
        .order_by(DisallowedUnits.revision)
    )
    return {
        (row.line_id, row.service_date): (row.revision, row.units, row.reason, row.import_id)
        for row in session.scalars(query)
    }


def _judge(fact: DisallowedRow, lines: Mapping[str, Line], counted: Mapping[str, Days]) -> Verdict:
    if fact.line_ref not in lines:
        return doubt("unknown_line", f"The line {fact.line_ref} is not known.")
    there = counted[fact.line_ref].get(fact.service_date, 0)
    if fact.units > there:
        said = f"{fact.units:,} units are more than the {there:,} that were counted on {fact.service_date}."
        return doubt("more_than_counted", said)
    return ACCEPTED


def _write(
    row: Row[DisallowedRow],
    latest: dict[tuple[int, date], _Standing],
    line_id: int,
    into: tuple[list[dict[str, object]], BookTaking],
) -> Verdict:
    fact, (written, taking) = row.fact, into
    revision, units, reason, said_in = latest.get((line_id, fact.service_date), (0, 0, "", None))
    if taking.was_said_since(row, said_in):
        return SUPERSEDED
    if revision and (units, reason) == (fact.units, fact.reason):
        return UNCHANGED
    latest[line_id, fact.service_date] = (revision + 1, fact.units, fact.reason, taking.import_id)
    written.append(
        {
            "line_id": line_id,
            "service_date": fact.service_date,
            "revision": revision + 1,
            "units": fact.units,
            "added_units": fact.units - units,
            "reason": fact.reason,
            "import_id": taking.import_id,
        }
    )
    return ACCEPTED
