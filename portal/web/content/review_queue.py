"""What waits for the brand: approval, review, expiry, publishing at a set time; each row with its action."""

from __future__ import annotations

from flask import render_template, request
from flask_babel import gettext as _

from content.assets.proposal_models import ChangeOf
from content.readers.review_queue import Until, Waiting, review_queue
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content.approving import in_words
from portal.web.content.blueprint import blueprint
from portal.web.content.zone_words import zone_percents
from portal.web.content_words import kind_names
from portal.web.context import business_day, db, identity, now
from portal.web.paging import pages_of

AT_ONCE = 25


@blueprint.get("/content/review")
@requires(Permission.CONTENT_WRITE)
def review() -> str:
    shown = request.args.get("show", "")
    waiting = Waiting(shown) if shown in set(Waiting) else Waiting.APPROVAL
    offset = max(0, request.args.get("from", 0, type=int))
    until = Until(now(), business_day())
    found = review_queue(db(), waiting, until, limit=AT_ONCE, offset=offset)
    changes = [change for listed in found.changes.values() for change in listed]
    return render_template(
        "content/review.html",
        changed=in_words(db(), [change for change in changes if change.what is not ChangeOf.VERSION]),
        found=found,
        names=_names(),
        pages=pages_of(found.total, len(found.assets), offset, AT_ONCE),
        kinds=kind_names(),
        today=until.today,
        at=until.at,
        me=identity().user_id,
        zone_percents=zone_percents,
    )


def _names() -> dict[Waiting, str]:
    return {
        Waiting.APPROVAL: _("Waiting for approval"),
        Waiting.REVIEW: _("Due for review"),
        Waiting.EXPIRY: _("Expiring"),
        Waiting.SCHEDULED: _("To be published"),
        Waiting.REPORTED: _("Reported out of date"),
    }
