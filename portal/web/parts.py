"""Parts that a page fetches once it stands, and what their addresses show to whoever opens them alone."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template, request

from portal.web.navigation import say_no_counts


def part(
    template: str, title: str, *, alone: str = "", above: Sequence[tuple[str, str]] = (), **given: object
) -> str:
    """The part; a page around it where htmx did not ask, so that it can be read without script.

    `alone` is what that page shows instead, `above` the addresses and names of the pages over it.
    """
    if request.headers.get("HX-Request"):
        return render_template(template, **given)
    say_no_counts()
    return render_template("part.html", part=alone or template, title=title, above=above, **given)
