"""The part of a text to quote, and which ranges of it to mark."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from search.languages import ENGLISH, beginnings, keeps_beginning, may_stem_to, stem_of
from search.queries import Query
from search.words import Word, as_written, fold, tokens_from, tokens_of

_LONGEST = 220
_BEFORE = 60
_LEAD = 16
_ELLIPSIS = "… "


@dataclass(frozen=True, slots=True)
class Marked:
    """A text and the ranges of found words in it, in order, not overlapping."""

    text: str
    ranges: tuple[tuple[int, int], ...] = ()

    def pieces(self) -> Iterator[tuple[str, bool]]:
        """The text cut up: (part, whether it is marked)."""
        at = 0
        for start, end in self.ranges:
            if start > at:
                yield self.text[at:start], False
            yield self.text[start:end], True
            at = end
        if at < len(self.text):
            yield self.text[at:], False

    def from_match(self) -> Marked:
        """The text from a few words before the first mark on, for where only its start is shown."""
        if not self.ranges or self.ranges[0][0] <= _LEAD:
            return self
        at = self.ranges[0][0]
        space = self.text.find(" ", at - _LEAD, at)
        start = space + 1 if space >= 0 else at
        moved = len(_ELLIPSIS) - start
        return Marked(_ELLIPSIS + self.text[start:], tuple((a + moved, b + moved) for a, b in self.ranges))


def marked(text: str, query: Query) -> Marked:
    """The whole text with every found word marked; neighbours share one mark."""
    return Marked(text, _joined(text, _found(text, query)))


def snippet(text: str, query: Query) -> Marked:
    """About two lines around the densest match, cut at words."""
    found = _found(text, query)
    start, end = _window(text, found)
    cut = text[start:end]
    before, after = _ELLIPSIS if start > 0 else "", " …" if end < len(text) else ""
    inside = [word for word in found if word.start >= start and word.end <= end]
    ranges = tuple((a - start + len(before), b - start + len(before)) for a, b in _joined(text, inside))
    return Marked(before + cut + after, ranges)


def _found(text: str, query: Query) -> list[Word]:
    asked = _asked(query.marked_stems, query.languages)
    near = asked.near(text)
    stems = asked.among(as_written(text) if near is None else [token[0] for token in near])
    if not stems:
        return []
    return [
        Word(stems[word], word, token.start(), token.end())
        for token in (tokens_of(text) if near is None else near)
        if (word := token[0]) in stems
    ]


class _Asked:
    """Which tokens were asked for, and by which stem; it knows those of the texts that it was shown."""

    def __init__(self, stems: frozenset[str], languages: tuple[str, ...]) -> None:
        self._stems, self._languages = stems, languages
        self._beginnings = beginnings(stems) if keeps_beginning(languages) else None
        letters = frozenset(stem[0] for stem in stems)
        # where a number ends depends on what stands before it
        tells = self._beginnings is not None and not any(letter.isdecimal() for letter in letters)
        self._letters = letters if tells else None
        self._met: set[str] = set()
        self._known: dict[str, str] = {}

    def near(self, text: str) -> list[re.Match[str]] | None:
        """The tokens that may have been asked for; None for all of them."""
        return None if self._letters is None else tokens_from(text, self._letters)

    def among(self, words: Iterable[str]) -> dict[str, str]:
        """The words that were asked for, with their stems."""
        different = set(words)
        for word in self._candidates(different - self._met):
            known = _stems_of(word, self._languages)
            if stem := next((stem for stem in known if stem in self._stems), ""):
                self._known[word] = stem
        self._met |= different
        # not the other way round: another thread may be learning words for the same question
        return {word: self._known[word] for word in different if word in self._known}

    def _candidates(self, words: set[str]) -> Iterable[str]:
        """Stemming every word of a page costs more than finding the page."""
        begin = self._beginnings
        if begin is None:
            return words
        near = [word for word in words if (first := word[:2].lower()) in begin or not first.isascii()]
        return [word for word in near if may_stem_to(word.lower(), self._stems)]


# the words of one question are looked up in a window of texts, one after the other
_asked = lru_cache(maxsize=8)(_Asked)


@lru_cache(maxsize=65536)
def _stems_of(token: str, languages: tuple[str, ...]) -> tuple[str, ...]:
    """A token as it may have been asked for, in each language."""
    folded = fold(token)
    found = (stem_of(folded, language) for language in (ENGLISH, *languages) if folded)
    return tuple(dict.fromkeys(found))


def _window(text: str, found: list[Word]) -> tuple[int, int]:
    if len(text) <= _LONGEST:
        return 0, len(text)
    first = _densest(found).start if found else 0
    start = _sentence_start(text, first)
    end = min(len(text), start + _LONGEST)
    if end < len(text):
        end = text.rfind(" ", first + 1, end) if " " in text[first + 1 : end] else end
    return start, end


def _densest(found: list[Word]) -> Word:
    """The word from which most different stems follow within a window; then most words; then the first."""

    def worth(index: int) -> tuple[int, int, int]:
        reach = found[index].start + _LONGEST - _BEFORE
        near = [word for word in found[index : index + 32] if word.end <= reach]
        return len({word.stem for word in near}), len(near), -index

    return found[max(range(len(found)), key=worth)]


def _sentence_start(text: str, at: int) -> int:
    """Where the sentence of a place begins, if near; else a word a little before it."""
    lowest = max(0, at - _BEFORE)
    for sign in (". ", "? ", "! "):
        begin = text.rfind(sign, lowest, at)
        if begin >= 0:
            return begin + len(sign)
    if lowest == 0:
        return 0
    space = text.find(" ", lowest, at)
    return space + 1 if space >= 0 else at


def _joined(text: str, words: list[Word]) -> tuple[tuple[int, int], ...]:
    ranges: list[tuple[int, int]] = []
    for word in words:
        if ranges and not text[ranges[-1][1] : word.start].strip():
            ranges[-1] = (ranges[-1][0], word.end)
            continue
        ranges.append((word.start, word.end))
    return tuple(ranges)
