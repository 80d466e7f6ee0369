"""The month board: where the commission stands, what blocks the close, and the close itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from commissions.ledger.checklist import Check, Item, blocking_checks
from commissions.ledger.ledger_models import Period, PeriodState
from commissions.ledger.periods import all_periods, first_open, period
from commissions.overviews.exceptions import blocking, informing, informing_count
from commissions.overviews.month_board import last_accrual_at
from partners.people import names_of
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.commissions.blueprint import blueprint
from portal.web.commissions.closing import may_close
from portal.web.commissions.exceptions import unreported_lines
from portal.web.context import business_day, db, identity
from portal.web.formats import longday
from portal.web.formats import month as month_words

SHOWN = 12


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the list "to close": done or not, with where to go on."""

    title: str
    note: str
    done: bool
    address: str = ""


@blueprint.get("/months")
@requires(Permission.MONTH_READ)
def months() -> Response | str:
    """To the month that closes next."""
    current = first_open(db())
    if current is None:
        return render_template("commissions/no_month.html")
    return redirect(url_for("commissions.month", ref=current.ref), 303)


@blueprint.get("/months/<ref>")
@requires(Permission.MONTH_READ)
def month(ref: str) -> str:
    found, today, there = period(db(), ref), business_day(), all_periods(db())
    earlier = min((one for one in there if not one.is_closed), key=lambda one: one.ref, default=None)
    checks = blocking_checks(db(), found)
    informs = request.args.get("show") == "inform"
    matters = (
        informing(db(), found, today=today, limit=SHOWN) if informs else blocking(db(), found, limit=SHOWN)
    )
    return render_template(
        "commissions/month.html",
        period=found,
        last_day=found.last_day,
        matters=matters,
        informs=informs,
        # of the month that closes next
        unreported=len(unreported_lines()) if informs and found == earlier else 0,
        blocking_count=sum(check.count for check in checks),
        informing_count=informing_count(db(), found, today=today),
        accrued_at=last_accrual_at(db()),
        **_closing(found, checks, earlier),
        **_neighbours(found, there),
    )


@blueprint.get("/months/<ref>/preview")
@requires(Permission.MONTH_READ)
def preview_statements(ref: str) -> str:
    """The page of what a close would issue from what is accrued."""
    return render_template("commissions/preview.html", period=period(db(), ref))


def _closing(found: Period, checks: list[Check], earlier: Period | None) -> dict[str, object]:
    told = {str(who) for who in (found.review_by, found.closed_by, found.approved_by) if who}
    people = names_of(db(), told) if told else {}
    steps = _steps(found, checks, earlier)
    undone = [step for step in steps[:-1] if not step.done]
    return {
        "steps": steps,
        "why_not": _("Possible when the list above is done.") if undone else "",
        "people": people,
        "author": people.get(str(found.review_by), ""),
        "is_author": found.review_by == identity().user_id,
        "may_write": identity().may(Permission.MONTH_WRITE),
        "may_close": may_close(found),
    }


def _steps(found: Period, checks: list[Check], earlier: Period | None) -> list[Step]:
    count = {check.item: check.count for check in checks}
    lines = sum(check.count for check in checks if check.item not in _NOT_LINES)
    over = found.end_day <= business_day()
    in_order = earlier is None or earlier.ref == found.ref
    return [
        Step(
            _("Month is over"),
            _("since %(day)s", day=longday(found.end_day)) if over else _("still running"),
            over,
        ),
        Step(
            _("Earlier months closed"),
            _("in order")
            if in_order
            else _("%(month)s is open", month=month_words(earlier.ref) if earlier else ""),
            in_order,
        ),
        Step(
            _("Rows decided"),
            ngettext("one waits in quarantine", "%(num)s wait in quarantine", count[Item.QUARANTINE])
            if count[Item.QUARANTINE]
            else _("none wait"),
            not count[Item.QUARANTINE],
            url_for("commissions.exceptions"),
        ),
        Step(
            _("Every line has a plan and a rate"),
            _("%(n)s do not", n=lines) if lines else _("all do"),
            not lines,
        ),
        Step(_("Trial balance zero"), _("in every currency"), not count[Item.TRIAL_BALANCE]),
        Step(
            _("Second person"),
            _("waits for an approver") if found.state is PeriodState.IN_REVIEW else _("not asked yet"),
            found.is_closed,
        ),
    ]


_NOT_LINES = {Item.QUARANTINE, Item.TRIAL_BALANCE}


def _neighbours(found: Period, there: Sequence[Period]) -> dict[str, str | None]:
    refs = sorted(one.ref for one in there)
    at = refs.index(found.ref)
    return {
        "earlier": refs[at - 1] if at else None,
        "later": refs[at + 1] if at + 1 < len(refs) else None,
    }
