"""Words as PostgreSQL writes them: texts of a tsvector and of a tsquery."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import islice
from operator import add

from search.analysis import Analysed
from search.documents import WHOLE
from search.queries import Term
from search.ranking import PAGE_WEIGHTS, SPOKEN_WEIGHTS, WHOLE_WEIGHTS

# PostgreSQL's own limit on a tsvector
_LAST_POSITION = 16_383
# so that a phrase never spans two fields
_GAP = 50
# which class of words a field is: of the whole, of a page, of a page that was spoken
_WHOLE_CLASSES = {"title": "A", "tags": "B", "body": "C", "guidance": "D"}
_PAGE_CLASSES = {"title": "B", "body": "D"}
_SPOKEN_CLASSES = {"title": "B", "body": "C"}


def vector_text(found: Analysed) -> str:
    """Every stem at its place, in the class of its field: recal:1A drive:2A recal:53C.

    PostgreSQL puts the places of a stem together, and keeps as many as it can.
    """
    placed: list[str] = []
    start = 0
    for field, letter in _classes(found).items():
        stems = getattr(found, field)
        placed += map(add, _safe(stems), islice(_places(letter), start, start + len(stems)))
        start += len(stems) + _GAP
    return " ".join(placed)


@cache
def _places(letter: str) -> tuple[str, ...]:
    return tuple(f":{at}{letter}" for at in range(1, _LAST_POSITION + 1))


def _safe(stems: Sequence[str]) -> Iterable[str]:
    together = "".join(stems)
    return stems if together.isascii() and together.isalnum() else map(_quoted, stems)


def class_weights() -> tuple[list[float], list[float]]:
    """What the classes D, C, B and A are worth for the whole and for a page, at most 1.

    `ts_rank` adds up where BM25F saturates, so that the spread between fields is smaller here.
    """
    spoken = SPOKEN_WEIGHTS["body"] / PAGE_WEIGHTS["body"]
    whole = [_share(WHOLE_WEIGHTS[field]) for field in ("guidance", "body", "tags", "title")]
    page = _share(PAGE_WEIGHTS["body"])
    return whole, [page, page * spoken, _share(PAGE_WEIGHTS["title"]), 0.0]


def tsquery_text(term: Term) -> str:
    return " <-> ".join(_quoted(stem) for stem in term.stems)


def _share(weight: float) -> float:
    return float((weight / WHOLE_WEIGHTS["title"]) ** 0.5)


def _classes(found: Analysed) -> Mapping[str, str]:
    if found.document.page == WHOLE:
        return _WHOLE_CLASSES
    return _SPOKEN_CLASSES if found.document.spoken else _PAGE_CLASSES


def _quoted(stem: str) -> str:
    escaped = stem.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
