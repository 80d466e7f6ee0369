"""Joining an asset with its translations."""

from __future__ import annotations

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from content.assets.guard import readable_asset
from content.assets.models import Asset
from content.assets.naming import named_ref
from content.editing.translations import (
    translate,
    translate_for_approval,
    translations_of,
    untranslate,
    untranslate_for_approval,
)
from portal.kernel.db import transaction
from portal.kernel.errors import NotFound, Refusal
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content.blueprint import blueprint
from portal.web.content.library_page import language_name
from portal.web.content.steps import done, waits_now
from portal.web.context import db, identity, now, services


class NoSuchAsset(Refusal):
    def __init__(self, ref: str) -> None:
        super().__init__(
            f"There is no one asset called “{ref}”. Choose one of the titles offered, or give its ref."
        )


@blueprint.post("/library/<ref>/translations")
@requires(Permission.CONTENT_WRITE)
def add_translation(ref: str) -> Response:
    waits = None
    with transaction(services().sessions) as session:
        named = named_ref(session, request.form.get("other", ""))
        asset = readable_asset(session, identity(), ref, at=now())
        try:
            other = readable_asset(session, identity(), named, at=now())
        except NotFound:
            raise NoSuchAsset(named[:64]) from None
        if services().settings.needs_approval:
            waits = translate_for_approval(session, asset, other, at=now(), by=identity())
        else:
            translate(session, asset, other, at=now(), by=identity())
    if waits is not None:
        return waits_now(ref, waits, _("It waits for approval; partners have what is there until then."))
    return done(ref, _("“%(title)s” is its translation now.", title=other.title))


@blueprint.post("/library/<ref>/translations/remove")
@requires(Permission.CONTENT_WRITE)
def remove_translation(ref: str) -> Response:
    waits = None
    with transaction(services().sessions) as session:
        asset = readable_asset(session, identity(), ref, at=now())
        if services().settings.needs_approval:
            waits = untranslate_for_approval(session, asset, at=now(), by=identity())
        else:
            untranslate(session, asset, at=now(), by=identity())
    if waits is not None:
        return waits_now(ref, waits, _("It waits for approval; partners have what is there until then."))
    return done(ref, _("It is no translation any more."))


def in_other_languages(asset: Asset) -> dict[str, object]:
    """What the asset's page shows of its translations."""
    found = translations_of(db(), identity(), asset, at=now())
    first = found[0] if found and found[0].language == identity().language != asset.language else None
    return {"translations": found, "own_language": first, "language_name": language_name}
