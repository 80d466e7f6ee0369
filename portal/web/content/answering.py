"""One request for content: how it stands, and what the brand decides about it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from content.assets.errors import UnknownWord
from content.assets.naming import named_ref
from content.finding.finding import FindQuery, FoundAsset, find
from content.requests.request_models import ContentRequest, RequestState
from content.requests.request_queries import ListedRequest, request_of
from content.requests.requesting import Decision, decide
from partners.people import identity_of
from portal.kernel.db import transaction
from portal.kernel.errors import Refusal
from portal.kernel.identity import Permission
from portal.kernel.outbox import post
from portal.letters import request_letter
from portal.web.access import requires
from portal.web.content.blueprint import blueprint
from portal.web.content.requests import searched_in_vain
from portal.web.content_words import kind_names, request_state_names
from portal.web.context import business_day, db, identity, now, services
from search.errors import IndexBeingRebuilt

CANDIDATES = 5


@blueprint.get("/requests/<int:request_id>")
@requires(Permission.REQUESTS_READ)
def request_page(request_id: int) -> str:
    listed = request_of(db(), identity(), request_id, today=business_day(), at=now())
    asked = listed.request
    if identity().is_partner and asked.state.is_over and asked.seen_at is None:
        _note_seen(request_id)
    return _page(listed)


@blueprint.post("/requests/<int:request_id>/decision")
@requires(Permission.CONTENT_WRITE)
def decide_request(request_id: int) -> Response | tuple[str, int]:
    state = request.form.get("state", "")
    if state not in set(RequestState):
        raise UnknownWord(_("decision"), state, list(RequestState))
    typed = request.form.get("asset", "").strip()
    ref = named_ref(db(), typed) if typed else request.form.get("candidate", "")
    decision = Decision(RequestState(state), ref, request.form.get("reason", ""))
    try:
        with transaction(services().sessions) as session:
            asked = request_of(session, identity(), request_id, today=business_day(), at=now()).request
            decide(session, asked, decision, at=now(), by=identity())
            if asked.state.is_over and asked.asked_by.disabled_at is None:
                address = f"{services().settings.base_url}/requests/{asked.id}"
                post(session, request_letter(asked, address), at=now())
    except Refusal as refusal:
        listed = request_of(db(), identity(), request_id, today=business_day(), at=now())
        return _page(listed, refusal.sentence), refusal.status
    done = {
        RequestState.OPEN: _("Open again."),
        RequestState.PLANNED: _("Planned. The partner sees it."),
        RequestState.DONE: _("Answered. The partner is told by mail and on their home."),
        RequestState.DECLINED: _("Declined. The partner is told, with your reason."),
    }
    flash(done[decision.state], "good")
    return redirect(url_for("content.request_page", request_id=request_id), 303)


def _page(listed: ListedRequest, sentence: str | None = None) -> str:
    answers = identity().may(Permission.CONTENT_WRITE)
    return render_template(
        "content/request.html",
        listed=listed,
        asked=listed.request,
        candidates=_candidates(listed.request) if answers and not listed.request.state.is_over else (),
        searched=searched_in_vain(listed.searches),
        states=request_state_names(),
        kinds=kind_names(),
        answers=answers,
        asks=identity().may(Permission.REQUESTS_WRITE),
        sentence=sentence,
    )


def _candidates(asked: ContentRequest) -> tuple[FoundAsset, ...]:
    """What the person who asked would find today: it may be there by now."""
    asker = identity_of(db(), asked.asked_by, today=business_day())
    query = FindQuery(asked.words, limit=CANDIDATES)
    try:
        return find(db(), services().search, asker, query, at=now()).items
    except IndexBeingRebuilt:
        return ()


def _note_seen(request_id: int) -> None:
    with transaction(services().sessions) as session:
        session.get_one(ContentRequest, request_id).seen_at = now()
