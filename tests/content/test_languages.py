"""The codes of languages that content is in."""

from __future__ import annotations

import pytest

from content.assets.languages import UnknownLanguage, language_code

CODES = {
    "de": "de",
    " EN ": "en",
    "pt_BR": "pt-br",
    "es-419": "es-419",
    "zh-Hant-TW": "zh-hant-tw",
    "haw": "haw",
}
NAMES = {
    "German": "write de",
    "Deutsch": "write de",
    "日本語": "write ja",
    "!!": "such as en",
    "": "such as en",
}


@pytest.mark.parametrize(("typed", "code"), CODES.items())
def test_a_code_is_kept_as_search_and_audiences_know_it(typed: str, code: str) -> None:
    assert language_code(typed) == code


@pytest.mark.parametrize(("typed", "said"), NAMES.items())
def test_a_name_is_answered_with_its_code(typed: str, said: str) -> None:
    with pytest.raises(UnknownLanguage) as refused:
        language_code(typed)
    assert said in refused.value.sentence


@pytest.mark.parametrize("typed", ["ger man", "de;en", "../de", "de-", "x" * 200, "de-nowhere"])
def test_what_is_no_language_is_refused(typed: str) -> None:
    with pytest.raises(UnknownLanguage):
        language_code(typed)
