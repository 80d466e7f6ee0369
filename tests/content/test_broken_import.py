"""An import that breaks off in the middle."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from content.assets.models import Asset
from portal.services import Services
from tests.content.test_manifest import imported
from tests.factories import files


def test_what_an_import_took_before_the_store_died_is_taken_back_by_its_number(
    app: Flask, services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = ""
    for ref in ("A1", "A2", "A3"):
        (tmp_path / f"{ref}.pdf").write_bytes(files.a_pdf(ref))
        rows += f"{ref},Study {ref},case_study,{ref}.pdf,,,tier:gold,,\n"
    put, count = services.blobs.put, 0

    def dies(*arguments: Any, **options: Any) -> Any:
        nonlocal count
        count += 1
        if count == 3:
            raise OSError("no space left on device")
        return put(*arguments, **options)

    monkeypatch.setattr(services.blobs, "put", dies)
    result = imported(app, tmp_path, rows)
    assert result.exit_code == 1
    number = re.search(r"flask content undo (\d+) takes it back", result.stderr)
    assert number is not None
    undone = app.test_cli_runner().invoke(args=["content", "undo", number[1]])
    assert undone.stdout == "2 assets are as they were, 0 were changed since\n"
    with services.sessions() as session:
        assert session.scalars(select(Asset)).all() == []
