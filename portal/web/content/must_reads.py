"""Must-reads for the brand: what is asked, who has not read it, a reminder, and the form to ask."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from content.readers.must_read_queries import must_read_of, not_acknowledged, progress
from content.readers.must_reads import go_on_asking, remind, stop_asking
from portal.adapters.queue import SEND_CONTENT_MAILS
from portal.kernel.db import transaction
from portal.kernel.errors import NotFound
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content.blueprint import blueprint
from portal.web.content.forms import audience_sentence
from portal.web.context import business_day, db, identity, now, services
from portal.web.csv_answers import csv_answer
from portal.web.paging import pages_of
from portal.web.toasts import tell_done

AT_ONCE = 50


@blueprint.get("/must-reads")
@requires(Permission.CONTENT_WRITE)
def must_reads() -> str:
    return render_template(
        "content/must_reads.html", rows=progress(db(), today=business_day()), today=business_day()
    )


@blueprint.get("/must-reads/<ref>")
@requires(Permission.CONTENT_WRITE)
def must_read(ref: str) -> str:
    """Who has not read it, by partner and person."""
    found = must_read_of(db(), ref)
    standing = progress(db(), today=business_day(), only=found)
    if not standing:
        raise NotFound
    offset = max(request.args.get("from", 0, type=int), 0)
    people = not_acknowledged(db(), found, today=business_day(), limit=AT_ONCE, offset=offset)
    return render_template(
        "content/must_read.html",
        asset=found.asset,
        standing=standing[0],
        people=people,
        pages=pages_of(standing[0].missing, len(people), offset, AT_ONCE),
        audience=audience_sentence(found.asset.audience),
        today=business_day(),
    )


@blueprint.get("/must-reads/<ref>.csv")
@requires(Permission.CONTENT_WRITE)
def must_read_csv(ref: str) -> Response:
    found = must_read_of(db(), ref)
    standing = progress(db(), today=business_day(), only=found)
    if not standing:
        raise NotFound
    due = standing[0].due_on
    header = ("asset", "version", "due_on", "overdue", "partner_ref", "partner", "person", "email", "opened")
    rows = (
        (
            ref,
            standing[0].version.number,
            due.isoformat(),
            "yes" if due < business_day() else "no",
            one.partner_ref,
            one.partner,
            one.person,
            one.email,
            "yes" if one.has_opened else "no",
        )
        for one in not_acknowledged(db(), found, today=business_day())
    )
    return csv_answer(f"{ref}-not-read-{business_day()}", header, rows)


@blueprint.post("/must-reads/<ref>/remind")
@requires(Permission.CONTENT_WRITE)
def remind_readers(ref: str) -> Response:
    with transaction(services().sessions) as session:
        found = must_read_of(session, ref)
        count = remind(session, identity(), found, today=business_day(), at=now())
    services().queue.send(SEND_CONTENT_MAILS)
    words = ngettext("One person gets a reminder.", "%(num)s people get a reminder.", count)
    flash(words if count else _("Everybody has read it; nobody is reminded."), "good")
    return redirect(url_for("content.must_read", ref=ref), 303)


@blueprint.post("/must-reads/<ref>/end")
@requires(Permission.CONTENT_WRITE)
def end_must_read(ref: str) -> Response:
    _take(ref, stop_asking)
    undo = url_for("content.resume_must_read", ref=ref)
    said = _("Nobody is asked to read it any more.")
    tell_done(said, undo)
    return redirect(url_for("content.must_reads"), 303)


@blueprint.post("/must-reads/<ref>/resume")
@requires(Permission.CONTENT_WRITE)
def resume_must_read(ref: str) -> Response:
    _take(ref, go_on_asking)
    flash(_("Its readers are asked again."), "good")
    return redirect(url_for("content.must_read", ref=ref), 303)


Step = Callable[..., None]


def _take(ref: str, step: Step) -> None:
    with transaction(services().sessions) as session:
        step(session, identity(), must_read_of(session, ref), at=now())
