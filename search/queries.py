"""What was asked: words joined by OR, "phrases" that have to occur, and -words that may not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from search.languages import ENGLISH, is_stop_word, stem_of
from search.words import Word, is_unspaced, words_of

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
class Alternative:
    """A term that says nearly the same as one that was typed (`of`: a word, or several side by side)."""

    of: Term
    term: Term
    text: str
    weight: float


# without slots: what is worked out of it is kept, for every hit and every card asks for it
@dataclass(frozen=True)
class Query:
    """A parsed query. Its terms are stems of the first language; `spelt` gives those of the others.

    `neighbours` are pairs of words that stood side by side; they only rank.
    """

    text: str
    languages: tuple[str, ...] = (ENGLISH,)
    words: tuple[Term, ...] = ()
    phrases: tuple[Term, ...] = ()
    excluded: tuple[Term, ...] = ()
    neighbours: tuple[Term, ...] = ()
    spelt: tuple[tuple[Term, Term], ...] = ()
    # every unquoted word
    in_order: tuple[Word, ...] = ()
    # those that tell something: what a spelling suggestion may replace
    typed: tuple[Word, ...] = ()
    alternatives: tuple[Alternative, ...] = ()

    @cached_property
    def wanted(self) -> tuple[Term, ...]:
        """What a hit may match by: any of these."""
        typed = tuple(form for term in self.words + self.phrases for form in self.forms(term))
        return tuple(dict.fromkeys(typed + tuple(other.term for other in self.alternatives)))

    @property
    def is_empty(self) -> bool:
        return not self.words and not self.phrases and not self.excluded

    @cached_property
    def marked_stems(self) -> frozenset[str]:
        return frozenset(stem for term in self.wanted for stem in term.stems)

    def forms(self, term: Term) -> tuple[Term, ...]:
        """A typed term as it reads in each language."""
        return (term, *(other for of, other in self.spelt if of == term))

    def runs(self, longest: int) -> Iterator[tuple[Word, ...]]:
        """Words that were typed side by side without quotes: one, two, up to `longest` of them."""
        for length in range(1, longest + 1):
            for start in range(len(self.in_order) - length + 1):
                run = self.in_order[start : start + length]
                if all(not self.text[a.end : b.start].strip() for a, b in pairwise(run)):
                    yield run


def parse(text: str, languages: tuple[str, ...] = (ENGLISH,)) -> Query:
    """Never refuses: what is not a word is left out, and a quote that is not closed is none."""
    text = text[:_LONGEST]
    words: list[Word] = []
    phrases: list[list[Word]] = []
    excluded: list[list[Word]] = []
    unspaced: list[list[Word]] = []
    for piece in _PIECE.finditer(text.translate(_QUOTES)):
        name = "plain" if piece["phrase"] is None else "phrase"
        inside = piece[name]
        found = _placed(inside, piece.start(name), languages[0])
        if not found:
            continue
        if piece["minus"] or inside.startswith(("-", "−")):
            excluded.append(found)
        elif name == "phrase":
            phrases.append(found)
        elif is_unspaced(inside):
            unspaced.append(found)
        else:
            words += found
    return _Read(text, languages).query(words, unspaced, (phrases, excluded))


def term_of(words: Iterator[Word] | tuple[Word, ...] | list[Word]) -> Term:
    return Term(tuple(word.stem for word in words))


def forms_of(folded: tuple[str, ...], languages: tuple[str, ...]) -> tuple[Term, ...]:
    """Words as a term of each language, each term once."""
    found = (Term(tuple(stem_of(word, language) for word in folded)) for language in languages)
    return tuple(dict.fromkeys(found))


def _placed(inside: str, offset: int, language: str) -> list[Word]:
    return [
        Word(word.stem, word.folded, word.start + offset, word.end + offset)
        for word in words_of(inside, language)
    ]


@dataclass(frozen=True, slots=True)
class _Read:
    """A text cut into words, to be made a query."""

    text: str
    languages: tuple[str, ...]

    def query(
        self, words: list[Word], unspaced: list[list[Word]], strict: tuple[list[list[Word]], list[list[Word]]]
    ) -> Query:
        telling = [word for word in words if not is_stop_word(word.folded, self.languages)]
        if not telling and not unspaced and not strict[0]:
            telling = words
        kept = telling[:_MOST_TERMS]
        pairs = [[a, b] for a, b in pairwise(words) if {a, b} <= set(kept) and a.stem != b.stem]
        said = [[word] for word in kept] + unspaced
        return Query(
            text=self.text,
            languages=self.languages,
            words=_once(said),
            phrases=_once(strict[0]),
            excluded=_once(strict[1]),
            neighbours=_once(pairs),
            spelt=self._spelt([*said, *strict[0], *strict[1], *pairs]),
            in_order=tuple(words[:_MOST_TERMS]),
            typed=tuple(kept),
        )

    def _spelt(self, typed: list[list[Word]]) -> tuple[tuple[Term, Term], ...]:
        found = []
        for words in typed:
            first, *others = forms_of(tuple(word.folded for word in words), self.languages)
            found += [(first, other) for other in others]
        return tuple(dict.fromkeys(found))


def _once(typed: list[list[Word]]) -> tuple[Term, ...]:
    return tuple(dict.fromkeys(term_of(words) for words in typed))[:_MOST_TERMS]
