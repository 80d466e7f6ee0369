"""An index that is changed again and again."""

from __future__ import annotations

from pathlib import Path

from search.engine import Asked
from search.queries import parse
from search.whoosh_engine import WhooshEngine
from tests.search.conftest import an_asset

LARGE, CHANGES = 1_100, 40


def test_no_change_writes_a_large_index_anew_and_its_parts_stay_few(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path / "index")
    engine.rebuild((group, an_asset(group, f"Asset {group}", "radio")) for group in range(1, LARGE + 1))
    large = next(tmp_path.rglob("*.seg"))
    parts = 0
    for changed in range(1, CHANGES + 1):
        engine.index({changed: an_asset(changed, f"Changed {changed}", *["recall"] * 60)})
        parts = max(parts, len(list(tmp_path.rglob("*.seg"))))
    assert large.exists()
    assert parts < 12
    everyone = frozenset(range(1, LARGE + 1))
    assert len(engine.search(Asked(parse("recall"), everyone)).groups) == CHANGES
    assert len(engine.search(Asked(parse("radio"), everyone)).groups) == LARGE - CHANGES
