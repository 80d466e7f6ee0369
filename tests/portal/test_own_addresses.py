"""An asset never has the address of a page of the library itself, where nobody could open it."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from content.assets.models import AssetKind
from content.editing.describing import OWN_ADDRESSES, Description, RefReserved, add_asset
from tests.fixtures.portal import START


def test_every_page_of_the_library_itself_is_known(app: Flask) -> None:
    rules = (rule.rule.split("/") for rule in app.url_map.iter_rules() if rule.rule.startswith("/library/"))
    pages = {parts[2] for parts in rules if len(parts) == 3 and not parts[2].startswith("<")}
    assert pages <= OWN_ADDRESSES


@pytest.mark.parametrize("name", sorted(OWN_ADDRESSES))
def test_an_asset_has_another_address(session: Session, name: str) -> None:
    made = add_asset(session, Description(name.title(), AssetKind.DECK), at=START, by="somebody")
    assert made.ref == f"{name}-2"
    with pytest.raises(RefReserved):
        add_asset(session, Description("Deck", AssetKind.DECK), ref=name, at=START, by="somebody")


def test_a_manifest_that_asks_for_one_is_told_before_anything_is_written(app: Flask, tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.csv"
    manifest.write_text("ref,title,kind,file,audience\nA,Title,deck,,all\nnew,Title,deck,,all\n")
    refused = app.test_cli_runner().invoke(args=["content", "import", str(manifest)])
    assert refused.exit_code == 1
    assert "Line 3, ref, “new”" in refused.stderr
    assert "Nothing was written" in refused.stderr
