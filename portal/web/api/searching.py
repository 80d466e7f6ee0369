"""GET /search: what the key's person may see of what was asked for."""

from __future__ import annotations

from dataclasses import replace

from flask import request
from pydantic import Field

from content.finding.finding import FindQuery
from content.finding.proofs import SIGNALS, Signal
from content.finding.search_answers import SearchAnswer, offset_of, search_answer
from portal.adapters.queue import KEEP_INDEX
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.api.blueprint import blueprint
from portal.web.api.operations import Page, read
from portal.web.context import db, identity, now, services


class SearchQuery(Page):
    """Words joined by OR with ranking, phrases in quotes, -word excludes; a facet may be named repeatedly."""

    q: str = Field("", max_length=2000)
    kind: str | None = None
    stage: str | None = None
    industry: str | None = None
    persona: str | None = None
    product: str | None = None
    language: str | None = None
    freshness: str | None = None
    without: Signal | None = Field(None, description="A signal that does not count; may be named repeatedly")


@blueprint.get("/search")
@requires(Permission.CONTENT_READ)
@read("Content that you may see, found by its words", SearchAnswer, SearchQuery)
def search(query: SearchQuery) -> SearchAnswer:
    wanted = FindQuery(text=query.q, limit=query.limit, offset=offset_of(query.cursor))
    chosen = replace(
        wanted,
        kind=_values("kind"),
        stage=_values("stage"),
        industry=_values("industry"),
        persona=_values("persona"),
        product=_values("product"),
        language=_values("language"),
        freshness=_values("freshness"),
        signals=SIGNALS - set(_values("without")),
    )
    answer = search_answer(db(), services().search, identity(), chosen, at=now())
    if answer.note:
        services().queue.send(KEEP_INDEX)
    return answer


def _values(facet: str) -> tuple[str, ...]:
    return tuple(request.args.getlist(facet))
