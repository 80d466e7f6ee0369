"""Any collection in TREC form: its documents, topics and judgements, and how well a ranking does on it.

A folder holds `documents*` (<DOC> with <DOCNO>, perhaps <TITLE>, and text), `topics*` (<top> with <num> and
<title>) and `qrels*` (topic, 0, document, relevance). Each may be several files, gzipped or not.
"""

from __future__ import annotations

import gzip
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

DEPTH = 10
_DOCUMENT = re.compile(r"<DOC>(.*?)</DOC>", re.DOTALL | re.IGNORECASE)
_NAME = re.compile(r"<DOCNO>\s*(.*?)\s*</DOCNO>", re.DOTALL | re.IGNORECASE)
_TITLE = re.compile(r"<(TITLE|HEADLINE|TI)>(.*?)</\1>", re.DOTALL | re.IGNORECASE)
_TOPIC = re.compile(r"<top>(.*?)</top>", re.DOTALL | re.IGNORECASE)
_NUMBER = re.compile(r"<num>\s*(?:Number:)?\s*(\S+?)\s*(?:</num>|$)", re.MULTILINE | re.IGNORECASE)
_ASKED = re.compile(r"<title>\s*(?:Topic:)?(.*?)(?=</title>|<desc>|<narr>|\Z)", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_ORDER = re.compile(r"[^\w\s.,']")


@dataclass(frozen=True, slots=True)
class TrecDocument:
    name: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Collection:
    """Topics by their number; judgements as topic to document to relevance, where that is above nothing."""

    documents: tuple[TrecDocument, ...]
    topics: Mapping[str, str]
    judgements: Mapping[str, Mapping[str, int]]

    @property
    def judged_topics(self) -> list[str]:
        return [number for number in self.topics if self.judgements.get(number)]


def collection_in(folder: Path) -> Collection:
    """Raises ValueError when a part is missing, or no topic has a judgement."""
    documents = tuple(found for text in _texts(folder, "documents") for found in _documents(text))
    topics = {number: asked for text in _texts(folder, "topics") for number, asked in _topics(text)}
    judgements: dict[str, dict[str, int]] = {}
    for text in _texts(folder, "qrels"):
        for line in filter(str.strip, text.splitlines()):
            topic, _round, document, relevance = line.split()
            if int(relevance) > 0:
                judgements.setdefault(topic, {})[document] = int(relevance)
    found = Collection(documents, topics, judgements)
    if not documents or not found.judged_topics:
        raise ValueError(f"no documents, or no judged topics, in {folder}")
    return found


def ndcg(ranking: Sequence[str], judged: Mapping[str, int]) -> float:
    """Normalised discounted cumulative gain as trec_eval has it: relevance by the logarithm of the rank."""
    ideal = _gain(sorted(judged.values(), reverse=True)[:DEPTH])
    return _gain([judged.get(name, 0) for name in ranking[:DEPTH]]) / ideal if ideal else 0.0


def _gain(relevances: Sequence[int]) -> float:
    return sum(relevance / math.log2(rank + 1) for rank, relevance in enumerate(relevances, start=1))


def _texts(folder: Path, name: str) -> Iterator[str]:
    for path in sorted(folder.rglob(f"{name}*")):
        if path.is_file():
            data = path.read_bytes()
            yield (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8", errors="replace")


def _documents(text: str) -> Iterator[TrecDocument]:
    for block in _DOCUMENT.findall(text):
        name, title = _NAME.search(block), _TITLE.search(block)
        if name is None:
            continue
        rest = _NAME.sub(" ", _TITLE.sub(" ", block))
        yield TrecDocument(name[1], _words(title[2]) if title else "", _words(rest))


def _topics(text: str) -> Iterator[tuple[str, str]]:
    for block in _TOPIC.findall(text):
        number, asked = _NUMBER.search(block), _ASKED.search(block)
        if number and asked:
            yield number[1].lstrip("0") or "0", _words(asked[1])


def _words(text: str) -> str:
    """Plain words: what a query language could take for an order, as the ? of a question, is none."""
    return " ".join(_ORDER.sub(" ", _TAG.sub(" ", text)).split())
