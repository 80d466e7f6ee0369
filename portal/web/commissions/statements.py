"""Statements: a partner's own, all for finance; each line opens to its proof."""

from __future__ import annotations

from flask import render_template, request, url_for

from commissions.disputes.disputes import open_by_position
from commissions.ledger.known_today import known_today
from commissions.ledger.ledger_models import Statement
from commissions.overviews.tracing import Trace, trace_of
from commissions.statements.statements import line_count, line_groups, statement_line, statement_page
from commissions.statements.statements import statement as statement_of
from portal.kernel.identity import Permission
from portal.kernel.money import Money
from portal.web.access import requires
from portal.web.commissions.blueprint import blueprint
from portal.web.commissions.looks import note_look
from portal.web.commissions.statement_table import shown_groups
from portal.web.context import db, identity
from portal.web.house import house
from portal.web.paging import pages_of

PAGE = 25
# of each kind at first, how many each "show more" adds, and no more than these
LINES_SHOWN = 50
MORE_LINES = 250
MOST_LINES = 5_000


@blueprint.get("/statements")
@requires(Permission.STATEMENTS_READ)
def statements() -> str:
    offset, text = request.args.get("from", 0, type=int), request.args.get("q", "").strip()[:80]
    found = statement_page(db(), identity(), text=text, limit=PAGE, offset=max(offset, 0))
    return render_template(
        "commissions/statements.html",
        asker=identity(),
        statements=found.rows,
        total=found.total,
        query=text,
        pages=pages_of(found.total, len(found.rows), max(offset, 0), PAGE),
        cash=lambda one, name: Money(getattr(one, name), one.currency),
        corrected=lambda one: Money(one.prior_period + one.clawback, one.currency),
        may_enter_payee=identity().may(Permission.PAYEE_WRITE),
    )


@blueprint.get("/statements/<number>")
@requires(Permission.STATEMENTS_READ, found_first=lambda number: statement_of(db(), identity(), number))
def statement(number: str) -> str:
    found = statement_of(db(), identity(), number)
    note_look("statement", found.number)
    position = request.args.get("line", type=int)
    text = request.args.get("q", "").strip()[:80]
    shown = min(max(request.args.get("shown", LINES_SHOWN, type=int), LINES_SHOWN), MOST_LINES)
    groups = line_groups(db(), found, most=shown, text=text, opened=position)
    opened = any(line.position == position for group in groups for line in group.lines)
    return render_template(
        "commissions/statement.html",
        asker=identity(),
        statement=found,
        groups=shown_groups(groups, found, open_by_position(db(), found)),
        found_count=sum(group.count for group in groups),
        line_count=line_count(db(), found) if text else sum(group.count for group in groups),
        query=text,
        searched=text or any(group.count > LINES_SHOWN for group in groups),
        line_address=_line_address_of(number, text, shown),
        trace_address=url_for("commissions.statement_trace", number=number, position=0).removesuffix("0"),
        more="" if shown >= MOST_LINES else _address_of(number, text, shown + MORE_LINES),
        money=lambda minor: Money(minor, found.currency),
        trace=_trace(found, position) if position and opened else None,
        trace_position=position,
        as_today=known_today(db(), found) if request.args.get("as") == "today" else None,
    )


def _address_of(number: str, text: str, shown: int) -> str:
    """The statement with as many lines, of those that hold the text."""
    counted = shown if shown > LINES_SHOWN else None
    return url_for("commissions.statement", number=number, q=text or None, shown=counted)


def _line_address_of(number: str, text: str, shown: int) -> str:
    """The same, with a line opened, whose position comes behind it."""
    address = _address_of(number, text, shown)
    return f"{address}{'&' if '?' in address else '?'}line="


@blueprint.get("/statements/<number>/lines/<int:position>")
@requires(Permission.STATEMENTS_READ)
def statement_trace(number: str, position: int) -> str:
    """The trace of one line, as a row to open below it."""
    found = statement_of(db(), identity(), number)
    return render_template(
        "commissions/_trace.html", trace=_trace(found, position), statement=found, asker=identity()
    )


def _trace(found: Statement, position: int) -> Trace:
    return trace_of(db(), identity(), statement_line(db(), found, position), house=house())
