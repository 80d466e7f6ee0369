"""A link as an asset: shown with its host, and opened through here so that it counts."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from content.assets.guard import readable_version
from content.assets.models import AssetVersion
from content.processing.links import count_opening, is_signed, is_taken, signed
from content.usage.usage_views import Moment
from portal.kernel.db import transaction
from portal.kernel.errors import NotFound
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content.blueprint import blueprint
from portal.web.context import db, identity, now, services


@blueprint.get("/library/<ref>/versions/<int:number>/open")
@requires(Permission.CONTENT_READ)
def open_link(ref: str, number: int) -> Response:
    """To the stored address and no other (R20); without our signature to the asset, where the link stands."""
    version = readable_version(db(), identity(), ref, number, at=now())
    if version.url is None or not is_taken(version.url):
        raise NotFound
    token = request.args.get("by", "")
    if not is_signed(services().settings.secret_key, token, version, identity(), now()):
        return redirect(url_for("content.asset", ref=ref), 303)
    if request.method == "GET" and not identity().is_preview:
        with transaction(services().sessions) as session:
            count_opening(session, identity(), version, Moment.of(now(), services().settings.zone))
    answer = redirect(version.url, 303)
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def link_address(version: AssetVersion | None) -> str | None:
    """Where a page's link to another site goes; None for what is no link."""
    if version is None or version.url is None:
        return None
    token = signed(services().settings.secret_key, version, identity(), now())
    return url_for("content.open_link", ref=version.asset.ref, number=version.number, by=token)
