"""Facts of different things come in any order, with accruals between them: not a byte is another."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from commissions.facts.errors import CloseIsBlocked
from commissions.facts.house_rules import HouseRules
from commissions.facts.import_models import ImportKind
from commissions.ledger.periods import first_open
from commissions.statements.closing import close_period
from portal.kernel.db import transaction
from tests.commissions.test_changes_stateful import issued
from tests.factories.changing_books import (
    CHANGES,
    DAYS,
    LINES,
    ORDER_CHANGES,
    ORDERS,
    PARTNER_CHANGES,
    PARTNERS,
    PLAN_CHANGES,
    PLANS,
    Told,
    credited,
    open_books,
)
from tests.factories.closed_months import two_people
from tests.factories.kept_books import KeptBooks, as_csv
from tests.factories.money import LATER
from tests.profiles import examples

HOUSE = HouseRules()
LINE, DAY = st.sampled_from(sorted(set(LINES) - {"MG"})), st.sampled_from(DAYS)
FROM = st.one_of(st.none(), DAY)
# what it is about, the kind of file, and the file: of one thing, the order is a part of what is said
Fact = tuple[str, ImportKind, str]
# a plan for the same partners as another is refused, whichever of them comes second
ALONE = PLAN_CHANGES.filter(lambda changes: "applies_to" not in changes)
# a station that changes after units were counted is doubted, before them it is not
MOVABLE = CHANGES.filter(lambda changes: "station" not in changes)


def _revised(told: Told, number: int, line: str, changes: Any, since: date | None) -> Fact:
    return LINES[line]["order_ref"], ImportKind.ORDERS, as_csv([told.line(line, changes, since)])


def _signed(told: Told, number: int, order: str, changes: Any) -> Fact:
    return order, ImportKind.ORDERS, as_csv([told.order(order, changes)])


def _planned(told: Told, number: int, name: str, changes: Any, since: date | None) -> Fact:
    return name, ImportKind.PLANS, json.dumps(told.plan(name, changes, since))


def _partner(told: Told, number: int, ref: str, changes: Any, since: date | None) -> Fact:
    return ref, ImportKind.PARTNERS, as_csv([told.partner(ref, changes, since)])


def _counted(told: Told, number: int, line: str, day: date, units: int) -> Fact:
    count = {"line_ref": line, "service_date": str(day), "units": str(units), "revision": str(number)}
    return f"count {number}", ImportKind.DELIVERIES, as_csv([count])


def _credited(told: Told, number: int, line: str, on: date, units: int) -> Fact:
    note = credited(number, line, "reduce", units, on)
    return f"note {number}", ImportKind.INVOICES, as_csv([note])


Said = tuple[Callable[..., Fact], tuple[Any, ...]]


def _said(tell: Callable[..., Fact], *drawn: st.SearchStrategy[Any]) -> st.SearchStrategy[Said]:
    return st.tuples(st.just(tell), st.tuples(*drawn))


COUNTED = _said(_counted, LINE, DAY, st.integers(0, 600))
SAID = st.one_of(
    COUNTED,
    COUNTED,
    _said(_credited, LINE, DAY, st.sampled_from([0, 1, 30])),
    _said(_revised, LINE, MOVABLE, FROM),
    _said(_signed, st.sampled_from(sorted(ORDERS)), ORDER_CHANGES),
    _said(_planned, st.sampled_from(sorted(PLANS)), ALONE, FROM),
    _said(_partner, st.sampled_from(sorted(PARTNERS)), PARTNER_CHANGES, FROM),
)


@settings(max_examples=examples(10))
@given(st.data(), st.lists(SAID, min_size=2, max_size=12))
def in_any_order(engine: Engine, data: st.DataObject, said: Sequence[Said]) -> None:
    told = Told()
    facts = [tell(told, number, *drawn) for number, (tell, drawn) in enumerate(said, 1)]
    pauses = data.draw(st.lists(st.booleans(), min_size=len(facts), max_size=len(facts)))
    mixed = _mixed(facts, data.draw(st.permutations([about for about, _, _ in facts])))
    assert _closed(engine, mixed, pauses) == _closed(engine, facts, [False] * len(facts))


def _mixed(facts: Sequence[Fact], order: Sequence[str]) -> list[Fact]:
    """In another order, in which those about one thing keep theirs."""
    waiting = list(facts)
    found = []
    for about in order:
        following = next(fact for fact in waiting if fact[0] == about)
        waiting.remove(following)
        found.append(following)
    return found


def _closed(engine: Engine, facts: Sequence[Fact], pauses: Sequence[bool]) -> list[Any]:
    """What was earned, and every month that can be closed, after the facts came in this order."""
    books = KeptBooks(engine, HOUSE)
    try:
        open_books(books)
        for (_, kind, text), pause in zip(facts, pauses, strict=True):
            books.take_text(kind, text)
            if pause:
                books.accrue()
        books.accrue()
        books.dismiss_all()
        found: list[Any] = [books.earned()]
        with suppress(CloseIsBlocked), transaction(books.sessions) as session:
            people = two_people(session)
            while (following := first_open(session)) is not None and following.ref <= "2026-06":
                close_period(session, following.ref, approval=people, at=LATER, house=HOUSE)
                found.append(issued(session, following.ref, HOUSE))
        return found
    finally:
        books.forget()


def test_facts_of_different_things_make_the_same_statements_in_any_order(engine: Engine) -> None:
    in_any_order(engine)
