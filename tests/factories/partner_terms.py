"""Partners as files tell of them, import by import."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from partners.partner_import import PartnerRow, take_partners
from portal.kernel.verdicts import ACCEPTED, UNCHANGED, Row, Taking
from tests.factories.books import an_import

AT = datetime(2026, 4, 3, 9, tzinfo=UTC)
ALWAYS = date.min


def told(session: Session, ref: str = "R1", **said: object) -> int:
    """A partner as a file tells of it, from the beginning where it names no day; the import's number."""
    blank = dict.fromkeys(("tier", "region", "parent_ref", "email"))
    given = blank | {"partner_ref": ref, "name": f"Partner {ref}", "type": "reseller", "minimum_payout": {}}
    given |= {"valid_from": ALWAYS} | said
    import_id = an_import(session)
    (verdict,) = take_partners(session, [Row(2, {}, PartnerRow(**given))], Taking(import_id, AT))  # type: ignore[arg-type]
    assert verdict in {ACCEPTED, UNCHANGED}
    return import_id
