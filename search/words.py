"""Words out of text: accents folded, lower case, apostrophes dropped, then the stem by a language.

Both engines store and look up what this module returns, so that they agree on what a word is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain

from search.languages import ENGLISH, stem_of

# scripts without spaces: each character is a token, and a run of them is looked up as a phrase
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_LETTER = rf"[^\W_{_UNSPACED}]"
_TOKEN = re.compile(rf"[{_UNSPACED}]|\d+(?:[.,]\d+)+|{_LETTER}+(?:['’]{_LETTER}+)*")
# the same for ASCII, in a third less time
_PLAIN_TOKEN = re.compile(r"\d+(?:[.,]\d+)+|[a-zA-Z0-9]+(?:'[a-zA-Z0-9]+)*", re.ASCII)
# a token from its first letter on, where it is the first
_INSIDE = rf"(?<!{_LETTER}.)(?<!{_LETTER}['’].){_LETTER}*(?:['’]{_LETTER}+)*"
_FOREIGN = re.compile(rf"[{_UNSPACED}]|[^\W\d_\x00-\x7f{_UNSPACED}]{_INSIDE}")
# behind a number a word may begin without a sign between them
_AFTER_NUMBER = re.compile(rf"\d[.,]\d+['’]?[^\W\d_{_UNSPACED}]")
_POSSESSIVE = re.compile(r"['’]s?$")
_APOSTROPHES = re.compile(r"['’]")
_UNDECOMPOSED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th"}
)
_LONGEST = 64


@dataclass(frozen=True, slots=True)
class Word:
    """A word in a text: its stem, how it reads folded, and where it stands."""

    stem: str
    folded: str
    start: int
    end: int


def words_of(text: str, language: str = ENGLISH) -> Iterator[Word]:
    """The words of a text in order, with their places in it."""
    for match in tokens_of(text):
        folded = fold(match.group())
        if folded:
            yield Word(stem_of(folded, language), folded, match.start(), match.end())


def tokens_of(text: str) -> Iterator[re.Match[str]]:
    """What may be words, as they are written."""
    return _cutting(text).finditer(text)


def as_written(text: str) -> list[str]:
    """The same without their places, which take longer than the words."""
    return _cutting(text).findall(text)


def _cutting(text: str) -> re.Pattern[str]:
    return _PLAIN_TOKEN if text.isascii() else _TOKEN


def tokens_from(text: str, letters: Collection[str]) -> list[re.Match[str]] | None:
    """Those of `tokens_of` that begin with one of the letters, or with one that is not ASCII.

    All others are passed over, which is most of the work. None for a text in which that is not told at once.
    """
    if _AFTER_NUMBER.search(text):
        return None
    beginnings = [_from(letter, text.isascii()) for letter in letters if letter.isascii()]
    if not text.isascii():
        beginnings.append(_FOREIGN)
    found = chain.from_iterable(beginning.finditer(text) for beginning in beginnings)
    return sorted(found, key=re.Match.start)


@cache
def _from(letter: str, is_plain: bool) -> re.Pattern[str]:  # noqa: FBT001  half of what is kept by
    either = f"[{letter}{letter.upper()}]"
    if is_plain:
        return re.compile(rf"{either}(?<![a-zA-Z0-9].)(?<![a-zA-Z0-9]'.)[a-zA-Z0-9]*(?:'[a-zA-Z0-9]+)*")
    return re.compile(either + _INSIDE)


def folded_words(text: str) -> list[str]:
    return [folded for token in as_written(text) if (folded := fold(token))]


@lru_cache(maxsize=131072)
def fold(word: str) -> str:
    """Lower case without accents and apostrophes: "Café's" is "cafe"."""
    bare = _APOSTROPHES.sub("", _POSSESSIVE.sub("", word))
    decomposed = unicodedata.normalize("NFKD", bare.casefold()).translate(_UNDECOMPOSED)
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))[:_LONGEST]


def is_unspaced(text: str) -> bool:
    """Whether the text holds a script that puts no spaces between words."""
    return re.search(f"[{_UNSPACED}]", text) is not None


def one_line(text: str) -> str:
    """The text with composed accents and single spaces, as it is stored and quoted."""
    return " ".join(unicodedata.normalize("NFC", text).replace("\x00", " ").split())
