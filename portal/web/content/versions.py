"""Two versions of an asset side by side, and bringing an older one back."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from content.assets.errors import NothingToCompare
from content.assets.guard import is_open_version, readable_version
from content.assets.models import Asset, AssetVersion, Processing
from content.assets.page_matching import Change
from content.editing.stored_files import StoredFiles
from content.editing.version_comparison import compared
from content.editing.version_restoring import restore_for_approval, restore_version
from portal.kernel.db import transaction
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content.blueprint import blueprint
from portal.web.context import db, identity, now, services
from portal.web.paging import pages_of
from portal.web.toasts import tell_done

AT_ONCE = 12


@blueprint.get("/library/<ref>/compare")
@requires(Permission.CONTENT_READ)
def compare(ref: str) -> str:
    """`after` is the current version unless it is named, `before` the one before that."""
    after = readable_version(db(), identity(), ref, request.args.get("after", type=int), at=now())
    versions = ready_versions(after.asset)
    earlier = next((one.number for one in versions if one.number < after.number), None)
    wanted = request.args.get("before", earlier, type=int)
    if wanted is None:
        raise NothingToCompare
    found = compared(db(), readable_version(db(), identity(), ref, wanted, at=now()), after)
    everything = request.args.get("show") == "all"
    pages = found.pages if everything else found.changed
    offset = max(request.args.get("from", 0, type=int), 0)
    shown = pages[offset : offset + AT_ONCE]
    return render_template(
        "content/compare.html",
        asset=after.asset,
        found=found,
        versions=versions,
        everything=everything,
        shown=shown,
        words=change_words(),
        paging=pages_of(len(pages), len(shown), offset, AT_ONCE),
        total=len(pages),
    )


@blueprint.post("/library/<ref>/versions/<int:number>/restore")
@requires(Permission.CONTENT_WRITE)
def restore(ref: str, number: int) -> Response:
    wanted = readable_version(db(), identity(), ref, number, at=now())
    if wanted.is_ready:
        StoredFiles(services().blobs).refuse_unserved(wanted)
    with transaction(services().sessions) as session:
        version = readable_version(session, identity(), ref, number, at=now())
        before = version.asset.current_version
        what_changed = request.form.get("what_changed", "") or _("Version %(number)s again", number=number)
        step = restore_for_approval if services().settings.needs_approval else restore_version
        made = step(session, version, what_changed, at=now(), by=identity())
        waits = not made.is_current
    if waits:
        flash(
            _("Version %(new)s waits for approval; partners have what is there until then.", new=made.number),
            "good",
        )
        return redirect(url_for("content.asset", ref=ref), 303)
    said = _("Version %(number)s is back, as version %(new)s.", number=number, new=made.number)
    undo = url_for("content.restore", ref=ref, number=before.number) if before else None
    tell_done(said, undo)
    return redirect(url_for("content.asset", ref=ref), 303)


def ready_versions(asset: Asset) -> list[AssetVersion]:
    """Those that can be opened, the newest first."""
    wanted = select(AssetVersion).where(
        AssetVersion.asset_id == asset.id, AssetVersion.processing == Processing.READY
    )
    if not identity().sees_all_content:
        wanted = wanted.where(is_open_version())
    return list(db().scalars(wanted.order_by(AssetVersion.number.desc())))


def change_words() -> dict[str, str]:
    return {
        Change.SAME: _("Same"),
        Change.CHANGED: _("Changed"),
        Change.MOVED: _("Moved"),
        Change.NEW: _("New"),
        Change.GONE: _("Gone"),
    }
