"""Orders, statements and deliveries: the same figures as the screens and the files."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from commissions.imports.delivery_import import import_delivery_rows
from commissions.imports.importing import ImportRequest
from commissions.imports.second_person import refuse_manual
from commissions.overviews.money_answers import (
    DeliveriesAnswer,
    OrderAnswer,
    StatementAnswer,
    StatementLineList,
    StatementList,
    deliveries_answer,
    order_answer,
    statement_answer,
    statement_line_list,
    statement_list,
)
from portal.kernel.cursors import WrongCursor, cursor_of, key_of
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.api.blueprint import blueprint
from portal.web.api.operations import Page, Query, read, write
from portal.web.context import db, identity, now
from portal.web.house import house
from portal.web.row_ids import is_row_id

ROWS_AT_ONCE = 10_000


class DeliveryRowIn(BaseModel):
    """A count as text, in the columns of the deliveries file."""

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)

    line_ref: str
    service_date: str
    units: str
    station: str = ""
    revision: str = ""
    proof_ref: str = ""


class DeliveriesIn(BaseModel):
    """Counts of one source."""

    model_config = ConfigDict(extra="forbid")

    source: str = Field("own", pattern=r"^[A-Za-z0-9._-]{1,64}$")
    rows: Annotated[list[DeliveryRowIn], Field(max_length=ROWS_AT_ONCE)]


@blueprint.get("/orders/<ref>")
@requires(Permission.ORDERS_READ, found_first=lambda ref: order_answer(db(), identity(), ref))
@read("An order, line by line: booked, delivered, billable, billed and paid", OrderAnswer)
def order(_query: Query, ref: str) -> OrderAnswer:
    return order_answer(db(), identity(), ref)


@blueprint.get("/statements")
@requires(Permission.STATEMENTS_READ)
@read("Issued statements that you may see, by number", StatementList, Page)
def statements(query: Page) -> StatementList:
    found = statement_list(db(), identity(), after=_after(query), limit=query.limit)
    return StatementList(found.items, _next(found.next))


@blueprint.get("/statements/<number>")
@requires(Permission.STATEMENTS_READ, found_first=lambda number: statement_answer(db(), identity(), number))
@read("A statement's figures", StatementAnswer)
def statement(_query: Query, number: str) -> StatementAnswer:
    return statement_answer(db(), identity(), number)


@blueprint.get("/statements/<number>/lines")
@requires(Permission.STATEMENTS_READ, found_first=lambda number: statement_answer(db(), identity(), number))
@read("A statement's lines, in their order", StatementLineList, Page)
def statement_lines(query: Page, number: str) -> StatementLineList:
    after = _after(query)
    if after and not is_row_id(after):
        raise WrongCursor
    found = statement_line_list(db(), identity(), number, after=int(after or 0), limit=query.limit)
    return StatementLineList(found.items, _next(found.next))


@blueprint.post("/deliveries")
@requires(Permission.ORDERS_WRITE)
@write(
    "Take delivery counts in; what is not believed is quarantined with its reason",
    DeliveriesAnswer,
    body=DeliveriesIn,
)
def deliveries(session: Session, body: DeliveriesIn) -> DeliveriesAnswer:
    refuse_manual(body.source, house())
    rows = [row.model_dump(exclude_defaults=True) for row in body.rows]
    wanted = ImportRequest(at=now(), by=str(identity().user_id), source=body.source, house=house())
    return deliveries_answer(import_delivery_rows(session, rows, wanted))


def _after(query: Page) -> str:
    return "" if query.cursor is None else key_of(query.cursor)


def _next(key: str | None) -> str | None:
    return None if key is None else cursor_of(key)
