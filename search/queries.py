"""What was asked: words joined by OR, "phrases" that have to occur, and -words that may not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from search.words import STOP_WORDS, Word, is_unspaced, words_of

_LONGEST = 1000
_MOST_TERMS = 32
_PIECE = re.compile(r'(?P<minus>-?)"(?P<phrase>[^"]*)"|(?P<plain>\S+)')
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"'})


@dataclass(frozen=True, slots=True)
class Term:
    """A stem, or several that have to stand side by side."""

    stems: tuple[str, ...]

    @property
    def is_phrase(self) -> bool:
        return len(self.stems) > 1


@dataclass(frozen=True, slots=True)
class Synonym:
    """A term that says the same as one that was typed (`of`: a word, or several side by side)."""

    of: Term
    term: Term
    text: str


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query. `neighbours` are pairs of words that stood side by side; they only rank."""

    text: str
    words: tuple[Term, ...] = ()
    phrases: tuple[Term, ...] = ()
    excluded: tuple[Term, ...] = ()
    neighbours: tuple[Term, ...] = ()
    # every unquoted word
    in_order: tuple[Word, ...] = ()
    # those that tell something: what a spelling suggestion may replace
    typed: tuple[Word, ...] = ()
    synonyms: tuple[Synonym, ...] = ()

    @property
    def wanted(self) -> tuple[Term, ...]:
        """What a hit may match by: any of these."""
        return self.words + self.phrases + tuple(synonym.term for synonym in self.synonyms)

    def runs(self, longest: int) -> Iterator[tuple[Word, ...]]:
        """Words that were typed side by side without quotes: one, two, up to `longest` of them."""
        for length in range(1, longest + 1):
            for start in range(len(self.in_order) - length + 1):
                run = self.in_order[start : start + length]
                if all(not self.text[a.end : b.start].strip() for a, b in pairwise(run)):
                    yield run

    @property
    def is_empty(self) -> bool:
        return not self.wanted and not self.excluded

    @property
    def marked_stems(self) -> frozenset[str]:
        return frozenset(stem for term in self.wanted for stem in term.stems)


def parse(text: str) -> Query:
    """Never refuses: what is not a word is left out, and a quote that is not closed is none."""
    text = text[:_LONGEST]
    words: list[Word] = []
    phrases: list[Term] = []
    excluded: list[Term] = []
    unspaced: list[Term] = []
    for piece in _PIECE.finditer(text.translate(_QUOTES)):
        name = "plain" if piece["phrase"] is None else "phrase"
        inside = piece[name]
        found = _placed(inside, piece.start(name))
        term = Term(tuple(word.stem for word in found))
        if not found:
            continue
        if piece["minus"] or inside.startswith(("-", "−")):
            excluded.append(term)
        elif name == "phrase":
            phrases.append(term)
        elif is_unspaced(inside):
            unspaced.append(term)
        else:
            words += found
    return _query(text, words, unspaced, (phrases, excluded))


def _placed(inside: str, offset: int) -> list[Word]:
    return [Word(word.stem, word.folded, word.start + offset, word.end + offset) for word in words_of(inside)]


def _query(
    text: str, words: list[Word], unspaced: list[Term], strict: tuple[list[Term], list[Term]]
) -> Query:
    telling = [word for word in words if word.folded not in STOP_WORDS]
    if not telling and not unspaced and not strict[0]:
        telling = words
    kept = telling[:_MOST_TERMS]
    return Query(
        text=text,
        words=_once([Term((word.stem,)) for word in kept] + unspaced),
        phrases=_once(strict[0]),
        excluded=_once(strict[1]),
        neighbours=_once(
            [Term((a.stem, b.stem)) for a, b in pairwise(words) if {a, b} <= set(kept) and a.stem != b.stem]
        ),
        in_order=tuple(words[:_MOST_TERMS]),
        typed=tuple(kept),
    )


def _once(terms: list[Term]) -> tuple[Term, ...]:
    return tuple(dict.fromkeys(terms))[:_MOST_TERMS]
