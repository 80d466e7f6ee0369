"""A partner's what-if: more of one of its lines by a day, and what that would earn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from flask import render_template, request
from flask_babel import gettext as _

from commissions.orders.order_pages import RunningLine, running_lines
from commissions.simulation.what_if import WhatIf, WhatIfAnswer, what_if
from portal.kernel.csv_files import Unreadable
from portal.kernel.errors import NotAllowed, NotFound, Refusal
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.commissions.blueprint import blueprint
from portal.web.context import db, identity
from portal.web.house import horizon
from portal.web.typed_amounts import typed_whole

MOST_CHOICES = 300


@blueprint.get("/money/what-if")
@requires(Permission.STATEMENTS_READ)
def what_if_page() -> tuple[str, int]:
    if not identity().is_partner:
        raise NotAllowed
    lines = running_lines(db(), identity(), today=horizon().today, limit=MOST_CHOICES)
    chosen = request.args.get("line", "")
    told = _answer(chosen)
    page = render_template(
        "commissions/what_if.html",
        lines=lines,
        chosen=chosen,
        units=request.args.get("units", ""),
        on=request.args.get("on", "") or _day_for(chosen, lines),
        told=told,
        answer=told.answer,
    )
    return page, told.status


@dataclass(frozen=True, slots=True)
class _Told:
    """The answer for so many `units`, or the sentence of a refusal and the field that it is about, if any."""

    answer: WhatIfAnswer | None = None
    units: int = 0
    sentence: str = ""
    field: str = ""
    status: int = 200


def _answer(line_ref: str) -> _Told:
    """Without a line or units there is nothing to say yet."""
    typed, on = request.args.get("units", "").strip(), _day(request.args.get("on", ""))
    if not line_ref or not typed:
        return _Told()
    if on is None:
        return _Told(sentence=_("Choose the day by which more is delivered."), field="on", status=422)
    try:
        units = typed_whole(typed)
        return _Told(what_if(db(), identity(), WhatIf(line_ref, units, on), horizon=horizon()), units)
    except NotFound:
        raise
    except Unreadable as problem:
        return _Told(sentence=str(problem), field="units", status=422)
    except Refusal as refusal:
        return _Told(sentence=refusal.sentence, status=refusal.status)


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
