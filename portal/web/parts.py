"""Parts that a page fetches once it stands, and what their addresses show to whoever opens them alone."""

from __future__ import annotations

from flask import render_template, request


def part(template: str, title: str, **given: object) -> str:
    """The part; a page around it where htmx did not ask, so that it can be read without script."""
    if request.headers.get("HX-Request"):
        return render_template(template, **given)
    return render_template("part.html", part=template, title=title, **given)
