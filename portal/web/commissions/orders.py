"""Insertion orders, line item by line item; a partner sees its own lines."""

from __future__ import annotations

from flask import render_template, request

from commissions.order_pages import order_page, order_view
from portal.kernel.identity import Permission
from portal.kernel.money import totals
from portal.web.access import requires
from portal.web.commissions.blueprint import blueprint
from portal.web.context import db, identity, now
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
    return render_template(
        "commissions/order.html",
        asker=identity(),
        order=found.order,
        lines=found.lines,
        billed=totals(line.billed for line in found.lines).get(found.order.currency),
        paid=totals(line.paid for line in found.lines).get(found.order.currency),
        commission=totals(line.commission for line in found.lines).get(found.order.currency),
        today=now().date(),
    )
