"""Files of facts as text, and taking them in."""

from __future__ import annotations

import io
from datetime import UTC, datetime

from sqlalchemy.orm import Session, sessionmaker

from commissions.facts.import_models import ImportKind
from commissions.imports.file_import import import_file
from commissions.imports.importing import ImportReport, ImportRequest

NOW = datetime(2026, 5, 1, 9, 0, tzinfo=UTC)
PARTNERS = "partner_ref,name,tier\nR1,Tidewell Media,gold\nR2,Orchard Row,silver\n"
ORDERS = (
    "order_ref,signed_on,partner_ref,advertiser,agency_percent,currency,line_ref,station,first_day,last_day,"
    "pricing,rate,booked_units,split\n"
    "O1,2026-02-01,R1,Cobbler & Pine,15,USD,L1,WXYZ-FM,2026-03-01,2026-03-31,per_spot,50.00,100,R1:60;R2:40\n"
    "O1,2026-02-01,R1,Cobbler & Pine,15,USD,L2,WXYZ-FM,2026-03-01,2026-03-31,cpm,11.37,200000,\n"
)


def take(
    sessions: sessionmaker[Session], kind: str, text: str | bytes, request: ImportRequest | None = None
) -> ImportReport:
    """Import a file of this text."""
    data = text.encode() if isinstance(text, str) else text
    return import_file(sessions, ImportKind(kind), io.BytesIO(data), request or ImportRequest(at=NOW))


def take_orders(sessions: sessionmaker[Session]) -> None:
    """Two partners and one order with the lines L1 and L2, both in March."""
    take(sessions, "partners", PARTNERS)
    take(sessions, "orders", ORDERS)


def deliveries(*rows: str, header: str = "line_ref,service_date,units,revision") -> str:
    return "\n".join((header, *rows)) + "\n"
