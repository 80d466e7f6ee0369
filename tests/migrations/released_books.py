"""A small house as a release left it, table by table: what every later migration has to carry over.

`python -m tests.migrations.released_books 0001` writes it with the code at hand, at that release.
"""

from __future__ import annotations

import base64
import json
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Function, LargeBinary, MetaData, Table, func, insert, select
from sqlalchemy.orm import Session

from commissions.facts.house_rules import HouseRules
from commissions.ledger.accrual import accrue
from commissions.statements.closing import Approval, close_period
from migrations.upgrade import upgrade
from partners.interactions import log_interaction
from portal.kernel.db import make_engine, make_sessions
from portal.kernel.identity import Role
from tests.factories.accounts import a_call, an_account
from tests.factories.books import Billed, LineOf, a_plan, adopt, an_order, deliver, invoice, pay
from tests.factories.library import a_found_asset
from tests.factories.people import a_brand, a_partner, an_identity

FOLDER = Path(__file__).parent / "releases"
MARCH, APRIL = (date(2026, 3, 1), date(2026, 3, 31)), (date(2026, 4, 1), date(2026, 4, 30))
HOUSE = HouseRules()


def a_house(session: Session) -> None:
    """Two partners, two currencies, a closed month, a restatement, a credit note, content and a call."""
    brand, gold, silver = a_brand(session), a_partner(session, "R1"), a_partner(session, "R2", tier="silver")
    people = Approval(
        an_identity(session, brand, Role.FINANCE), an_identity(session, brand, Role.FINANCE_APPROVER)
    )
    adopt(session, a_plan())
    split = {"R1": "60", "R2": "40"}
    an_order(session, "IO-1", LineOf("L1", split=split, days=MARCH), LineOf("L2", split=split, days=MARCH))
    an_order(session, "IO-2", LineOf("L3", rate="900", days=APRIL), partner="R2", currency="JPY")
    deliver(session, "L1", date(2026, 3, 5), 90)
    deliver(session, "L2", date(2026, 3, 6), 120)
    close_period(session, "2026-03", approval=people, at=datetime(2026, 4, 8, 9, tzinfo=UTC), house=HOUSE)
    deliver(session, "L1", date(2026, 3, 5), 80)
    deliver(session, "L3", date(2026, 4, 9), 40)
    invoice(session, "INV-1", Billed("L1", net=382_500, units=90), on=date(2026, 4, 3))
    back = Billed("L1", net=21_250, units=5, service_month=date(2026, 3, 1))
    invoice(session, "CN-1", back, on=date(2026, 4, 10), credits_invoice="INV-1")
    pay(session, "PAY-1", "INV-1", 100_000, on=date(2026, 4, 20))
    accrue(session, at=datetime(2026, 4, 30, 9, tzinfo=UTC), house=HOUSE)
    a_found_asset(session, "Case study", "One page", "Another", audience="tier:gold")
    at = datetime(2026, 4, 12, 9, tzinfo=UTC)
    for partner in (gold, silver):
        account = an_account(session, partner, ref=f"{partner.ref}-1")
        log_interaction(session, an_identity(session, partner), account.ref, a_call(at), at=at)


def rows_of(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table but Alembic's own, in the order in which they can be put back."""
    metadata = MetaData()
    metadata.reflect(connection)
    tables = [table for table in metadata.sorted_tables if table.name != "alembic_version"]
    found = {
        table.name: [dict(row) for row in connection.execute(select(table)).mappings()] for table in tables
    }
    return {name: rows for name, rows in found.items() if rows}


def put_back(connection: Connection, release: str) -> None:
    """Fill a database that stands at the release's migration."""
    metadata = MetaData()
    metadata.reflect(connection)
    stored = json.loads((FOLDER / f"{release}.json").read_text(encoding="utf-8"))
    for name, rows in stored.items():
        table = metadata.tables[name]
        connection.execute(insert(table), [_typed(table, row) for row in rows])
        if connection.dialect.name == "postgresql" and isinstance(rows[0].get("id"), int):
            connection.execute(select(_count_on(name, max(row["id"] for row in rows))))


def _count_on(table: str, last: int) -> Function[int]:
    """The next row of a table gets the next number, as if its rows had been inserted one by one."""
    return func.setval(func.pg_get_serial_sequence(table, "id"), last)


def _typed(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    readers: dict[type, Callable[[str], object]] = {
        datetime: _instant,
        date: date.fromisoformat,
        bytes: base64.b64decode,
    }
    found = {}
    for name, value in row.items():
        kind = bytes if isinstance(table.c[name].type, LargeBinary) else table.c[name].type.python_type
        read = readers.get(kind)
        found[name] = value if read is None or value is None else read(value)
    return found


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _plain(value: object) -> str:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    assert isinstance(value, date)
    return value.isoformat()


def main(release: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{folder}/house.db")
        upgrade(engine)
        with make_sessions(engine)() as session:
            session.connection(execution_options={"writes": True})
            a_house(session)
            session.flush()
            stored = rows_of(session.connection())
    text = json.dumps(stored, default=_plain, indent=1, sort_keys=False)
    (FOLDER / f"{release}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
