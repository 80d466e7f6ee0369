"""Documents cut into words, once for all that an engine keeps of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from search.documents import WHOLE, Document
from search.languages import stem_of, stemming
from search.spelling import may_be_suggested, may_complete
from search.words import as_written, fold, folded_words, one_line

_MOST_KNOWN = 65536


@dataclass(frozen=True, slots=True)
class Analysed:
    """A document as stems by field, and the text that it is quoted from."""

    document: Document
    title: list[str]
    tags: list[str]
    guidance: list[str]
    body: list[str]
    quoted: str


@dataclass(frozen=True, slots=True)
class AnalysedGroup:
    """The documents of a group; its words that may be suggested, and those of its title, folded."""

    group: int
    documents: list[Analysed]
    words: frozenset[str]
    title_words: frozenset[str]


def analysed(groups: Iterable[tuple[int, Iterable[Document]]]) -> Iterator[AnalysedGroup]:
    for group, documents in groups:
        met: set[str] = set()
        title_words: set[str] = set()
        found = []
        for document in documents:
            lines = _lines(document)
            cut = {field: as_written(line) for field, line in lines.items()}
            found.append(_stemmed(document, cut, lines["body"]))
            met.update(*cut.values())
            if document.page == WHOLE:
                title_words.update(folded_words(lines["title"]))
        yield AnalysedGroup(
            group,
            found,
            frozenset(_suggested.of(met)),
            frozenset(word for word in title_words if may_complete(word)),
        )


def _lines(document: Document) -> dict[str, str]:
    return {
        "title": one_line(document.title),
        "tags": one_line(document.tags),
        "guidance": one_line(document.guidance),
        "body": one_line(document.text),
    }


def _stemmed(document: Document, cut: dict[str, list[str]], body: str) -> Analysed:
    stems = _stems(stemming(document.language))
    by_field = {field: list(stems.of(words)) for field, words in cut.items()}
    is_whole_quote = not document.guidance and not document.tags
    return Analysed(document, **by_field, quoted=body if is_whole_quote else one_line(document.quoted))


class _Known(dict[str, str]):
    """What is worked out of words as they are written, or "": a library has few words that differ."""

    def __init__(self, work_out: Callable[[str], str]) -> None:
        self._work_out = work_out

    def __missing__(self, written: str) -> str:
        if len(self) >= _MOST_KNOWN:
            self.clear()
        found = self[written] = self._work_out(written)
        return found

    def of(self, words: Iterable[str]) -> Iterator[str]:
        return filter(None, map(self.__getitem__, words))


@lru_cache
def _stems(language: str) -> _Known:
    def stem(written: str) -> str:
        folded = fold(written)
        return stem_of(folded, language) if folded else ""

    return _Known(stem)


def _suggestion(written: str) -> str:
    """How it reads folded, if it may be suggested."""
    folded = fold(written)
    return folded if may_be_suggested(folded) else ""


_suggested = _Known(_suggestion)
