"""Publishing at a set time, in the reader's zone."""

from __future__ import annotations

from datetime import datetime

from flask import request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from content.assets.freshness import is_endless
from content.assets.guard import readable_asset
from content.editing.publishing import refuse_unapproved
from content.editing.scheduling import schedule, unschedule
from portal.kernel.db import transaction
from portal.kernel.errors import Refusal
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content.blueprint import blueprint
from portal.web.content.steps import done
from portal.web.context import identity, now, services
from portal.web.formats import instant, reader_zone


class WrongInstant(Refusal):
    def __init__(self, value: str) -> None:
        super().__init__(f"“{value}” is not a day and a time." if value else "Choose a day and a time.")


@blueprint.post("/library/<ref>/schedule")
@requires(Permission.CONTENT_WRITE)
def publish_later(ref: str) -> Response:
    publish_at = _instant(request.form.get("publish_at", "").strip())
    with transaction(services().sessions) as session:
        asset = readable_asset(session, identity(), ref, at=now())
        if services().settings.needs_approval:
            refuse_unapproved(asset)
        schedule(session, asset, publish_at, at=now(), by=identity())
    said = _("It is published on %(instant)s, and not seen before.", instant=instant(publish_at))
    return done(ref, said, undo=url_for("content.do_not_publish_later", ref=ref))


@blueprint.post("/library/<ref>/schedule/cancel")
@requires(Permission.CONTENT_WRITE)
def do_not_publish_later(ref: str) -> Response:
    with transaction(services().sessions) as session:
        asset = readable_asset(session, identity(), ref, at=now())
        unschedule(session, asset, at=now(), by=identity())
    return done(ref, _("It is not published by itself any more."))


def _instant(text: str) -> datetime:
    """What a field of day and time says, in the reader's zone. Raises WrongInstant."""
    try:
        found = datetime.fromisoformat(text).replace(tzinfo=reader_zone())
    except ValueError:
        raise WrongInstant(text[:40]) from None
    if is_endless(found):
        raise WrongInstant(text[:40])
    return found
