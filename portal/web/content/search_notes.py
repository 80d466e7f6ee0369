"""What is noted of a search: its maker's last ten, and for the log a partner's words and what they led to.

All of it goes through the queue once the answer stands. The log leaves the brand's own searches out: they
would hide what partners do not find.
"""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from flask import Response, request, url_for

from content.finding.finding import Findings, FindQuery, Sort
from content.finding.search_log import logged_text
from portal.adapters.queue import LOG_OPENING, LOG_SEARCH, REMEMBER_SEARCH
from portal.web.content.blueprint import blueprint
from portal.web.context import business_day, identity, is_known, now, services

OPENING = {"content.asset", "content.viewer", "content.download"}


def note_search(query: FindQuery, found: Findings) -> None:
    """A search as it was typed; narrowing it, sorting it or seeing more of it is the same search."""
    is_narrowed = query.choices or query.saved or query.sort is not Sort.BEST
    if not query.has_words or is_narrowed or request.args.get("shown") or identity().is_preview:
        return
    at = now().isoformat()
    services().queue.send(REMEMBER_SEARCH, user_id=identity().user_id, text=query.text[:200], at=at)
    if identity().is_partner:
        services().queue.send(
            LOG_SEARCH, text=logged_text(query.text), found=found.total, on=business_day().isoformat()
        )


def words_searched() -> str:
    """The words of the search that this page was opened from; "" where it was opened from any other."""
    return _words_searched(request.referrer or "")


@blueprint.after_request
def note_opening(response: Response) -> Response:
    """The page that a result was opened from names its words: no address has to carry them on."""
    counts = is_known() and identity().is_partner and not identity().is_preview
    if request.endpoint in OPENING and response.status_code < 400 and counts:
        words = words_searched()
        if words:
            services().queue.send(
                LOG_OPENING,
                text=logged_text(words),
                on=business_day().isoformat(),
                asset=(request.view_args or {})["ref"],
            )
    return response


def _words_searched(address: str) -> str:
    """The words of a search in this library; "" for any other page."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.netloc != request.host or parts.path != url_for("content.library"):
        return ""
    return parse_qs(parts.query).get("q", [""])[0].strip()
