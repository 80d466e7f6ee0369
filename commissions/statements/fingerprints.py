"""Hashes over stated figures: the same figures, the same hash, whoever computes it and when."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence


def figures_hash(figures: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """SHA-256 over the cells of a statement and of its lines, as the files have them."""
    return _sha256({"statement": list(figures), "lines": [list(line) for line in lines]})


def manifest_hash(manifest: Mapping[str, object]) -> str:
    """SHA-256 over a manifest; it holds the hash of the one before, so the months form a chain."""
    return _sha256(manifest)


def _sha256(value: object) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
