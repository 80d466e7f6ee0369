"""A partner's what-if: more of one of its lines by a day, and what that would earn."""

from __future__ import annotations

from datetime import date, timedelta

from flask import render_template, request

from commissions.orders.order_pages import RunningLine, running_lines
from commissions.simulation.what_if import WhatIf, WhatIfAnswer, what_if
from portal.kernel.errors import NotAllowed, NotFound, Refusal
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.commissions.blueprint import blueprint
from portal.web.commissions.house import horizon
from portal.web.context import db, identity

MOST_CHOICES = 300


@blueprint.get("/money/what-if")
@requires(Permission.STATEMENTS_READ)
def what_if_page() -> tuple[str, int]:
    if not identity().is_partner:
        raise NotAllowed
    lines = running_lines(db(), identity(), today=horizon().today, limit=MOST_CHOICES)
    chosen = request.args.get("line", "")
    answer, sentence, status = _answer(chosen)
    page = render_template(
        "commissions/what_if.html",
        lines=lines,
        chosen=chosen,
        units=request.args.get("units", ""),
        on=request.args.get("on", "") or _day_for(chosen, lines),
        answer=answer,
        sentence=sentence,
    )
    return page, status


def _answer(line_ref: str) -> tuple[WhatIfAnswer | None, str, int]:
    """The answer, or the sentence of a refusal; without a line or units there is nothing to say yet."""
    units, on = request.args.get("units", type=int), _day(request.args.get("on", ""))
    if not line_ref or units is None or on is None:
        return None, "", 200
    try:
        return what_if(db(), identity(), WhatIf(line_ref, units, on), horizon=horizon()), "", 200
    except NotFound:
        raise
    except Refusal as refusal:
        return None, refusal.sentence, refusal.status


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _day_for(chosen: str, lines: list[RunningLine]) -> str:
    """Today, within the flight of the line."""
    line = next((one for one in lines if one.line_ref == chosen), lines[0] if lines else None)
    if line is None:
        return ""
    return min(max(horizon().today, line.first_day), line.end_day - timedelta(days=1)).isoformat()
