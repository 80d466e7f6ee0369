"""Untrusted HTML stays apart: the second address serves demos alone, without any cookie (security.md 5)."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin

from config import Settings

DEMO_FILE = "content.demo_file"


class NoCookieForDemos(SecureCookieSessionInterface):
    """A demo's files never set a cookie, not even to keep a log-in alive."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if request.endpoint != DEMO_FILE:
            super().save_session(app, session, response)


def install(app: Flask, settings: Settings) -> None:
    """With a second address demos are served there and nothing else, and nowhere else."""
    app.session_interface = NoCookieForDemos()

    @app.before_request
    def apart() -> Response | None:
        if settings.demos_host is None:
            return None
        is_demos_host = urlsplit(f"//{request.host}").hostname == settings.demos_host
        if is_demos_host == (request.endpoint == DEMO_FILE):
            return None
        return refused() if is_demos_host or request.endpoint == DEMO_FILE else None


def refused() -> Response:
    """A demo that has ended, or never was: words alone, which a frame may show."""
    words = "This demo cannot be opened here. Reload the page that shows it."
    answer = Response(words, 404, content_type="text/plain; charset=utf-8")
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
