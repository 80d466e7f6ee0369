"""Captions that wait for a second person: each line that comes or goes, and the film with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from flask import Response, render_template

from content.assets.models import AssetVersion
from content.assets.proposal_models import ChangeOf, ChangeState, ProposedCaptions, ProposedChange
from content.editing.captioning import captions_in
from content.editing.proposed_changes import proposed_change
from portal.kernel.errors import NotFound
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content.blueprint import blueprint
from portal.web.content.captions import vtt
from portal.web.content.library_page import language_name
from portal.web.context import db, identity, now

MOST_LINES = 500

Cues = Sequence[Sequence[object]]


@dataclass(frozen=True, slots=True)
class Line:
    """A line that comes, or goes; `start` in milliseconds."""

    comes: bool
    start: int
    words: str


@blueprint.get("/content/proposed/<int:proposed_id>/captions")
@requires(Permission.CONTENT_WRITE)
def proposed_captions(proposed_id: int) -> str:
    change = _captions_change(proposed_id)
    version = db().get_one(AssetVersion, change.version_id)
    there = captions_in(db(), version, change.language)
    lines = changed_lines(there.cues if there else [], _cues(change))
    return render_template(
        "content/proposed_captions.html",
        change=change,
        asset=change.asset,
        version=version,
        language=language_name(change.language),
        is_waiting=change.state is ChangeState.WAITING,
        lines=lines[:MOST_LINES],
        left_out=max(0, len(lines) - MOST_LINES),
        primary=True,
        me=identity().user_id,
    )


@blueprint.get("/content/proposed/<int:proposed_id>/captions.vtt")
@requires(Permission.CONTENT_WRITE)
def proposed_track(proposed_id: int) -> Response:
    return vtt(_cues(_captions_change(proposed_id)))


def changed_lines(before: Cues, after: Cues) -> list[Line]:
    """What goes and what comes, by the moment that it is said."""
    old, new = ([(int(str(start)), str(words)) for start, _end, words in cues] for cues in (before, after))
    found: list[Line] = []
    for what, first, last, first_new, last_new in SequenceMatcher(None, old, new, False).get_opcodes():
        if what != "equal":
            goes = [Line(False, *line) for line in old[first:last]]
            comes = [Line(True, *line) for line in new[first_new:last_new]]
            found += sorted(goes + comes, key=lambda line: line.start)
    return found


def _captions_change(proposed_id: int) -> ProposedChange:
    change = proposed_change(db(), identity(), proposed_id, at=now())
    if change.what is not ChangeOf.CAPTIONS:
        raise NotFound
    return change


def _cues(change: ProposedChange) -> Cues:
    proposed = db().get(ProposedCaptions, change.id)
    return proposed.cues if proposed else []
