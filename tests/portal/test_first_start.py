"""What `make run` says when it is up: how the first person comes in, and what DEMO=0 found."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from config import Settings
from portal.kernel.db import transaction
from tests.factories.people import a_user
from tools import serve
from tools.serve import announce

CREATE = ".venv/bin/flask users create you@example.com --role admin --password-stdin"


def test_an_empty_portal_says_how_the_first_person_comes_in(
    settings: Settings,
    sessions: sessionmaker[Session],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("PORT", "BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", "/srv/my portal")
    announce(settings)
    assert f"DATA_DIR='/srv/my portal' {CREATE}" in capsys.readouterr().out
    with transaction(sessions) as session:
        a_user(session)
    announce(settings)
    assert CREATE not in capsys.readouterr().out


def test_demo_data_that_is_there_already_is_told_to_who_wanted_an_empty_portal(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    (settings.data_dir / "demo_password").write_text("a word")
    monkeypatch.setenv("DEMO", "0")
    announce(settings)
    assert "DATA_DIR=~/makegood DEMO=0 make run" in capsys.readouterr().out
    monkeypatch.setenv("DEMO", "1")
    announce(settings)
    assert "DATA_DIR" not in capsys.readouterr().out


def test_a_database_that_cannot_be_opened_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(serve, "PORT", "0")
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/none/portal.db")
    assert serve.main() == 1
    assert capsys.readouterr().err == "The database cannot be used: unable to open database file.\n"
