"""Insertion orders, line item by line item; a partner sees its own lines."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template, request

from commissions.facts.lines import Line
from commissions.orders.order_history import order_history
from commissions.orders.order_pages import OrderLine, order_page, order_view
from commissions.orders.pacing import MOST_LINES, pacing
from portal.kernel.identity import Permission
from portal.kernel.money import Money, totals
from portal.web.access import requires
from portal.web.commissions.blueprint import blueprint
from portal.web.commissions.order_words import change_words, chart, pace_sentence
from portal.web.context import business_day, db, identity
from portal.web.house import house
from portal.web.paging import pages_of

PAGE = 25


@blueprint.get("/orders")
@requires(Permission.ORDERS_READ)
def orders() -> str:
    offset, text = max(request.args.get("from", 0, type=int), 0), request.args.get("q", "").strip()[:80]
    found = order_page(db(), identity(), text=text, limit=PAGE, offset=offset)
    return render_template(
        "commissions/orders.html",
        asker=identity(),
        rows=found.rows,
        total=found.total,
        query=text,
        pages=pages_of(found.total, len(found.rows), offset, PAGE),
    )


@blueprint.get("/orders/<ref>")
@requires(Permission.ORDERS_READ)
def order(ref: str) -> str:
    found = order_view(db(), identity(), ref)
    today = business_day()
    drawn = _drawn(found.lines)
    currency = found.order.currency
    nothing = Money(0, currency)
    paces = pacing(db(), identity(), drawn, house=house(), today=today)
    return render_template(
        "commissions/order.html",
        asker=identity(),
        order=found.order,
        partner=found.partner,
        lines=found.lines,
        history=order_history(db(), ref, [line.line.line_id for line in found.lines]),
        paces=paces,
        charts={line_id: chart(pace) for line_id, pace in paces.items()},
        sentence=pace_sentence,
        changed=change_words,
        billed=totals(line.billed for line in found.lines).get(currency, nothing),
        paid=totals(line.paid for line in found.lines).get(currency, nothing),
        commission=totals(line.commission for line in found.lines).get(currency, nothing),
        today=today,
    )


def _drawn(lines: Sequence[OrderLine]) -> list[Line]:
    """The lines whose pacing is drawn: the first ones, and the one that the address names."""
    named = request.args.get("line", "")
    return [one.line for place, one in enumerate(lines) if place < MOST_LINES or one.line.line_ref == named]
