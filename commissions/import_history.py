"""Which files came in, latest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from commissions.import_models import ImportFile, ImportKind
from partners.people import names_of


@dataclass(frozen=True, slots=True)
class PastImport:
    """A file with who brought it; its counts stand in `file.outcome`."""

    file: ImportFile
    by: str


def latest_imports(session: Session, *, limit: int) -> Sequence[PastImport]:
    """What was taken in lately, by whom."""
    files = session.scalars(
        select(ImportFile)
        .where(ImportFile.kind != ImportKind.JUDGED_AGAIN)
        .order_by(ImportFile.id.desc())
        .limit(limit)
        .options(joinedload(ImportFile.outcome))
    ).all()
    names = names_of(session, {file.imported_by for file in files})
    return [PastImport(file, names.get(file.imported_by, file.imported_by)) for file in files]
