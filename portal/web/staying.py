"""Small forms that stay open while they are refused, with what was entered and the sentence beside it.

htmx sends them (the macro stays() of components/forms.html) and puts a refusal, a fragment, into the form.
Without script they are sent as any form, and a refusal is a page.
"""

from __future__ import annotations

from flask import Flask, Response, request

MOVED = {301, 302, 303}


def install(app: Flask) -> None:
    app.after_request(_lead_on)


def stays() -> bool:
    """Whether the form that was sent is still on the reader's screen."""
    return "X-Stays" in request.headers


def _lead_on(response: Response) -> Response:
    """What was done leads on to a page: the browser goes there, where htmx would put it into the form."""
    if stays() and response.status_code in MOVED and response.location:
        response.headers["HX-Redirect"] = response.location
        del response.headers["Location"]
        response.status_code = 200
        response.set_data(b"")
    return response
