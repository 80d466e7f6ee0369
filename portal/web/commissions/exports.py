"""A month's files in one archive: statements, lines, PDFs, spreadsheet and control file."""

from __future__ import annotations

import io
import zipfile

from flask import Response

from commissions.ledger.periods import period
from commissions.statements.exports import period_files
from portal.kernel.activity import record
from portal.kernel.db import transaction
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.commissions.blueprint import blueprint
from portal.web.context import db, identity, now, services
from portal.web.downloads import download
from portal.web.house import house

# a fixed moment, so that the archive is the same bytes whenever it is made
MADE_AT = (1980, 1, 1, 0, 0, 0)


@blueprint.get("/months/<ref>/export")
@requires(Permission.MONTH_READ)
def export(ref: str) -> Response:
    found = period(db(), ref)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in period_files(db(), found, house(), blobs=services().blobs):
            archive.writestr(zipfile.ZipInfo(file.name, MADE_AT), file.content)
    with transaction(services().sessions) as session:
        record(session, "exported", ("period", ref), at=now(), by=identity())
    mark = "" if found.is_closed else "-draft"
    return download(f"statements-{ref}{mark}.zip", packed.getvalue(), "application/zip")
