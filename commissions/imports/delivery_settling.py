"""Staged delivery rows become facts: one statement for rows that stand alone, a stream for the rest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import bindparam, insert, text
from sqlalchemy.orm import Session

from commissions.facts.fact_models import DeliveryRow, DeliverySource
from commissions.imports.delivery_sql import (
    ALONE_AND_NEWER,
    ALONE_ON_FRESH_DAYS,
    CHANGED_SINCE,
    DOUBTED,
    LINES,
    OVERLAP,
    REST,
    TERMS,
)
from commissions.imports.delivery_staging import drop_temp
from portal.kernel.verdicts import ACCEPTED, SUPERSEDED, UNCHANGED, Verdict, doubt

ROWS_AT_ONCE = 5_000
# a million rows are sorted by line and day in this much memory, more of them with files
SORTED_IN_MB = 64
# what SQLite takes by itself: 2 MB
SQLITE_CACHE = -2000

_SENTENCES = {
    "unknown_line": "The line {line_ref} is not known.",
    "other_station": "The line {line_ref} does not run on the station {station}.",
    "outside_flight": "{service_date} lies outside the flight of the line {line_ref}.",
    "after_cancellation": "The line {line_ref} was cancelled before {service_date}.",
    "day_to_come": "{service_date} has not come yet, so nothing was delivered on it.",
    "negative_units": "Delivered units cannot be negative.",
}


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a staged row that did not stand alone."""

    number: int
    cells: dict[str, str]
    line_ref: str
    service_date: date
    verdict: Verdict


class _Staged(NamedTuple):
    n: int
    source: str
    line_ref: str
    station: str
    service_date: date
    units: int
    revision: int
    proof_ref: str
    line_id: int | None
    source_id: int
    reason: str | None
    latest_revision: int | None
    latest_units: int | None
    same_units: int | None
    same_proof: str

    @property
    def cells(self) -> dict[str, str]:
        revision = str(self.revision) if self.revision >= 0 else ""
        given = {
            "source": self.source,
            "line_ref": self.line_ref,
            "station": self.station,
            "service_date": self.service_date.isoformat(),
            "units": str(self.units),
            "revision": revision,
            "proof_ref": self.proof_ref,
        }
        return {name: cell for name, cell in given.items() if cell}


def prepare_settling(session: Session, newest_day: date) -> None:
    """Look up the lines and sources that the staged rows name. Takes SQLite's write lock when it is free.

    Rows of days after `newest_day` are not believed.
    """
    known = set(session.scalars(text("SELECT name FROM delivery_sources")))
    named = session.scalars(text("SELECT DISTINCT source FROM staged_deliveries"))
    session.add_all([DeliverySource(name=name) for name in sorted(set(named) - known)])
    session.flush()
    drop_temp(session, "staged_lines")
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    session.execute(text(LINES if on_postgresql else f"{LINES} WITHOUT ROWID"))
    terms = text(TERMS).bindparams(bindparam("newest_day", type_=DeliveryRow.service_date.type))
    session.execute(terms, {"newest_day": newest_day})
    if on_postgresql:
        session.execute(text(f"SET LOCAL work_mem = '{SORTED_IN_MB}MB'"))
        # one sort by line and day serves the groups and the table's order; a hash of a million outgrows
        # its memory, and has to be sorted after all
        session.execute(text("SET LOCAL enable_hashagg = off"))
        session.execute(text("ANALYZE staged_deliveries"))
        session.execute(text("ANALYZE staged_lines"))
    else:
        session.execute(text(f"PRAGMA cache_size = -{SORTED_IN_MB * 1024}"))


def close_settling(session: Session) -> None:
    drop_temp(session, "staged_lines")
    if session.get_bind().dialect.name == "sqlite":
        # the connection goes back to its pool
        session.execute(text(f"PRAGMA cache_size = {SQLITE_CACHE}"))


def changed_since(session: Session) -> bool:
    """Whether any staged row is not (or no longer) the current one of its line, day and source."""
    return session.scalar(text(CHANGED_SINCE)) is not None


def settle_alone(session: Session, import_id: int) -> int:
    """Write the rows that need no second look, in one statement; how many they were."""
    is_fresh = session.scalar(text(OVERLAP)) is None
    statement = text(ALONE_ON_FRESH_DAYS if is_fresh else ALONE_AND_NEWER)
    result = session.connection().execute(statement, {"import_id": import_id})
    return int(result.rowcount)


def settle_rest(session: Session, import_id: int, *, settled_by: int | None = None) -> Iterator[Settled]:
    """Judge rows in order of arrival by line, day and source, and write those that are believed.

    `settled_by` is the import that settled those which stand alone before, if any did.
    """
    rows = _staged(session, REST, settled_by=-1 if settled_by is None else settled_by)
    believed: list[dict[str, object]] = []
    for _, group in groupby(rows, key=lambda row: (row.line_id, row.service_date, row.source_id)):
        yield from _settle_key(list(group), import_id, believed)
        if len(believed) >= ROWS_AT_ONCE:
            session.connection().execute(insert(DeliveryRow), believed)
            believed.clear()
    if believed:
        session.connection().execute(insert(DeliveryRow), believed)


def doubted_again(session: Session) -> Iterator[Settled]:
    """The staged rows that are not believed as the lines stand now."""
    for row in _staged(session, DOUBTED):
        yield Settled(row.n, row.cells, row.line_ref, row.service_date, _verdict(row, _latest(row), {}))


def _staged(session: Session, statement: str, **parameters: int) -> Iterator[_Staged]:
    rows = session.execute(
        text(statement).columns(service_date=DeliveryRow.service_date.type),
        parameters,
        execution_options={"yield_per": ROWS_AT_ONCE},
    )
    return (_Staged(*row) for row in rows)


def _settle_key(group: list[_Staged], import_id: int, believed: list[dict[str, object]]) -> Iterator[Settled]:
    latest = _latest(group[0])
    recorded: dict[int, tuple[int, str]] = {}
    for row in group:
        verdict = _verdict(row, latest, recorded)
        if verdict in {ACCEPTED, SUPERSEDED}:
            revision = row.revision if row.revision >= 0 else (latest[0] + 1 if latest else 1)
            added = row.units - (latest[1] if latest else 0) if verdict is ACCEPTED else 0
            recorded[revision] = (row.units, row.proof_ref)
            latest = (revision, row.units) if verdict is ACCEPTED else latest
            believed.append(_fact(row, revision=revision, added_units=added, import_id=import_id))
        yield Settled(row.n, row.cells, row.line_ref, row.service_date, verdict)


def _latest(row: _Staged) -> tuple[int, int] | None:
    """Revision and units that stood before the file."""
    return None if row.latest_revision is None else (row.latest_revision, row.latest_units or 0)


def _verdict(row: _Staged, latest: tuple[int, int] | None, recorded: dict[int, tuple[int, str]]) -> Verdict:
    before = _said_before(row, latest, recorded)
    # the station is not kept with a count, so a row for another one is never the same
    if before == (row.units, row.proof_ref) and row.reason != "other_station":
        return UNCHANGED
    if row.reason is not None:
        return doubt(row.reason, _SENTENCES[row.reason].format(**row._asdict()))
    if row.revision < 0:
        return ACCEPTED
    if before is not None:
        return _other_content(row)
    return ACCEPTED if latest is None or row.revision > latest[0] else SUPERSEDED


def _said_before(
    row: _Staged, latest: tuple[int, int] | None, recorded: dict[int, tuple[int, str]]
) -> tuple[int, str] | None:
    """Units and proof under the row's revision; without one the latest units, whatever proved them."""
    if row.revision < 0:
        return None if latest is None else (latest[1], row.proof_ref)
    stored = None if row.same_units is None else (row.same_units, row.same_proof)
    return recorded.get(row.revision, stored)


def _other_content(row: _Staged) -> Verdict:
    which = f"Revision {row.revision} of the line {row.line_ref} on {row.service_date}"
    return doubt("other_content", f"{which} said something else before.")


def _fact(row: _Staged, *, revision: int, added_units: int, import_id: int) -> dict[str, object]:
    return {
        "line_id": row.line_id,
        "service_date": row.service_date,
        "source_id": row.source_id,
        "revision": revision,
        "units": row.units,
        "added_units": added_units,
        "proof_ref": row.proof_ref or None,
        "import_id": import_id,
    }
