"""The titles that a field offers in which an asset is named."""

from __future__ import annotations

from flask import render_template, request

from content.assets.naming import named_like
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content.blueprint import blueprint
from portal.web.content.library_page import language_name
from portal.web.content_words import kind_names
from portal.web.context import db

OFFERED = 10


@blueprint.get("/content/titles")
@requires(Permission.CONTENT_WRITE)
def titles() -> str:
    """What was typed comes under the name of the field."""
    typed = next(iter(request.args.values()), "")[:200]
    return render_template(
        "content/_titles.html",
        found=named_like(db(), typed, most=OFFERED),
        kinds=kind_names(),
        language_name=language_name,
    )
