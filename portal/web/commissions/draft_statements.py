"""A statement of a month that is open, as a close would issue it: every line with its sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from commissions.ledger.periods import period
from commissions.statements.closing import preview
from commissions.statements.draft_lines import DraftLine
from commissions.statements.drafting import Draft, partner_in
from commissions.statements.stated_rows import keeps_units, told_basis
from portal.kernel.errors import NotFound
from portal.kernel.identity import Permission
from portal.kernel.money import Money
from portal.web.access import requires
from portal.web.commissions.blueprint import blueprint
from portal.web.commissions.statement_table import ORDER, TITLES
from portal.web.context import business_day, db
from portal.web.formats import month
from portal.web.house import house
from portal.web.language import locale
from portal.web.written import written_decimal

# of each kind; who looks for another one searches
LINES_SHOWN = 200


@dataclass(frozen=True, slots=True)
class DraftGroup:
    """Lines of one kind, the first of them, with the sum of all."""

    title: str
    total: Money
    lines: list[DraftLine]
    hidden: int


@blueprint.get("/months/<ref>/preview/<number>")
@requires(Permission.MONTH_READ)
def draft_statement(ref: str, number: str) -> Response | str:
    """Raises NotFound where no statement of that number would be issued."""
    found = period(db(), ref)
    if found.is_closed:
        return redirect(url_for("commissions.statement", number=number), 303)
    today, partner_ref = business_day(), partner_in(number, ref)
    drafts = preview(db(), found, today=today, house=house(), partner_ref=partner_ref)
    draft = next((one for one in drafts.statements if one.number == number), None)
    if draft is None:
        raise NotFound
    text = request.args.get("q", "").strip()[:80]
    return render_template(
        "commissions/draft_statement.html",
        period=found,
        statement=draft,
        groups=_groups(draft, text),
        query=text,
        searched=text or len(draft.lines) > LINES_SHOWN,
        keeps_units=keeps_units,
        basis=_basis,
        money=lambda minor: Money(minor, draft.currency),
    )


def _groups(draft: Draft, text: str) -> list[DraftGroup]:
    by_kind: dict[str, list[DraftLine]] = {}
    for line in _holding(draft.lines, text.casefold()):
        by_kind.setdefault(line.kind, []).append(line)
    return [
        DraftGroup(
            title=str(TITLES[kind]) % {"month": month(draft.period)},
            total=Money(sum(line.amount for line in by_kind[kind]), draft.currency),
            lines=by_kind[kind][:LINES_SHOWN],
            hidden=max(len(by_kind[kind]) - LINES_SHOWN, 0),
        )
        for kind in ORDER
        if kind in by_kind
    ]


def _holding(lines: Iterable[DraftLine], text: str) -> Iterable[DraftLine]:
    """Lines whose references, advertiser or station hold a text, as those of issued statements are found."""
    return (
        line
        for line in lines
        if any(
            text in said.casefold() for said in (line.order_ref, line.line_ref, line.advertiser, line.station)
        )
    )


def _basis(line: DraftLine) -> str:
    told = told_basis(line)
    return str(written_decimal(told, locale())) if told else ""
