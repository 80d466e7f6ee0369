"""Statements: a partner's own, all for finance; each line opens to its proof."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template, request, url_for
from flask_babel import gettext as _

from commissions.disputes.disputes import open_by_position
from commissions.facts.house_rules import HouseRules
from commissions.ledger.known_today import known_today
from commissions.ledger.ledger_models import Statement, StatementLine, StatementLineKind
from commissions.overviews.tracing import Trace, trace_of
from commissions.statements.statements import (
    LineGroup,
    line_count,
    line_groups,
    statement_line,
    statement_page,
)
from commissions.statements.statements import statement as statement_of
from portal.house import house_rules
from portal.kernel.identity import Permission
from portal.kernel.money import Money
from portal.web.access import requires
from portal.web.commissions.blueprint import blueprint
from portal.web.commissions.statement_files import note_look
from portal.web.context import db, identity, services
from portal.web.formats import month
from portal.web.paging import pages_of

PAGE = 25
# of each kind at first, how many each "show more" adds, and no more than these
LINES_SHOWN = 50
MORE_LINES = 250
MOST_LINES = 5_000


@dataclass(frozen=True, slots=True)
class Group:
    """Lines under one heading, with the sum of all of them, also of those that are not shown."""

    title: str
    total: Money
    lines: list[StatementLine]
    hidden: int
    # places of lines that stand beside others of the same line item and month: they name their component
    named: frozenset[int]


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
        may_enter_payee=identity().may(Permission.PAYEE_WRITE),
    )


@blueprint.get("/statements/<number>")
@requires(Permission.STATEMENTS_READ)
def statement(number: str) -> str:
    found = statement_of(db(), identity(), number)
    note_look(found)
    position = request.args.get("line", type=int)
    text = request.args.get("q", "").strip()[:80]
    shown = min(max(request.args.get("shown", LINES_SHOWN, type=int), LINES_SHOWN), MOST_LINES)
    groups = line_groups(db(), found, most=shown, text=text, opened=position)
    opened = next((line for group in groups for line in group.lines if line.position == position), None)
    return render_template(
        "commissions/statement.html",
        asker=identity(),
        statement=found,
        groups=[_group(group, found) for group in sorted(groups, key=lambda one: ORDER.index(one.kind))],
        found_count=sum(group.count for group in groups),
        line_count=line_count(db(), found) if text else sum(group.count for group in groups),
        query=text,
        searched=text or any(group.count > LINES_SHOWN for group in groups),
        line_address=_line_address_of(number, text, shown),
        trace_address=url_for("commissions.statement_trace", number=number, position=0).removesuffix("0"),
        more="" if shown >= MOST_LINES else _address_of(number, text, shown + MORE_LINES),
        money=lambda minor: Money(minor, found.currency),
        trace=trace_of(db(), identity(), opened, house=_house()) if opened else None,
        trace_position=position,
        disputed=open_by_position(db(), found),
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


# kinds in the order in which they are read: what was earned, what changes it, what of it waits
ORDER = (
    StatementLineKind.EARNED,
    StatementLineKind.PRIOR_PERIOD,
    StatementLineKind.CLAWBACK,
    StatementLineKind.ADJUSTMENT,
    StatementLineKind.HOLDBACK,
    StatementLineKind.HOLDBACK_RELEASE,
    StatementLineKind.RELEASED,
)


def _trace(found: Statement, position: int) -> Trace:
    return trace_of(db(), identity(), statement_line(db(), found, position), house=_house())


def _house() -> HouseRules:
    return house_rules(services().settings)


def _group(group: LineGroup, found: Statement) -> Group:
    titles = {
        StatementLineKind.EARNED: _("Earned in %(month)s", month=month(found.period)),
        StatementLineKind.PRIOR_PERIOD: _("Earlier months, learned after their close"),
        StatementLineKind.CLAWBACK: _("Taken back by credit notes"),
        StatementLineKind.ADJUSTMENT: _("Adjustments"),
        StatementLineKind.HOLDBACK: _("Held back"),
        StatementLineKind.HOLDBACK_RELEASE: _("Holdback released"),
        StatementLineKind.RELEASED: _("Earned earlier, payable now (outside the sum)"),
    }
    total = Money(group.total, found.currency)
    named = _named(group.lines)
    return Group(titles[group.kind], total, list(group.lines), group.count - len(group.lines), named)


def _named(lines: Sequence[StatementLine]) -> frozenset[int]:
    often = Counter((line.line_ref, line.service_month) for line in lines)
    return frozenset(line.position for line in lines if often[line.line_ref, line.service_month] > 1)
