"""Steps that the viewer heard from a demo: believed only with the token of a view, like beats."""

from __future__ import annotations

from flask import Response, jsonify, request
from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, TypeAdapter, ValidationError

from content.usage.demo_steps import ReachedStep, count_steps
from content.usage.usage_errors import WrongBeat
from content.usage.usage_time import LONGEST_MS
from content.usage.usage_tokens import claims_of
from content.usage.usage_views import Moment
from portal.kernel.db import transaction
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content.blueprint import blueprint
from portal.web.context import identity, now, services
from search.words import one_line

LARGEST = 16 * 1024


class SentStep(BaseModel):
    """A step as the browser sends it; `ms` is the active time until it was reached."""

    model_config = ConfigDict(extra="forbid")

    step: str = Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")
    label: str = Field(default="", max_length=120)
    ms: NonNegativeInt


_SENT = TypeAdapter(list[SentStep])


@blueprint.post("/usage/steps")
@requires(Permission.CONTENT_READ)
def steps() -> Response:
    """{"answer": "counted"}, "waiting" before a sign of a person, or "ended"."""
    claims = claims_of(services().settings.secret_key, request.form.get("token", ""), now())
    reached = _steps(request.form.get("steps", ""))
    moment = Moment.of(now(), services().settings.zone)
    with transaction(services().sessions) as session:
        answer = count_steps(session, identity(), claims, reached, moment)
    return jsonify(answer=answer.value)


def _steps(text: str) -> list[ReachedStep]:
    if len(text) > LARGEST:
        raise WrongBeat("it is too long")
    try:
        sent = _SENT.validate_json(text)
    except ValidationError as error:
        raise WrongBeat(str(error.errors()[0]["msg"])) from None
    return [ReachedStep(one.step, one_line(one.label), min(one.ms, LONGEST_MS)) for one in sent]
