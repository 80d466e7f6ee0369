"""PDFs of issued statements: made once, in the background, and kept among the blobs."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, selectinload, sessionmaker

from commissions.adjustments.unpaid import unpaid_through
from commissions.ledger.ledger_models import Statement
from commissions.ledger.periods import period
from commissions.statements.documents import StatementDocument, standing_documents
from commissions.statements.letterhead import Letterhead
from commissions.statements.print_models import StatementPrint
from commissions.statements.statement_pdf import statement_inputs, statement_pdf
from commissions.statements.typesetting import typesetters
from portal.kernel.db import reading, transaction
from portal.kernel.ports import BlobNotStored, BlobStore, StoredBlob
from portal.kernel.upserts import insert_into

# statements whose PDFs are kept at once
LOT = 50
# a store's time goes into waiting for a disk or another machine
STORED_AT_ONCE = 4

T = TypeVar("T")


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
    with reading(sessions) as session:
        lacking = session.scalars(
            select(Statement.id).where(Statement.period == ref, _lacks_print()).order_by(Statement.id)
        ).all()
    if not lacking:
        return 0
    with typesetters(len(lacking)) as set_them, ThreadPoolExecutor(STORED_AT_ONCE) as storing:
        in_hand = ((lot, set_them(lot.inputs)) for lot in _lots(sessions, ref, lacking, blobs))
        # the typesetters have the next lot already when one is kept
        for lot, contents in _one_ahead(in_hand):
            stored = [storing.submit(_stored, blobs, content) for content in contents]
            _keep(sessions, lot, [one.result() for one in stored], at=clock())
    return len(lacking)


@dataclass(frozen=True, slots=True)
class _Lot:
    """Some statements that lack their PDF, with what is to be set."""

    ids: Sequence[int]
    inputs: Sequence[dict[str, str]]


def _lots(
    sessions: sessionmaker[Session], ref: str, lacking: Sequence[int], blobs: BlobStore
) -> Iterator[_Lot]:
    with reading(sessions) as session:
        standing, of = unpaid_through(session, ref), period(session, ref)
    for start in range(0, len(lacking), LOT):
        ids = lacking[start : start + LOT]
        query = select(Statement).where(Statement.id.in_(ids)).order_by(Statement.id)
        # none stays open while PDFs are made
        with reading(sessions) as session:
            statements = session.scalars(query.options(selectinload(Statement.lines))).all()
            documents = standing_documents(statements, of, standing)
            inputs = [statement_inputs(one, logo_of(one.letterhead, blobs)) for one in documents]
        yield _Lot(ids, inputs)


def _one_ahead(items: Iterable[T]) -> Iterator[T]:
    """The same items, each once the one after it is there."""
    held: list[T] = []
    for item in items:
        yield from held
        held = [item]
    yield from held


def _stored(blobs: BlobStore, content: bytes) -> StoredBlob:
    return blobs.put(io.BytesIO(content))


def _keep(sessions: sessionmaker[Session], lot: _Lot, stored: Iterable[StoredBlob], *, at: datetime) -> None:
    rows = [
        {"statement_id": statement_id, "sha256": blob.sha256, "size": blob.size, "made_at": at}
        for statement_id, blob in zip(lot.ids, stored, strict=True)
    ]
    with transaction(sessions) as session:
        # another worker may have kept its own in the meantime: the first one stays
        session.execute(
            insert_into(session, StatementPrint).on_conflict_do_nothing(
                index_elements=[StatementPrint.statement_id]
            ),
            rows,
        )


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
