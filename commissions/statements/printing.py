"""PDFs of issued statements: made once, in the background, and kept among the blobs."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, selectinload, sessionmaker

from commissions.ledger.ledger_models import Statement
from commissions.ledger.periods import period
from commissions.statements.documents import StatementDocument, full_documents
from commissions.statements.letterhead import Letterhead
from commissions.statements.print_models import StatementPrint
from commissions.statements.statement_pdf import statement_inputs, statement_pdf
from commissions.statements.typesetting import set_statements
from portal.kernel.db import reading, transaction
from portal.kernel.ports import BlobNotStored, BlobStore
from portal.kernel.upserts import insert_into

# statements in hand at once; each lot is kept before the next is begun
LOT = 100


@dataclass(frozen=True, slots=True)
class Press:
    """Where the PDF of a document comes from: `kept` are SHA-256 by number of statement."""

    blobs: BlobStore | None = None
    kept: Mapping[str, str] = field(default_factory=dict)

    def pdf(self, document: StatementDocument) -> bytes:
        """The kept one where it is there; otherwise it is made, with the logo of its letterhead."""
        there = None if document.is_draft else _blob(self.blobs, self.kept.get(document.number, ""))
        return there or statement_pdf(document, logo_of(document.letterhead, self.blobs))


@dataclass(frozen=True, slots=True)
class Printed:
    """How many of a period's statements have their PDF."""

    made: int
    in_all: int

    @property
    def is_done(self) -> bool:
        return self.made >= self.in_all


def press(session: Session, blobs: BlobStore | None, ref: str) -> Press:
    """For the statements of a period."""
    query = (
        select(Statement.number, StatementPrint.sha256)
        .join(StatementPrint, StatementPrint.statement_id == Statement.id)
        .where(Statement.period == ref)
    )
    return Press(blobs, {row.number: row.sha256 for row in session.execute(query)})


def printed(session: Session, ref: str) -> Printed:
    query = (
        select(func.count(StatementPrint.id), func.count(Statement.id))
        .select_from(Statement)
        .outerjoin(StatementPrint, StatementPrint.statement_id == Statement.id)
        .where(Statement.period == ref)
    )
    made, in_all = session.execute(query).one()
    return Printed(made, in_all)


def unprinted_periods(session: Session) -> Sequence[str]:
    """Periods that lack a PDF, the latest first."""
    query = select(Statement.period).where(_lacks_print()).distinct().order_by(Statement.period.desc())
    return session.scalars(query).all()


def print_statements(
    sessions: sessionmaker[Session], blobs: BlobStore, ref: str, *, clock: Callable[[], datetime]
) -> int:
    """Make and keep every PDF that a period lacks, lot by lot; how many were made. Safe to run twice."""
    made = 0
    while lot := _lot(sessions, ref, blobs):
        kept = []
        for (statement_id, _), content in zip(lot, _set(lot), strict=True):
            stored = blobs.put(io.BytesIO(content))
            kept.append({"statement_id": statement_id, "sha256": stored.sha256, "size": stored.size})
        at = clock()
        with transaction(sessions) as session:
            rows = [row | {"made_at": at} for row in kept]
            # another worker may have kept its own in the meantime: the first one stays
            session.execute(
                insert_into(session, StatementPrint).on_conflict_do_nothing(
                    index_elements=[StatementPrint.statement_id]
                ),
                rows,
            )
        made += len(lot)
    return made


_Lot = list[tuple[int, dict[str, str]]]


def _lot(sessions: sessionmaker[Session], ref: str, blobs: BlobStore) -> _Lot:
    """Statements that lack their PDF, some at once, with what is to be set."""
    lacking = select(Statement).where(Statement.period == ref, _lacks_print()).order_by(Statement.id)
    with reading(sessions) as session:
        statements = session.scalars(lacking.limit(LOT).options(selectinload(Statement.lines))).all()
        if not statements:
            return []
        documents = full_documents(session, statements, period(session, ref))
        return [
            (statement.id, statement_inputs(document, logo_of(document.letterhead, blobs)))
            for statement, document in zip(statements, documents, strict=True)
        ]


def _set(lot: _Lot) -> Iterator[bytes]:
    return set_statements((inputs for _, inputs in lot), count=len(lot))


def logo_of(letterhead: Letterhead, blobs: BlobStore | None) -> bytes | None:
    return _blob(blobs, letterhead.logo)


def _blob(blobs: BlobStore | None, sha256: str) -> bytes | None:
    if blobs is None or not sha256:
        return None
    try:
        with blobs.open(sha256) as stream:
            return stream.read()
    except BlobNotStored:
        return None


def _lacks_print() -> ColumnElement[bool]:
    return ~select(StatementPrint.id).where(StatementPrint.statement_id == Statement.id).exists()
