"""The brand's list of all content, with state, processing, owner and review."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from flask import render_template, request, url_for
from werkzeug.datastructures import MultiDict

from content.assets.models import AssetKind, AssetState, Processing
from content.assets.queries import ManagedFilter, managed_assets
from content.editing.describing import possible_owners
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content.blueprint import blueprint
from portal.web.content_words import kind_names, state_names
from portal.web.context import db, now

PER_PAGE = 40
REVIEW_WITHIN = timedelta(days=30)
Kind = TypeVar("Kind", bound=StrEnum)


@blueprint.get("/content")
@requires(Permission.CONTENT_WRITE)
def managed() -> str:
    wanted = filter_of(request.args)
    page = max(1, request.args.get("page", 1, type=int))
    found = managed_assets(db(), wanted, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
    return render_template(
        "content/managed.html",
        found=found,
        wanted=wanted,
        page=page,
        first=(page - 1) * PER_PAGE + 1 if found.rows else 0,
        address=_address,
        filter_query=urlencode([(key, value) for key, value in request.args.items() if key != "page"]),
        kinds=kind_names(),
        states=state_names(),
        owners=possible_owners(db()),
        today=now().date(),
        at=now(),
    )


def filter_of(args: MultiDict[str, str]) -> ManagedFilter:
    """What an address of the list asks for; what it cannot mean is left out."""
    return ManagedFilter(
        text=args.get("q", "").strip()[:200],
        state=_one_of(AssetState, args.get("state")),
        processing=_one_of(Processing, args.get("processing")),
        kind=_one_of(AssetKind, args.get("kind")),
        review_by=now().date() + REVIEW_WITHIN if args.get("review") == "due" else None,
        owner_id=args.get("owner", type=int),
    )


def _one_of(kinds: type[Kind], value: str | None) -> Kind | None:
    return kinds(value) if value in set(kinds) else None


def _address(**changes: str | int | None) -> str:
    """The list with some filters changed; None removes one. Any change goes back to the first page."""
    kept = {key: value for key, value in request.args.items() if key != "page"}
    merged = {**kept, **changes}
    query = urlencode({key: value for key, value in merged.items() if value})
    return url_for("content.managed") + (f"?{query}" if query else "")
