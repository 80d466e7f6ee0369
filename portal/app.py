"""The application: settings and services in, a Flask application out."""

from __future__ import annotations

from flask import Flask
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from config import Settings
from partners.sessions import ABSOLUTE
from portal.cli import (
    apikeys,
    db,
    deliveries,
    demo,
    doctor,
    fact_files,
    payouts,
    plans,
    search,
    usage,
    users,
    worker,
)
from portal.cli import commissions as commission_commands
from portal.cli import content as content_commands
from portal.services import EXTENSION, Services
from portal.web import (
    admin,
    api,
    auth,
    commissions,
    content,
    demo_host,
    errors,
    formats,
    headers,
    health,
    home,
    icons,
    language,
    navigation,
    packing,
    partners,
    reports,
    sign_in,
    static_files,
    staying,
    typed_text,
)
from portal.web.access import check_every_route
from portal.web.context import close_db
from portal.web.large_body import MB

AREAS = (auth, home, content, partners, commissions, reports, admin, api, health)
COMMANDS = (
    db,
    users,
    apikeys,
    worker,
    doctor,
    content_commands,
    fact_files,
    deliveries,
    payouts,
    plans,
    commission_commands,
    search,
    usage,
    demo,
)

csrf = CSRFProtect()


def create_app(settings: Settings, services: Services) -> Flask:
    """Everything that a request meets, in the order in which it meets it."""
    app = Flask(__name__, static_folder=None)
    typed_text.install(app)
    app.config.update(_flask_settings(settings))
    app.extensions[EXTENSION] = services
    if settings.proxies:
        # tries are counted by address, and all people would have the proxy's (R24)
        counted = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=0, x_host=0)
        app.wsgi_app = counted  # type: ignore[method-assign]
    # first of all, so that it comes last: what an answer says does not change once it is packed
    packing.install(app)
    language.install(app)
    headers.install(app, settings)
    demo_host.install(app, settings)
    sign_in.install(app)
    # after the log-in check: whose session has ended is asked to log in, not told about a form token
    csrf.init_app(app)
    formats.install(app)
    icons.install(app)
    navigation.install(app)
    static_files.install(app)
    errors.install(app)
    staying.install(app)
    app.teardown_appcontext(close_db)
    for area in AREAS:
        app.register_blueprint(area.blueprint)
    csrf.exempt(api.blueprint)
    for view in (*content.WITHOUT_TOKEN, *content.LARGE_BODIES, *commissions.LARGE_BODIES):
        csrf.exempt(view)
    for module in COMMANDS:
        for command in module.commands:
            app.cli.add_command(command)
    check_every_route(app)
    return app


def _flask_settings(settings: Settings) -> dict[str, object]:
    return {
        "SECRET_KEY": settings.secret_key,
        "SESSION_COOKIE_NAME": "__Host-session" if settings.is_https else "session",
        "SESSION_COOKIE_SECURE": settings.is_https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        "PERMANENT_SESSION_LIFETIME": ABSOLUTE,
        # neither a file that a shared cache may keep nor an answer after log-out brings a cookie back
        "SESSION_REFRESH_EACH_REQUEST": False,
        "MAX_CONTENT_LENGTH": 2 * MB,
        "MAX_FORM_MEMORY_SIZE": 2 * MB,
        "TRUSTED_HOSTS": _trusted_hosts(settings),
        "WTF_CSRF_TIME_LIMIT": None,
        "BABEL_DEFAULT_LOCALE": "en",
    }


def _trusted_hosts(settings: Settings) -> list[str]:
    """The hosts of BASE_URL and DEMOS_URL; on this machine alone, each of its names (R22)."""
    loopback = ["127.0.0.1", "localhost", "[::1]"]
    own = loopback if settings.host in {"127.0.0.1", "localhost", "::1"} else [settings.host]
    return [*own, settings.demos_host] if settings.demos_host else own
