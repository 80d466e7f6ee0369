"""The header set of security.md section 5, on every answer."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, request

from config import Settings
from portal.web.demo_host import DEMO_FILE

UNFRAMED = "frame-ancestors 'none'"


def install(app: Flask, settings: Settings) -> None:
    """Add the headers; a view that set its own policy or cache keeps it."""
    usual = _usual_headers(settings)

    @app.after_request
    def add(response: Response) -> Response:
        headers = response.headers
        # one look at all of them: each look of its own would go through the whole list
        given = {name.lower(): value for name, value in headers}
        headers.extend((name, value) for name, value in usual.items() if name.lower() not in given)
        own_policy = given.get("content-security-policy")
        if (own_policy is None or UNFRAMED in own_policy) and "x-frame-options" not in given:
            headers.add("X-Frame-Options", "DENY")
        if "cache-control" not in given:
            headers.add("Cache-Control", "no-store")
        if request.endpoint not in {"static", DEMO_FILE}:
            headers.add("Vary", "Cookie")
        return response


def _usual_headers(settings: Settings) -> dict[str, str]:
    lasting = {"Strict-Transport-Security": "max-age=63072000; includeSubDomains"}
    return {
        "Content-Security-Policy": content_policy(settings),
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
        **(lasting if settings.is_https else {}),
    }


def content_policy(settings: Settings) -> str:
    """The policy; images and media may come from the S3 store, demos from their address, where set."""
    demos = f" {settings.demos_url}" if settings.demos_url else ""
    store = ""
    if settings.storage_url.startswith("s3://"):
        parts = urlsplit(settings.s3_endpoint_url or "https://*.amazonaws.com")
        store = f" {parts.scheme}://{parts.netloc}"
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src 'self' data:{store}",
            "font-src 'self'",
            f"connect-src 'self'{store}",
            f"media-src 'self'{store}",
            f"frame-src 'self'{demos}",
            "form-action 'self'",
            "base-uri 'none'",
            UNFRAMED,
            "object-src 'none'",
        )
    )
