"""The library: search first, narrowed by facets, all of it in the address."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from content.finding.facets import Facet
from content.finding.finding import Findings, FindQuery, Sort, find
from content.finding.proofs import MOST, SIGNALS
from content.readers.saving import saved_refs
from portal.adapters.queue import KEEP_INDEX
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content import hit_words, library_page
from portal.web.content.blueprint import blueprint
from portal.web.content.library_page import LibraryPage
from portal.web.content.search_notes import note_search
from portal.web.context import db, identity, now, services

# rows of three, four and two are full
AT_ONCE = 24
MOST_SHOWN = 240
MOST_CHOICES = 50


@blueprint.get("/library")
@requires(Permission.CONTENT_READ)
def library() -> ResponseReturnValue:
    query = asked_for(request.args)
    found = find(db(), services().search, identity(), query, at=now())
    if found.is_plain:
        services().queue.send(KEEP_INDEX)
    else:
        note_search(query, found)
    return _page(query, found)


def asked_for(args: MultiDict[str, str]) -> FindQuery:
    """What the address asks for; what it cannot mean is left out."""
    return FindQuery(
        text=args.get("q", "").strip(),
        kind=_choices(args, Facet.KIND),
        stage=_choices(args, Facet.STAGE),
        industry=_choices(args, Facet.INDUSTRY),
        persona=_choices(args, Facet.PERSONA),
        product=_choices(args, Facet.PRODUCT),
        language=_choices(args, Facet.LANGUAGE),
        freshness=_choices(args, Facet.FRESHNESS),
        saved=args.get("saved") == "1",
        signals=SIGNALS - set(args.getlist("without")),
        sort=Sort(args["sort"]) if args.get("sort") in set(Sort) else Sort.BEST,
        limit=min(max(args.get("shown", AT_ONCE, type=int), AT_ONCE), MOST_SHOWN),
    )


def _choices(args: MultiDict[str, str], facet: Facet) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in args.getlist(facet) if value))[:MOST_CHOICES]


def _page(query: FindQuery, found: Findings) -> str:
    as_list = request.args.get("layout") == "list"
    page = LibraryPage(query, found, as_list=as_list, step=AT_ONCE, most=MOST_SHOWN)
    return render_template(
        "content/library.html",
        page=page,
        may_write=identity().may(Permission.CONTENT_WRITE),
        may_ask=identity().may(Permission.REQUESTS_WRITE),
        icons=library_page.ICONS,
        most_added=sum(MOST.values()),
        saved=saved_refs(db(), identity()),
        may_collect=identity().may(Permission.COLLECTIONS_WRITE),
        **{function.__name__: function for function in hit_words.WORDS},
    )
