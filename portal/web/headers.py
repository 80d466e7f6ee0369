"""The header set of security.md section 5, on every answer."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, request

from config import Settings
from portal.web.demo_host import DEMO_FILE

STATIC_AGE = "public, max-age=31536000, immutable"


def install(app: Flask, settings: Settings) -> None:
    """Add the headers; a view that set its own policy or cache keeps it."""
    policy = content_policy(settings)

    @app.after_request
    def add(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", policy)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        if "frame-ancestors 'none'" in headers["Content-Security-Policy"]:
            headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
        if settings.is_https:
            headers.setdefault("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
        if request.endpoint == "static":
            headers["Cache-Control"] = STATIC_AGE if "v" in request.args else "public, max-age=300"
        else:
            headers.setdefault("Cache-Control", "no-store")
            if request.endpoint != DEMO_FILE:
                headers.add("Vary", "Cookie")
        return response


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
            "frame-ancestors 'none'",
            "object-src 'none'",
        )
    )
