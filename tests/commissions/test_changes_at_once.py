"""Orders, plans and partners are revised, counts come and months are closed at once: the books hold (27)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from random import Random

from sqlalchemy import select

from commissions.checking.checking import broken_rules
from commissions.facts.house_rules import HouseRules
from commissions.facts.import_models import ImportKind
from commissions.ledger.ledger_models import Statement
from commissions.ledger.periods import first_open, period
from commissions.statements.closing import Approval, close_period
from commissions.statements.rebuilding import rebuilt_hashes
from portal.kernel.db import make_engine, make_sessions, reading, transaction
from portal.kernel.errors import Refusal
from tests.factories.changing_books import DAYS, LINES, ORDERS, PARTNERS, PLANS, Told, open_books
from tests.factories.closed_months import two_people
from tests.factories.kept_books import FiledBooks
from tests.factories.money import LATER
from tests.factories.stored_cases import worked_again
from tests.fixtures.databases import PostgresqlServer
from tests.profiles import SOAK

HOUSE = HouseRules()
ACTS = 10


@contextmanager
def a_world(server: PostgresqlServer, template: str) -> Iterator[FiledBooks]:
    name = server.create(template=template)
    engine = make_engine(server.url(name))
    books = FiledBooks(make_sessions(engine), HOUSE)
    open_books(books)
    yield books
    engine.dispose()
    server.drop(name)


def count(books: FiledBooks, chance: Random) -> None:
    for _ in range(ACTS):
        line, day, units = chance.choice(sorted(LINES)), chance.choice(DAYS), chance.randint(0, 600)
        counted = {"line_ref": line, "service_date": str(day), "units": str(units)}
        books.take(ImportKind.DELIVERIES, counted)


def revise(books: FiledBooks, chance: Random) -> None:
    told = Told()
    for _ in range(ACTS):
        since: date | None = chance.choice([None, *DAYS])
        line, partner = chance.choice(sorted(LINES)), chance.choice(sorted(PARTNERS))
        sold = {"rate": chance.choice(["3.3", "20"]), "split": chance.choice(["", "R1:60;R2:40"])}
        books.take(ImportKind.ORDERS, told.line(line, sold, since))
        books.take(ImportKind.ORDERS, told.order(chance.choice(sorted(ORDERS)), {"partner_ref": "R2"}))
        books.take(ImportKind.PARTNERS, told.partner(partner, {"tier": chance.choice(["", "gold"])}, since))
        plan = told.plan(chance.choice(sorted(PLANS)), {"line_cap": chance.choice([None, "400"])}, since)
        books.adopt(plan)


def close(books: FiledBooks, chance: Random, people: Approval) -> None:
    for _ in range(ACTS):
        if chance.random() < 0.5:
            books.accrue()
            continue
        books.dismiss_all()
        try:
            with transaction(books.sessions) as session:
                following = first_open(session)
                if following is not None and following.ref <= "2026-07":
                    close_period(session, following.ref, approval=people, at=LATER, house=HOUSE)
        except Refusal:
            continue


def all_at_once(books: FiledBooks, seed: int) -> None:
    with transaction(books.sessions) as session:
        people = two_people(session)
    acts: list[Callable[[], None]] = [
        lambda: count(books, Random(seed)),
        lambda: revise(books, Random(seed + 1)),
        lambda: close(books, Random(seed + 2), people),
        lambda: close(books, Random(seed + 3), people),
    ]
    with ThreadPoolExecutor(len(acts)) as at_once:
        for done in [at_once.submit(act) for act in acts]:
            done.result()
    books.accrue()


def test_the_books_hold_whatever_comes_at_once(
    postgresql_server: PostgresqlServer, postgresql_template: str
) -> None:
    for seed in range(0, 400 if SOAK else 8, 4):
        with a_world(postgresql_server, postgresql_template) as books:
            all_at_once(books, seed)
            with reading(books.sessions) as session:
                assert list(broken_rules(session, HOUSE, tell=lambda _: None)) == []
                assert books.earned() == worked_again(session, HOUSE)
                for ref in session.scalars(select(Statement.period).distinct()).all():
                    stated = select(Statement.number, Statement.content_hash).where(Statement.period == ref)
                    hashes = {row.number: row.content_hash for row in session.execute(stated)}
                    assert rebuilt_hashes(session, period(session, ref), HOUSE) == hashes
