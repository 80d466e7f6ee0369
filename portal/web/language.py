"""The reader's language: their own setting, else what the browser asks for."""

from __future__ import annotations

from flask import request

from portal.web.context import is_known, person

LANGUAGES = ("en",)


def reader_locale() -> str:
    """A locale for texts and numbers; numbers follow the person's setting even where texts are English."""
    if is_known():
        return person().locale
    return request.accept_languages.best_match(LANGUAGES) or "en"
