"""Files that wait for a second person: kept as they came, and imported once somebody else approves."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy.orm import Session

from commissions.approvals.approval_models import Proposal, ProposalKind
from commissions.approvals.approvals import Decision, Wanted, propose
from commissions.facts.import_models import ImportKind
from commissions.imports.file_import import import_within
from commissions.imports.importing import ImportReport, ImportRequest
from portal.kernel.errors import Conflict, Refusal
from portal.kernel.identity import Identity
from portal.kernel.ports import BlobNotStored, BlobStore

SHOWN_ROWS = 20
SHOWN_BYTES = 64 * 1024
_NAMES = {
    ImportKind.PLANS: "plan",
    ImportKind.ADJUSTMENTS: "adjustments",
    ImportKind.DISALLOWED: "disallowed units",
    ImportKind.DELIVERIES: "manual counts",
    ImportKind.INVOICES: "invoices and credit notes",
}


class NothingNew(Conflict):
    def __init__(self) -> None:
        super().__init__("Every row of this file stands as it says already. Reject it; nothing was imported.")


class FileNotReadable(Conflict):
    def __init__(self) -> None:
        super().__init__("The file cannot be read any more, so nothing was imported. Reject it.")


class FileGone(Refusal):
    status = 500

    def __init__(self) -> None:
        super().__init__("The file is not in the store. Nothing was imported.")


@dataclass(frozen=True, slots=True)
class WaitingFile:
    """A file in the blob store, and how it is to be imported."""

    kind: ImportKind
    sha256: str
    file_name: str
    source: str = ""
    partial: bool = False


def file_of(payload: Mapping[str, Any]) -> WaitingFile | None:
    """The file of a proposal, where it has one."""
    kept = payload.get("file")
    return WaitingFile(**{**kept, "kind": ImportKind(kept["kind"])}) if kept else None


def propose_file(
    session: Session,
    kind: ProposalKind,
    file: WaitingFile,
    *,
    shown: Mapping[str, Any],
    by: tuple[Identity, datetime],
) -> Proposal:
    """Ask a second person to let the file in. `shown` holds figures and the reason, as Proposal has them."""
    title = f"Import {_NAMES.get(file.kind, file.kind.value)} from {file.file_name}"
    payload = {"file": {**asdict(file), "kind": file.kind.value}, **shown}
    return propose(session, Wanted(kind, title, payload), by=by[0], at=by[1])


def figures_of_check(report: ImportReport) -> dict[str, str]:
    """What a check of the file found, for people."""
    counts = {
        "Rows": report.rows,
        "New": report.accepted,
        "Unchanged": report.unchanged,
        "Older than what is known": report.superseded,
        "Not believed": report.quarantined,
        "Left out, not readable": report.bad.rows,
    }
    return {name: f"{count:,}" for name, count in counts.items() if count or name in {"Rows", "New"}}


def first_rows(blobs: BlobStore, file: WaitingFile) -> list[dict[str, str]]:
    """The first rows of a waiting CSV, by column, without empty cells; none of what is no CSV."""
    if file.kind is ImportKind.PLANS:
        return []
    try:
        start = b"".join(blobs.read_range(file.sha256, 0, min(SHOWN_BYTES, blobs.size(file.sha256))))
    except BlobNotStored:
        raise FileGone from None
    text = io.StringIO(start.decode("utf-8-sig", errors="replace"), newline="")
    rows = list(islice(csv.DictReader(text), SHOWN_ROWS + 1))
    # the last one may be cut
    whole = rows[:SHOWN_ROWS] if len(start) < SHOWN_BYTES or len(rows) > SHOWN_ROWS else rows[:-1]
    return [{name: cell for name, cell in row.items() if name and cell} for row in whole]


def import_approved(session: Session, proposal: Proposal, decision: Decision) -> str:
    """The act: import the file by its author, with the second person noted.

    Raises NothingNew, FileNotReadable, FileGone, or FieldRefused for a plan that makes no sense any more.
    """
    file = file_of(proposal.payload)
    assert file is not None
    request = ImportRequest(
        at=decision.at,
        by=str(decision.author.user_id),
        approved_by=str(decision.approver.user_id),
        file_name=file.file_name,
        source=file.source,
        partial=file.partial,
        house=decision.house,
    )
    try:
        with decision.blobs.open(file.sha256) as stream:
            report = import_within(session, file.kind, stream, request)
    except BlobNotStored:
        raise FileGone from None
    if report.already_imported:
        raise NothingNew
    if report.is_refused:
        raise FileNotReadable
    return _said(report)


def _said(report: ImportReport) -> str:
    said = [f"{report.rows:,} read, {report.accepted:,} new."]
    if report.quarantined:
        said.append(f"{report.quarantined:,} not believed: they wait under Exceptions.")
    return " ".join([*said, *report.notes])
