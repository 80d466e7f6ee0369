"""The queue of what needs a decision or a look: filters in the address, an owner and an action each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.wrappers import Response as BaseResponse

from commissions.approvals.approval_models import ProposalKind
from commissions.approvals.approvals import waiting
from commissions.disputes.disputes import finance_people
from commissions.facts.csv_out import csv_row
from commissions.ledger.checklist import Item
from commissions.ledger.ledger_models import LineStanding
from commissions.ledger.missing_days import MissingDays, missing_days
from commissions.ledger.periods import first_open
from commissions.ledger.quarantine import dismiss, take_back_dismissal
from commissions.overviews.exception_queue import (
    Filter,
    QueuedException,
    assign_exception,
    exception_counts,
    exception_page,
)
from commissions.proposals.debt_proposals import propose_debt_write_off
from partners.people import names_of
from portal.kernel.activity import record
from portal.kernel.db import transaction
from portal.kernel.errors import NotFound
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.commissions.blueprint import blueprint
from portal.web.commissions.exception_actions import action_of, affidavit
from portal.web.context import business_day, db, identity, now, services
from portal.web.downloads import download
from portal.web.house import house
from portal.web.paging import pages_of
from portal.web.paths import safe_next
from portal.web.toasts import tell_done

PAGE = 25
AT_ONCE = 500
COLUMNS = ("kind", "blocks", "order_ref", "line_ref", "what", "since", "owner")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    filter: Filter
    owner: str
    offset: int


@blueprint.get("/exceptions")
@requires(Permission.MONTH_READ)
def exceptions() -> str:
    if request.args.get("kind") == Item.MISSING_DAYS:
        return _missing_page()
    asked = _asked()
    found = exception_page(db(), asked.filter, limit=PAGE, offset=asked.offset)
    return render_template(
        "commissions/exceptions.html",
        rows=[(one, action_of(one)) for one in found.rows],
        total=found.total,
        counts=exception_counts(db()),
        asked=asked,
        names=names_of(db(), {str(one.owner_id) for one in found.rows if one.owner_id}),
        people=finance_people(db()),
        me=identity().user_id,
        pages=pages_of(found.total, len(found.rows), asked.offset, PAGE),
        may_write=identity().may(Permission.MONTH_WRITE),
        writing_off={one.payload["line_ref"]: one.id for one in waiting(db(), ProposalKind.WRITE_OFF)},
    )


@blueprint.get("/exceptions.csv")
@requires(Permission.MONTH_READ)
def exceptions_csv() -> Response:
    """Exactly the rows of the filter, all pages of it."""
    if request.args.get("kind") == Item.MISSING_DAYS:
        return download("exceptions.csv", "".join(_missing_lines(unreported_lines())))
    return download("exceptions.csv", _lines(services().sessions, _asked().filter))


@blueprint.post("/exceptions/<int:row_id>/dismiss")
@requires(Permission.ORDERS_WRITE)
def dismiss_row(row_id: int) -> BaseResponse:
    by, note = str(identity().user_id), request.form.get("note", "")
    with transaction(services().sessions) as session:
        row = dismiss(session, row_id, by=by, at=now(), note=note)
        record(session, "dismissed", ("quarantined row", str(row.id)), at=now(), by=identity(), note=row.note)
    said = _("The row does not count. It is kept, with your reason.")
    return _done(said, url_for("commissions.take_back_dismissed", row_id=row_id))


@blueprint.post("/exceptions/<int:row_id>/take-back")
@requires(Permission.ORDERS_WRITE)
def take_back_dismissed(row_id: int) -> BaseResponse:
    with transaction(services().sessions) as session:
        row = take_back_dismissal(session, row_id)
        record(session, "taken back", ("quarantined row", str(row.id)), at=now(), by=identity())
    return _done(_("The row waits again."))


@blueprint.post("/exceptions/<kind>/<int:subject_id>/owner")
@requires(Permission.MONTH_WRITE)
def own_exception(kind: str, subject_id: int) -> BaseResponse:
    if kind not in {item.value for item in Item}:
        raise NotFound
    owner = request.values.get("owner", identity().user_id, type=int)
    with transaction(services().sessions) as session:
        before = assign_exception(session, identity(), (Item(kind), subject_id), owner or None, at=now())
    said = _("It has its owner.") if owner else _("Nobody owns it.")
    return _done(said, url_for(".own_exception", kind=kind, subject_id=subject_id, owner=before or 0))


@blueprint.post("/exceptions/debts/<int:line_id>/write-off")
@requires(Permission.MONTH_WRITE)
def write_off(line_id: int) -> BaseResponse:
    units, reason = request.form.get("units", 0, type=int), request.form.get("reason", "")[:2000]
    by = (identity(), now(), house())
    with transaction(services().sessions) as session:
        standing = session.get(LineStanding, line_id)
        made = propose_debt_write_off(session, standing, units, reason, by=by)
    flash(_("The write-off waits for a second person."), "good")
    return redirect(url_for("commissions.approval", proposal_id=made.id), 303)


def _asked() -> Asked:
    kind, owner = request.args.get("kind", ""), request.args.get("owner", "")
    owners = {"me": identity().user_id, "nobody": 0}
    wanted = Filter(
        item=Item(kind) if kind in {item.value for item in Item} else None,
        owner_id=owners.get(owner, int(owner) if owner.isdecimal() and len(owner) < 10 else None),
        text=request.args.get("q", "").strip()[:80],
    )
    return Asked(wanted, owner, max(request.args.get("from", 0, type=int), 0))


def unreported_lines() -> Sequence[MissingDays]:
    """Lines of the month that closes next with days that nobody reported."""
    period = first_open(db())
    return [] if period is None else missing_days(db(), period, today=business_day(), house=house())


def _missing_page() -> str:
    asked, found = _asked(), unreported_lines()
    shown = found[asked.offset : asked.offset + PAGE]
    return render_template(
        "commissions/missing_days.html",
        rows=shown,
        total=len(found),
        period=first_open(db()),
        counts=exception_counts(db()),
        asked=asked,
        pages=pages_of(len(found), len(shown), asked.offset, PAGE),
        affidavit=lambda one: affidavit(one.line_ref, _missing_sentence(one)),
    )


def _missing_sentence(one: MissingDays) -> str:
    return str(_("%(n)s of %(all)s days were not reported.", n=one.missing, all=one.expected))


def _lines(sessions: sessionmaker[Session], wanted: Filter) -> Iterator[str]:
    yield csv_row(COLUMNS, COLUMNS, numbers=())
    with sessions() as session:
        names = {str(person.id): person.name for person in finance_people(session)}
        offset = 0
        while rows := exception_page(session, wanted, limit=AT_ONCE, offset=offset).rows:
            offset += len(rows)
            for one in rows:
                yield csv_row(COLUMNS, _cells(one, names), numbers=())


def _cells(one: QueuedException, names: dict[str, str]) -> list[str]:
    what = [one.item.value, "yes" if one.blocks else "no", one.order_ref or "", one.line_ref or ""]
    return [*what, one.sentence, one.since.date().isoformat(), names.get(str(one.owner_id), "")]


def _missing_lines(found: Sequence[MissingDays]) -> Iterator[str]:
    columns = ("order_ref", "line_ref", "station", "expected_days", "missing_days")
    yield csv_row(columns, columns, numbers=())
    for one in found:
        cells = [one.order_ref, one.line_ref, one.station, str(one.expected), str(one.missing)]
        yield csv_row(columns, cells, numbers={"expected_days", "missing_days"})


def _done(said: str, undo: str = "") -> BaseResponse:
    page = safe_next(request.form.get("form_page"), otherwise=url_for("commissions.exceptions"))
    tell_done(said, undo, page=page)
    return redirect(page, 303)
