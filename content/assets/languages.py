"""The language that an asset is in, as the code that search, audiences and readers know it by."""

from __future__ import annotations

import re

from babel import Locale

from portal.kernel.errors import Refusal

_NAMED = Locale("en")


class UnknownLanguage(Refusal):
    """`code` is that of the language whose name was written."""

    def __init__(self, text: str, code: str | None) -> None:
        like = f"write {code}" if code else "write one such as en, de or pt-br"
        super().__init__(f"“{text}” is no code of a language: {like}.")


def language_code(text: str) -> str:
    """`pt_BR` is "pt-br". Raises UnknownLanguage, which knows the code of a name."""
    language, *parts = re.split(r"[-_]", text.strip().lower())
    if language not in _NAMED.languages or not all(map(_is_part, parts)):
        raise UnknownLanguage(text.strip()[:40], _code_of(text))
    return "-".join([language, *parts])


def _is_part(part: str) -> bool:
    return part.upper() in _NAMED.territories or part.title() in _NAMED.scripts


def _code_of(text: str) -> str | None:
    name = text.strip().casefold()
    for code, english in _NAMED.languages.items():
        if name == english.casefold():
            return str(code)
    own = {
        code: Locale(code).language_name for code in ("de", "es", "fr", "it", "ja", "nl", "pl", "pt", "sv")
    }
    return next((code for code, known in own.items() if known and name == known.casefold()), None)
