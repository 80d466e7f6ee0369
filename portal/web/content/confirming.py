"""One tap that says "still right": verified today, asked again later, and seen by partners again."""

from __future__ import annotations

from datetime import date, timedelta

from flask import url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from content.assets.asset_facts import Difference, facts_of
from content.assets.bulk_models import BulkKind
from content.assets.freshness import Confirmation, confirm
from content.assets.guard import readable_asset
from content.editing import bulk
from content.editing.bulk import Changed, Outcome
from content.readers.feedback import settle_reports
from portal.kernel.db import transaction
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content.blueprint import blueprint
from portal.web.content.steps import done
from portal.web.context import business_day, identity, now, services
from portal.web.formats import day


@blueprint.post("/library/<ref>/still-right")
@requires(Permission.CONTENT_WRITE)
def still_right(ref: str) -> Response:
    given = confirmation()
    with transaction(services().sessions) as session:
        asset = readable_asset(session, identity(), ref, at=now())
        before = facts_of(asset)
        confirm(session, asset, given, at=now(), by=identity())
        settle_reports(session, asset, at=now(), by=identity())
        changed = Changed(asset.id, ref, asset.title, Difference.between(before, facts_of(asset)))
        outcome = Outcome((changed,), (), 0)
        change = bulk.record(session, BulkKind.CONFIRM, outcome, at=now(), by=identity())
    said = _("It is verified today; its next review is on %(day)s.", day=day(given.review_on))
    return done(ref, said, undo=url_for("content.bulk_undo", change_id=change.id))


def confirmation() -> Confirmation:
    """What "still right" says today."""
    return Confirmation.of(business_day(), services().settings.review_every_days)


def last_seen_on(review_on: date | None) -> date | None:
    """The last day on which partners see what nobody confirms."""
    return review_on + timedelta(days=services().settings.review_grace_days) if review_on else None
