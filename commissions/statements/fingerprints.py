"""Hashes over stated figures: the same figures, the same hash, whoever computes it and when."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

import orjson


def figures_hash(figures: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """SHA-256 over the cells of a statement and of its lines, as the files have them."""
    cells = {"statement": figures, "lines": lines}
    # what the library for manifests writes of texts, many times as fast: a test compares them
    return hashlib.sha256(orjson.dumps(cells, option=orjson.OPT_SORT_KEYS)).hexdigest()


def manifest_hash(manifest: Mapping[str, object]) -> str:
    """SHA-256 over a manifest; it holds the hash of the one before, so the months form a chain."""
    text = json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
