"""The form that gives many assets the same facts; what is left empty stays as each has it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from content.assets.errors import NothingToChange
from content.assets.id_sets import in_set
from content.assets.languages import language_code
from content.assets.models import Term
from content.editing.bulk_edits import Edit
from portal.web.content.day_fields import day_of, until_of
from portal.web.content.forms import audience_of, owner_of
from portal.web.row_ids import row_ids

NOBODY = "0"
FIELDS = ("owner", "review_on", "expires_on", "no_end", "language", "audience", "more", "less", "sent")


def has_edit(values: MultiDict[str, str]) -> bool:
    """Whether the form itself was sent, and not only the choice of assets."""
    return "sent" in values


def edit_of(values: MultiDict[str, str], session: Session, zone: ZoneInfo) -> Edit:
    """Raises NothingToChange, and refusals that name a field's value."""
    columns: dict[str, object] = {}
    owner = values.get("owner", "")
    if owner:
        columns["owner_id"] = None if owner == NOBODY else owner_of(session, owner)
    if values.get("review_on"):
        columns["review_on"] = day_of(values["review_on"])
    if values.get("no_end"):
        columns["expires_at"] = None
    elif values.get("expires_on"):
        columns["expires_at"] = until_of(values, zone)
    if values.get("language", "").strip():
        columns["language"] = language_code(values["language"])
    audience = audience_of(values.getlist("audience")) or None
    edit = Edit(columns, audience, _terms(session, values, "more"), _terms(session, values, "less"))
    if not (edit.columns or edit.audience or edit.more or edit.less):
        raise NothingToChange
    return edit


def _terms(session: Session, values: MultiDict[str, str], name: str) -> list[Term]:
    ids = row_ids(values.getlist(name))
    return list(session.scalars(select(Term).where(in_set(session, Term.id, ids)))) if ids else []
