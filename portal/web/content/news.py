"""Telling people of a new version: who, what they read, and one click."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from content.assets.errors import NotReady
from content.assets.guard import readable_asset
from content.assets.models import Asset
from content.assets.queries import AssetPage
from content.readers.version_news import Announcement, announce
from content.readers.version_readers import Slice, Use, VersionReaders, version_readers
from portal.adapters.queue import TELL_OF_VERSIONS
from portal.kernel.db import transaction
from portal.kernel.identity import Permission
from portal.version_letters import VersionLetter
from portal.web.access import requires
from portal.web.content.blueprint import blueprint
from portal.web.context import db, identity, now, person, services
from portal.web.paging import pages_of

AT_ONCE = 50
HOLDERS_SHOWN = 5


@blueprint.get("/library/<ref>/news")
@requires(Permission.CONTENT_WRITE)
def news(ref: str) -> str:
    asset = readable_asset(db(), identity(), ref, at=now())
    if asset.current_version is None:
        raise NotReady(None)
    use = _use(request.args.get("who", ""))
    offset = max(request.args.get("from", 0, type=int), 0)
    found = version_readers(db(), asset, use, Slice(AT_ONCE, offset), at=now())
    return render_template(
        "content/news.html",
        asset=asset,
        version=asset.current_version,
        use=use,
        readers=found,
        letter=_example(asset, found),
        paging=pages_of(found.total, len(found.rows), offset, AT_ONCE),
    )


@blueprint.post("/library/<ref>/news")
@requires(Permission.CONTENT_WRITE)
def tell(ref: str) -> Response:
    asked = Announcement(_use(request.form.get("who", "")), request.form.get("note", ""))
    with transaction(services().sessions) as session:
        asset = readable_asset(session, identity(), ref, at=now())
        people = announce(session, asset, asked, at=now(), by=identity())
    services().queue.send(TELL_OF_VERSIONS)
    flash(ngettext("%(num)d person is told by mail.", "%(num)d people are told by mail.", people), "good")
    return redirect(url_for("content.asset", ref=ref), 303)


def readers_of(found: AssetPage) -> dict[str, object]:
    """For who writes content: people who hold or used an older version, while there is an older one."""
    writes = identity().may(Permission.CONTENT_WRITE)
    if not writes or len(found.versions) < 2:
        return {"holders": None, "users": None}
    return {
        "holders": version_readers(db(), found.asset, Use.HOLDING, Slice(HOLDERS_SHOWN), at=now()),
        "users": version_readers(db(), found.asset, Use.USED, Slice(1), at=now()),
    }


def _use(text: str) -> Use:
    return Use.USED if text == Use.USED else Use.HOLDING


def _example(asset: Asset, found: VersionReaders) -> VersionLetter:
    """The letter as the first on the list reads it."""
    first = next((reader for reader in found.rows if reader.can_be_told), None)
    version = asset.current_version
    assert version is not None
    return VersionLetter(
        name=(first and first.name) or person().name,
        title=asset.title,
        used=first.number if first else max(version.number - 1, 1),
        new=version.number,
        what_changed=version.what_changed,
        note=_("[your words]"),
        address=f"{services().settings.base_url}/library/{asset.ref}",
    )
