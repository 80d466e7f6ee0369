"""What is being typed into the search box, completed: titles to go to, and texts to search for."""

from __future__ import annotations

from flask import jsonify, request, url_for
from werkzeug.wrappers import Response

from content.finding.completing import completions
from portal.adapters.queue import KEEP_INDEX
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content.blueprint import blueprint
from portal.web.content_words import kind_names
from portal.web.context import db, identity, now, services


@blueprint.get("/library/complete")
@requires(Permission.CONTENT_READ)
def complete() -> Response:
    found = completions(db(), services().search, identity(), request.args.get("q", ""), at=now())
    names = kind_names()
    titles = [
        {
            "ref": title.ref,
            "title": title.title,
            "kind": title.kind.value,
            "kind_name": str(names[title.kind]),
            "url": url_for("content.asset", ref=title.ref),
        }
        for title in found.titles
    ]
    texts = [{"text": text, "url": url_for("content.library", q=text)} for text in found.texts]
    if found.is_plain:
        services().queue.send(KEEP_INDEX)
    answer = jsonify(titles=titles, texts=texts)
    answer.headers["Cache-Control"] = "no-store"
    return answer
