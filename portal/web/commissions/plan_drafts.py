"""A plan while it is edited: the form's fields are the paths of the document, and buttons change its rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

Document = dict[str, Any]

START = "plan."
MOST_ROWS = 100
_STEP = re.compile(r"([a-z_]+)(?:\[([0-9]{1,3})\])?")
# whole numbers of the document; everything else is text
_WHOLE = frozenset({"finality_days", "holdback_days", "level"})
_NEW: dict[str, Document] = {
    "percent": {"percent": "10"},
    "per_unit": {"amount": "0.50", "per": "1"},
    "tiers": {
        "mode": "marginal",
        "measure": "net",
        "window": "quarter",
        "scope": "line",
        "tiers": [{"upto": "10000", "percent": "0"}, {"upto": None, "percent": "2"}],
    },
    "override": {"level": 1, "percent": "2"},
    "bonus": {"percent_of_commission": "5"},
}
_NAMES = {
    "percent": "base",
    "per_unit": "per-unit",
    "tiers": "volume",
    "override": "override",
    "bonus": "bonus",
}
KINDS = tuple(_NEW)


def new_plan() -> Document:
    """A plan to start from: ten percent of net, payable once invoiced."""
    return {
        "plan": "",
        "basis": "net",
        "rate_as_of": "order_signed",
        "payable_when": "invoiced",
        "finality_days": 7,
        "components": [_component("percent", [])],
    }


def document_of(form: Iterable[tuple[str, str]]) -> Document:
    """The document that a form says; a field that is empty is not there."""
    root: dict[Any, Any] = {}
    for path, value in form:
        if path.startswith(START):
            _put(root, path.removeprefix(START), value.strip())
    found = _settled(root)
    components = found.get("components")
    parts = [part for part in components if isinstance(part, dict)] if isinstance(components, list) else []
    return {**found, "components": parts}


def _put(root: dict[Any, Any], path: str, value: str) -> None:
    """Lists grow as mappings by position first, because fields may come in any order."""
    *way, last = path.split(".")
    place = root
    for step in way:
        found = _STEP.fullmatch(step)
        if found is None:
            return
        for key in (found[1], *(() if found[2] is None else (int(found[2]),))):
            inner = place.setdefault(key, {})
            if not isinstance(inner, dict):
                return
            place = inner
    if _STEP.fullmatch(last) and value:
        place[last] = int(value) if last in _WHOLE and value.isdecimal() and len(value) < 9 else value


def _settled(value: object) -> Any:
    if not isinstance(value, dict):
        return value
    if value and all(isinstance(key, int) for key in value):
        return [_settled(value[key]) for key in sorted(value)][:MOST_ROWS]
    return {key: _settled(inner) for key, inner in value.items() if isinstance(key, str)}


def changed(document: Document, act: str) -> Document:
    """The document after a button: "add:tiers", "remove:1", "up:1", "down:0", "add-tier:1", "drop-tier:1.0",
    "add-rate:0", "drop-rate:0.2". What names no row changes nothing.
    """
    verb, _, where = act.partition(":")
    components = [dict(one) for one in document["components"] if isinstance(one, Mapping)]
    if verb == "add":
        if where in _NEW and len(components) < MOST_ROWS:
            components.append(_component(where, components))
        return {**document, "components": components}
    position, row = _places(where)
    if position is not None and position < len(components):
        _change(components, position, verb, row)
    return {**document, "components": components}


def _places(where: str) -> tuple[int | None, int | None]:
    first, _, second = where.partition(".")
    return (
        int(first) if first.isdecimal() and len(first) < 4 else None,
        int(second) if second.isdecimal() and len(second) < 4 else None,
    )


def _change(components: list[Document], position: int, verb: str, row: int | None) -> None:
    one = components[position]
    if verb == "remove":
        del components[position]
    elif verb in {"up", "down"}:
        to = position + (1 if verb == "down" else -1)
        if 0 <= to < len(components):
            components[position], components[to] = components[to], components[position]
    elif verb == "add-tier":
        # the open tier stays the last one
        one["tiers"] = [*one.get("tiers", [])[:-1], {"percent": "0"}, *one.get("tiers", [])[-1:]]
    elif verb == "add-rate":
        one["rates"] = [*one.get("rates", []), {}]
    elif verb in {"drop-tier", "drop-rate"} and row is not None:
        name = "tiers" if verb == "drop-tier" else "rates"
        one[name] = [kept for index, kept in enumerate(one.get(name, [])) if index != row]
        if not one[name]:
            del one[name]


def _component(kind: str, others: list[Document]) -> Document:
    taken = {other.get("name") for other in others}
    name, number = _NAMES[kind], 2
    while name in taken:
        name, number = f"{_NAMES[kind]}-{number}", number + 1
    return {"name": name, "kind": kind, **_NEW[kind]}
