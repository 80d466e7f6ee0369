"""What holds for every file that is committed."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

LOCKS = ("requirements.txt", "requirements-dev.txt")
PATH_OF_A_MACHINE = re.compile(r"(?<![\w.])/(?:root|home|Users|work|opt|mnt)/[\w.-]+/")
TEXT = {".py", ".toml", ".txt", ".in", ".md", ".html", ".css", ".js", ".json", ".sh", ".mako", ".typ", ""}


@pytest.fixture(scope="module")
def committed() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_committed_file_names_a_folder_of_one_machine(committed: list[Path]) -> None:
    found = {
        str(path.relative_to(ROOT)): match.group()
        for path in committed
        if path.suffix in TEXT and path != Path(__file__)
        for match in [PATH_OF_A_MACHINE.search(path.read_text(encoding="utf-8"))]
        if match
    }
    assert found == {}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert re.search(r"https?:|file:/|--find-links|--index-url|--extra-index|--trusted-host", text) is None
    packages = [line for line in text.splitlines() if re.match(r"[a-z]", line)]
    assert packages
    assert all(re.fullmatch(r"[\w.\[\]-]+==[\w.]+( ;.*)? \\", line) for line in packages)


def test_the_front_end_lock_names_hashes_and_no_address() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert all("resolved" not in package for package in packages.values())
    assert all("integrity" in package for name, package in packages.items() if name)


def test_what_is_asked_for_is_locked() -> None:
    for lock in LOCKS:
        asked = (ROOT / lock.replace(".txt", ".in")).read_text(encoding="utf-8")
        locked = (ROOT / lock).read_text(encoding="utf-8").replace("_", "-")
        for name in re.findall(r"^([a-z][\w-]*)", asked, re.MULTILINE):
            assert re.search(rf"^{re.escape(name)}==", locked, re.MULTILINE), name


def test_exceptions_to_the_rules_of_style_have_a_reason() -> None:
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    without = [line for line in lines if re.match(r'\s+"[A-Z]+\d*",\s*$', line)]
    assert without == []
    assert tomllib.loads("\n".join(lines))["tool"]["ruff"]["lint"]["select"] == ["ALL"]


def test_every_setting_is_told_to_people_and_kept_from_the_tests() -> None:
    settings = set(re.findall(r'"([A-Z][A-Z0-9_]+)"', (ROOT / "config.py").read_text(encoding="utf-8")))
    settings.remove("UTC")
    assert {"BASE_URL", "PAYOUT_DAY", "PAYER_BIC"} <= settings
    for name in ("Makefile", "docs/interfaces.md", "docs/operations.md"):
        told = re.findall(r"[A-Z][A-Z0-9_]+", (ROOT / name).read_text(encoding="utf-8"))
        assert settings <= set(told), name
