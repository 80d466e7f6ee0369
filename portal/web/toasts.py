"""What the next page tells of something that was done, with the way to take it back."""

from __future__ import annotations

from flask import flash, render_template
from markupsafe import Markup


def tell_done(said: str, undo: str | None = None, *, page: str = "", tone: str = "good") -> None:
    """`undo` is the address that takes it back when a form is sent there; `page` is where that leads."""
    flash(Markup(render_template("_done.html", said=said, undo=undo, page=page)), tone)  # noqa: S704  our template
