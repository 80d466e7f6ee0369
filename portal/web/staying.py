"""Small forms that stay open while they are refused, with what was entered and the sentence beside it.

htmx sends them (the macro stays() of components/forms.html) and puts a refusal, a fragment, into the form.
Without script they are sent as any form, and a refusal is a page.
"""

from __future__ import annotations

from flask import Flask, Response, request

from portal.web.paths import safe_next

MOVED = {301, 302, 303}


def install(app: Flask) -> None:
    app.after_request(_lead_on)
    app.add_template_global(form_page)


def stays() -> bool:
    """Whether the form that was sent is still on the reader's screen."""
    return "X-Stays" in request.headers


def form_page() -> str:
    """The page that a form is on: of one that was refused, where it was filled in first."""
    here = request.full_path.rstrip("?")
    return safe_next(request.form.get("form_page"), otherwise=here) if request.method == "POST" else here


def _lead_on(response: Response) -> Response:
    """What was done leads on to a page: the browser goes there, where htmx would put it into the form."""
    if stays() and response.status_code in MOVED and response.location:
        response.headers["HX-Redirect"] = response.location
        del response.headers["Location"]
        response.status_code = 200
        response.set_data(b"")
    return response
