"""Beats of an open viewer, and the view that follows one which has ended (usage rules 2 and 5).

They are forms with a form token like any other: `sendBeacon` can carry one, so nothing is exempt. Of what is
sent only the signed token of the view is believed, and only from the person whose view it is.
"""

from __future__ import annotations

from flask import Response, jsonify, request
from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, ValidationError

from content.assets.guard import readable_version
from content.assets.models import Asset, AssetVersion
from content.usage.played_time import MOST_SPANS
from content.usage.playing import Played, count_played
from content.usage.usage_errors import WrongBeat
from content.usage.usage_time import LONGEST_MS, Beat
from content.usage.usage_tokens import claims_of
from content.usage.usage_views import BeatAnswer, count_beat
from portal.kernel.db import transaction
from portal.kernel.errors import NotFound
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content.blueprint import blueprint
from portal.web.content.viewer import opened
from portal.web.context import db, identity, now, services

LARGEST = 64 * 1024


class SentPlayed(BaseModel):
    """What was played of a film or a sound in this tab: merged stretches, and the whole, in milliseconds."""

    model_config = ConfigDict(extra="forbid")

    spans: list[tuple[NonNegativeInt, NonNegativeInt]] = Field(max_length=MOST_SPANS)
    watched: NonNegativeInt


class SentBeat(BaseModel):
    """A beat as the browser sends it; `pages` are cumulative milliseconds."""

    model_config = ConfigDict(extra="forbid")

    seq: NonNegativeInt = Field(le=10**9)
    tab: str = Field(pattern="^[0-9a-z]{8,32}$")
    pages: dict[int, NonNegativeInt] = Field(max_length=5_000)
    human: bool
    played: SentPlayed | None = None


@blueprint.post("/usage/beats")
@requires(Permission.CONTENT_READ)
def beats() -> Response:
    """{"answer": "counted"}, or "ended" when the browser has to open a new view first."""
    claims = claims_of(services().settings.secret_key, request.form.get("token", ""), now())
    sent = _sent(request.form.get("beat", ""))
    pages = {page: min(ms, LONGEST_MS) for page, ms in sent.pages.items()}
    with transaction(services().sessions) as session:
        answer = count_beat(session, identity(), claims, Beat(sent.tab, sent.seq, pages, sent.human), now())
        if answer is BeatAnswer.COUNTED and sent.played is not None:
            played = Played(sent.tab, sent.played.spans, sent.played.watched)
            count_played(session, identity(), claims, played, now())
    return jsonify(answer=answer.value)


@blueprint.post("/usage/views")
@requires(Permission.CONTENT_READ)
def next_view() -> Response:
    """Open a view of the same version, when the guard still grants it."""
    claims = claims_of(services().settings.secret_key, request.form.get("token", ""), now())
    version = db().get(AssetVersion, claims.version)
    asset = db().get(Asset, version.asset_id) if version else None
    if version is None or asset is None:
        raise NotFound
    granted = readable_version(db(), identity(), asset.ref, version.number, at=now())
    return jsonify(token=opened(granted))


def _sent(text: str) -> SentBeat:
    if len(text) > LARGEST:
        raise WrongBeat("it is too long")
    try:
        return SentBeat.model_validate_json(text)
    except ValidationError as error:
        raise WrongBeat(str(error.errors()[0]["msg"])) from None
