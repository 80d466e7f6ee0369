"""Import, accrual and close at the same moment give the result of one after the other (property 27)."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import permutations
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from commissions.checking.checking import broken_rules
from commissions.facts.house_rules import HouseRules
from commissions.facts.import_models import ImportKind
from commissions.imports.file_import import import_file
from commissions.imports.importing import ImportRequest
from commissions.ledger.accrual import accrue
from commissions.ledger.ledger_models import LedgerEntry, Statement
from commissions.statements.closing import close_period
from portal.kernel.db import make_engine, make_sessions, reading, transaction
from tests.factories.closed_months import the_worked_example, two_people
from tests.factories.waiting_processes import ACCRUE, CLOSE, START, at_once, start
from tests.fixtures.databases import PostgresqlServer
from tests.profiles import SOAK

AT = datetime(2026, 4, 8, tzinfo=UTC)
COUNTS = "line_ref,service_date,units\nL1,2026-03-05,80\nL1,2026-03-07,15\nL2,2026-03-06,183912\n"
IMPORT = (
    START
    + f"""
import io
from commissions.imports.file_import import import_file
from commissions.facts.import_models import ImportKind
from commissions.imports.importing import ImportRequest
data = {COUNTS!r}.encode()
print(import_file(sessions, ImportKind.DELIVERIES, io.BytesIO(data), ImportRequest(at=at)).accepted)
"""
)
Sessions = sessionmaker[Session]


def result(sessions: Sessions) -> Any:
    """What was stated and where every amount stands; not in which order it was written."""
    key = (LedgerEntry.period, LedgerEntry.account, LedgerEntry.partner_ref, LedgerEntry.line_ref)
    sums = func.sum(LedgerEntry.debit_minor), func.sum(LedgerEntry.credit_minor)
    with reading(sessions) as session:
        assert list(broken_rules(session, HouseRules(), tell=lambda _: None)) == []
        # between them, an accrual may have posted what the next one takes back
        net = session.execute(select(*key, sums[0] - sums[1]).group_by(*key)).all()
        stated = session.execute(select(Statement.number, Statement.content_hash)).all()
        return sorted(str(row) for row in net if row[-1]), sorted(map(str, stated))


@contextmanager
def a_world(server: PostgresqlServer, template: str) -> Iterator[tuple[str, Sessions, list[str]]]:
    """Address, sessions, and the keys of author and second person."""
    name = server.create(template=template)
    engine = make_engine(server.url(name))
    sessions = make_sessions(engine)
    with transaction(sessions) as session:
        the_worked_example(session)
        people = two_people(session)
    yield server.url(name), sessions, [str(person.user_id) for person in (people.author, people.approver)]
    engine.dispose()
    server.drop(name)


def serial(sessions: Sessions) -> dict[str, Callable[[], object]]:
    """The three acts, each in a transaction of its own."""

    def take() -> None:
        import_file(sessions, ImportKind.DELIVERIES, io.BytesIO(COUNTS.encode()), ImportRequest(at=AT))

    def post() -> None:
        with transaction(sessions) as session:
            accrue(session, at=AT)

    def close() -> None:
        with transaction(sessions) as session:
            people = two_people(session)
            close_period(session, "2026-03", approval=people, at=AT, house=HouseRules())

    return {"import": take, "accrue": post, "close": close}


def test_the_result_is_that_of_a_serial_order(
    postgresql_server: PostgresqlServer, postgresql_template: str
) -> None:
    expected = []
    for order in permutations(["import", "accrue", "close"]):
        with a_world(postgresql_server, postgresql_template) as (_, sessions, _):
            acts = serial(sessions)
            for name in order:
                acts[name]()
            expected.append(result(sessions))
    # an import before or after the close makes other books
    assert len({str(one) for one in expected}) > 1
    for _ in range(50 if SOAK else 2):
        with a_world(postgresql_server, postgresql_template) as (url, sessions, people):
            said = at_once([start(IMPORT, url), start(ACCRUE, url), start(CLOSE, url, *people)])
            assert (said[0], said[2]) == ("3", "2")
            assert result(sessions) in expected
