"""Words as PostgreSQL writes them: texts of a tsvector and of a tsquery."""

from __future__ import annotations

from collections import defaultdict

from search.queries import Term
from search.words import stems_of

# PostgreSQL's own limits on a tsvector
_LAST_POSITION = 16_383
_MOST_POSITIONS = 255
# so that a phrase never spans title and text
_GAP = 50


def vector_text(title: str, text: str, title_class: str) -> str:
    """Every stem with its places, those of the title in its class: 'recal':1A,53 'drive':54."""
    places: dict[str, list[str]] = defaultdict(list)
    in_title = stems_of(title)
    for at, stem in enumerate(in_title, start=1):
        places[stem].append(f"{at}{title_class}")
    for at, stem in enumerate(stems_of(text), start=len(in_title) + _GAP):
        if at <= _LAST_POSITION:
            places[stem].append(str(at))
    return " ".join(f"{_quoted(stem)}:{','.join(found[:_MOST_POSITIONS])}" for stem, found in places.items())


def tsquery_text(term: Term) -> str:
    return " <-> ".join(_quoted(stem) for stem in term.stems)


def _quoted(stem: str) -> str:
    escaped = stem.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
