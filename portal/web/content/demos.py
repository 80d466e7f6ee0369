"""Playing an HTML demo: a frame of its own, and its files under a short signed path (security.md 5)."""

from __future__ import annotations

import unicodedata
from urllib.parse import urlsplit

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from content.assets.guard import readable_version
from content.processing.demos import DemoGrant, granted_file, signed, start_of
from content.usage.demo_models import DemoFile
from portal.kernel.errors import NotFound
from portal.kernel.identity import Permission
from portal.web import demo_host
from portal.web.access import public, requires
from portal.web.content.blob_answers import streamed_blob
from portal.web.content.blueprint import blueprint
from portal.web.context import db, identity, now, services
from portal.web.sign_in import session_id

FRAMED_HERE = "default-src 'none'; frame-ancestors 'self'"
HTML = "text/html"
# a page of its own runs only in the frame of the viewer; its scripts may fetch it as text
DESTS_OF_HTML = {"iframe", "empty"}
NEVER = {"document", "serviceworker", "embed", "object", "frame"}
# the frame hides the person's movements from the page that counts active time; this tells it of them
SIGNS_OF_LIFE = (
    b"<script>(()=>{let last=0;const sign=(e)=>{if(!e.isTrusted||Date.now()-last<3000)return;last=Date.now();"
    b"parent.postMessage({type:'makegood:input'},'*')};for(const name of['pointermove','pointerdown',"
    b"'touchstart','wheel','keydown'])addEventListener(name,sign,{capture:true,passive:true})})()</script>"
)


@blueprint.get("/library/<ref>/versions/<int:number>/demo")
@requires(Permission.CONTENT_READ)
def play_demo(ref: str, number: int) -> BaseResponse:
    """To the demo's first page, under a path that this log-in alone holds."""
    version = readable_version(db(), identity(), ref, number, at=now())
    start = start_of(db(), version) if version.is_ready else None
    if start is None:
        raise NotFound
    grant = DemoGrant(ref, number, identity().user_id, session_id(), now().isoformat())
    token = signed(services().settings.secret_key, grant)
    path = url_for("content.demo_file", token=token, path=start.path)
    answer = redirect(f"{services().settings.demos_url or ''}{path}", 302)
    answer.headers["Content-Security-Policy"] = FRAMED_HERE
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@blueprint.get("/demos/<token>/<path:path>")
@public("the signed path is the key: demos get no cookie")
def demo_file(token: str, path: str) -> Response:
    secret = services().settings.secret_key
    dest = request.headers.get("Sec-Fetch-Dest", "")
    try:
        file = granted_file(db(), secret, token, unicodedata.normalize("NFC", path), at=now())
        if dest in NEVER or (file.media_type.startswith(HTML) and dest not in DESTS_OF_HTML):
            return demo_host.refused()
        answer = _answer(file, is_page=dest == "iframe")
    except NotFound:
        return demo_host.refused()
    answer.headers["Content-Security-Policy"] = _policy(token)
    answer.headers["Referrer-Policy"] = "no-referrer"
    if services().settings.demos_url is None:
        # its origin is opaque, so its own modules, fonts and data are another origin's to the browser
        answer.headers["Access-Control-Allow-Origin"] = "*"
        answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


def _answer(file: DemoFile, *, is_page: bool) -> Response:
    tail = SIGNS_OF_LIFE if is_page and file.media_type == f"{HTML}; charset=utf-8" else b""
    return streamed_blob(services().blobs, file.sha256, file.media_type, tail=tail)


def _policy(token: str) -> str:
    """The second address gives a demo an origin of its own; without it the sandbox leaves it none."""
    settings = services().settings
    app = urlsplit(settings.base_url)
    if settings.demos_url is not None:
        rights, own = "allow-scripts allow-same-origin allow-popups", "'self'"
        framed_by = f"{app.scheme}://{app.netloc}"
    else:
        rights, own = "allow-scripts", f"{app.scheme}://{request.host}/demos/{token}/"
        framed_by = "'self'"
    return "; ".join(
        (
            f"sandbox {rights}",
            f"default-src {own} 'unsafe-inline' 'unsafe-eval' data: blob:",
            f"connect-src {own}",
            "form-action 'none'",
            f"base-uri {own}",
            f"frame-ancestors {framed_by}",
        )
    )
