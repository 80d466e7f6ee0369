"""The reader's language: their own setting, else what the browser asks for; and a page's texts in it."""

from __future__ import annotations

from functools import lru_cache

from flask import Flask, g, has_request_context, request
from flask_babel import Babel, get_locale, get_translations
from markupsafe import Markup

from portal.web.context import is_known, person

LANGUAGES = ("en",)
USUAL = "en"


def install(app: Flask) -> None:
    Babel(app, locale_selector=reader_locale)
    # Flask-Babel's look up request, domain and locale for every text, and a page has hundreds
    app.jinja_env.globals.update(_=_text, gettext=_text, ngettext=_counted_text)


def reader_locale() -> str:
    """A locale for texts and numbers; numbers follow the person's setting even where texts are English.

    The command line and the worker have no reader.
    """
    if is_known():
        return person().locale
    if not has_request_context():
        return USUAL
    return request.accept_languages.best_match(LANGUAGES) or USUAL


def locale() -> str:
    """The reader's locale, found out once a request."""
    try:
        found: str | None = g.get("locale")
    except RuntimeError:
        # outside of a request
        return USUAL
    if found is None:
        found = g.locale = str(get_locale() or USUAL)
    return found


def _text(text: str, /, **variables: object) -> Markup:
    """As Jinja's new-style gettext: what is filled in is escaped, a doubled percent sign is one."""
    return _translated(str(text), locale()) % variables if variables else _whole(str(text), locale())


def _counted_text(one: str, many: str, count: int, /, **variables: object) -> Markup:
    # texts are of our templates, never what a person wrote
    return Markup(get_translations().ungettext(one, many, count)) % {"num": count, **variables}  # noqa: S704


@lru_cache(maxsize=10_000)
def _translated(text: str, _locale: str) -> Markup:
    return Markup(get_translations().ugettext(text))  # noqa: S704


@lru_cache(maxsize=10_000)
def _whole(text: str, locale: str) -> Markup:
    return _translated(text, locale) % {}
