"""Words that groups hold, for completing and for correcting what is typed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from itertools import islice
from operator import or_
from typing import Protocol

from search.engine import NO_COMPLETION, Completion
from search.postings import Snapshot, holding
from search.queries import Query, term_of
from search.spelling import being_typed, first_letters, may_be_misspelt, nearest, replaced


class Vocabulary(Snapshot, Protocol):
    """A snapshot that knows which groups hold a word as it is written; sets of groups are bits."""

    def known_words(self, prefix: str) -> list[str]:
        """Folded words of any group that begin so."""

    def holders(self, field: str, prefix: str) -> Mapping[str, int]:
        """Each word of that field ("words" or "heads") that begins so, with its groups."""

    def holders_of(self, word: str) -> int:
        """The groups that hold the word."""

    def bits_of(self, groups: frozenset[int]) -> int:
        """Those of the groups that the index knows."""

    def groups_of(self, bits: int, limit: int) -> tuple[int, ...]:
        """The groups of these bits, highest key first."""


def completion(vocabulary: Vocabulary, text: str, within: frozenset[int], limit: int) -> Completion:
    """See SearchEngine.complete."""
    before, last = being_typed(text)
    if not last:
        return NO_COMPLETION
    seen = vocabulary.bits_of(within)
    titled = seen & _any(vocabulary.holders("heads", last))
    around = seen
    for word in before:
        titled &= _any(vocabulary.holders("heads", word))
        around &= vocabulary.holders_of(word)
    beginning = vocabulary.holders("words", last)
    words = _most_frequent(beginning, last, around) or _most_frequent(beginning, last, seen)
    return Completion(tuple(words[:limit]), vocabulary.groups_of(titled, limit))


def suggestion(vocabulary: Vocabulary, query: Query, within: frozenset[int]) -> str | None:
    """See SearchEngine.suggest."""
    meant = []
    seen, seen_bits = vocabulary.seen(within), vocabulary.bits_of(within)
    for word in query.typed:
        if not may_be_misspelt(word) or holding(vocabulary, query.forms(term_of([word])), seen).any():
            continue
        known = [near for letter in first_letters(word.folded) for near in vocabulary.known_words(letter)]
        visible = (near for near in nearest(word.folded, known) if vocabulary.holders_of(near) & seen_bits)
        meant += [(word, near) for near in islice(visible, 1)]
    return replaced(query, meant)


def _any(holders: Mapping[str, int]) -> int:
    return reduce(or_, holders.values(), 0)


def _most_frequent(holders: Mapping[str, int], typed: str, among: int) -> list[str]:
    counted = [(-(bits & among).bit_count(), word) for word, bits in holders.items() if bits & among]
    return [word for _count, word in sorted(counted) if word != typed]
