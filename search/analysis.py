"""Documents cut into words, once for all that an engine keeps of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from search.documents import WHOLE, Document
from search.languages import stem_of, stemming
from search.spelling import may_be_suggested, may_complete
from search.words import folded_words, one_line


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
        words: set[str] = set()
        title_words: set[str] = set()
        found = []
        for document in documents:
            cut = _cut(document)
            found.append(_stemmed(document, cut))
            words.update(*cut.values())
            if document.page == WHOLE:
                title_words.update(cut["title"])
        yield AnalysedGroup(
            group,
            found,
            frozenset(word for word in words if may_be_suggested(word)),
            frozenset(word for word in title_words if may_complete(word)),
        )


def _cut(document: Document) -> dict[str, list[str]]:
    return {
        "title": folded_words(one_line(document.title)),
        "tags": folded_words(one_line(document.tags)),
        "guidance": folded_words(one_line(document.guidance)),
        "body": folded_words(one_line(document.text)),
    }


def _stemmed(document: Document, cut: dict[str, list[str]]) -> Analysed:
    language = stemming(document.language)
    stems = {field: [stem_of(word, language) for word in words] for field, words in cut.items()}
    return Analysed(document, **stems, quoted=one_line(document.quoted))
