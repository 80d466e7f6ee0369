"""The languages that words are stemmed in, and which of their words tell nothing."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable
from functools import lru_cache
from string import ascii_lowercase, digits

import Stemmer

ENGLISH = "en"
_ALGORITHMS = {
    "da": "danish",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "it": "italian",
    "nb": "norwegian",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "sv": "swedish",
}
KEY_LANGUAGES = tuple(_ALGORITHMS)
# Dutch drops the ge- of a participle; in all others a stem begins as its word does
_OTHERWISE_BEGUN = frozenset({"nl"})
# in a longer one the second letter is its word's, too
_SHORT_STEM = 3
# folded, as words are looked up
_STOP_WORDS = {
    "en": """
        a an and any are as at be been but by can could did do does for from had has have how i if in into
        is it its me my no nor not of on or our should so than that the their them then there these they
        this to us was we were what when where which who whom whose why will with would you your
    """,
    "de": """
        aber als am an auch auf aus bei bin bis bist da das dass dem den der des die dies diese diesem
        diesen dieser dieses durch ein eine einem einen einer eines er es fur hat haben ich ihr im in ist
        ja kann mit nach nicht noch nur ob oder sich sie sind so uber um und uns unser von vor war was wer
        wie wir wird wo zu zum zur
    """,
    "fr": """
        a au aux avec ce ces cette dans de des du elle en est et eux il ils je la le les leur leurs lui ma
        mais mes mon ne nos notre nous on ou par pas pour qu que quel quelle qui sa se ses son sont sur ta
        tes ton tu un une vos votre vous
    """,
    "es": """
        a al con como cual de del donde el ella en entre era es esta este esto fue ha hay la las le les lo
        los me mi mas muy no nos o para pero por porque que quien se ser si sin sobre son su sus tu un una
        uno y ya
    """,
    "it": """
        a ai al alla alle che chi ci come con da dal dalla dei del della delle di dove e ed gli ha hanno i
        il in io la le lo loro ma mi ne nel nella noi non o per perche piu quale quando se si sono su sua
        sul suo tra tu un una uno
    """,
}
_stop_words = {language: frozenset(words.split()) for language, words in _STOP_WORDS.items()}
STOP_WORDS = _stop_words[ENGLISH]

_lock = threading.Lock()


def stemming(code: str) -> str:
    """The language by whose rules words are stemmed: "de" of "de-AT", English for those without rules."""
    primary = code.replace("_", "-").partition("-")[0].lower()
    return primary if primary in _ALGORITHMS else ENGLISH


@lru_cache(maxsize=131072)
def stem_of(folded: str, language: str) -> str:
    # a stemmer keeps the word it works on in itself
    with _lock:
        return str(_stemmer(language).stemWord(folded))


def keeps_beginning(languages: tuple[str, ...]) -> bool:
    """Whether a stem begins with the same letter as its word in all of these languages."""
    return _OTHERWISE_BEGUN.isdisjoint(languages)


def beginnings(stems: Iterable[str]) -> frozenset[str]:
    """The first two letters that plain words of these stems may have, where stems keep their beginning."""
    found: set[str] = set()
    for stem in stems:
        first = stem[:1]
        # l'eau; Finnish and German write a first letter in two (uerinnen: urinn)
        found |= {first, stem[:2], f"{first}'", first + first, f"{first}e"}
        if len(stem) <= _SHORT_STEM:
            # the stem of dying is die
            found |= {first + other for other in ascii_lowercase + digits}
    return frozenset(found)


def may_stem_to(word: str, stems: Collection[str]) -> bool:
    """Whether a word that begins as one of the stems does has its third letter, too, as far as that tells."""
    # a word doubles a letter, or writes an umlaut in two, that its stem does not
    if not (word.isascii() and word.isalpha()) or "e" in word[1:3] or len(set(word[:3])) < _SHORT_STEM:
        return True
    return any(len(stem) <= _SHORT_STEM + 1 or stem[2] == word[2] for stem in stems)


def is_stop_word(folded: str, languages: tuple[str, ...]) -> bool:
    return any(folded in _stop_words.get(language, ()) for language in languages)


@lru_cache
def _stemmer(language: str) -> Stemmer.Stemmer:
    # without a cache of its own
    return Stemmer.Stemmer(_ALGORITHMS[language], 0)
