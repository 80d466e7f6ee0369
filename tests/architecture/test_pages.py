"""What holds for every template, script and style sheet."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portal.web.static_files import SHEETS
from tests.architecture.sources import ROOT, TEMPLATES, name_of
from tools.assets import FILES

# the content security policy refuses each of these in a browser; here it is found without one
INLINE = re.compile(
    r"<style|\sstyle\s*=|\son[a-z]+\s*=|hx-on|javascript:|<script(?![^>]*\ssrc=)|<base\b", re.IGNORECASE
)
VENDOR = re.compile(r"vendor/([\w./-]+\.(?:css|js))")
STATIC = ROOT / "portal" / "static"
SCRIPTS = sorted((STATIC / "js").glob("*.js"))
LONGEST_TEMPLATE, LONGEST_SCRIPT = 120, 350


@pytest.mark.parametrize("template", TEMPLATES, ids=name_of)
def test_a_template_holds_no_inline_style_or_script(template: Path) -> None:
    assert INLINE.findall(template.read_text(encoding="utf-8")) == []


def test_each_table_of_money_has_a_name_for_who_hears_it() -> None:
    """A label, or a caption of its own."""
    nameless = re.compile(r"<table(?![^>]*aria-label)[^>]*>(?!\s*<caption)")
    areas = {"commissions", "home"}
    money = [path for path in TEMPLATES if path.parent.name in areas]
    assert {name_of(path) for path in money if nameless.search(path.read_text(encoding="utf-8"))} == set()


def test_templates_and_scripts_are_short() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in (*TEMPLATES, *SCRIPTS)}
    limits = {".html": LONGEST_TEMPLATE, ".js": LONGEST_SCRIPT}
    assert {name_of(path): lines for path, lines in lengths.items() if lines > limits[path.suffix]} == {}


def test_exactly_what_the_pages_use_of_the_packages_is_copied() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (*TEMPLATES, *SCRIPTS)]
    assert {name for text in (*texts, *SHEETS) for name in VENDOR.findall(text)} == set(FILES.values())


def test_every_style_sheet_is_part_of_the_one_that_pages_load() -> None:
    own = {f"css/{path.name}" for path in (STATIC / "css").iterdir()}
    assert sorted(sheet for sheet in SHEETS if not sheet.startswith("vendor/")) == sorted(own)


def test_scripts_evaluate_no_text() -> None:
    """What they insert as markup is a page of ours, already escaped; data goes in as text."""
    forbidden = re.compile(r"\beval\(|new Function|innerHTML|outerHTML|document\.write")
    assert {name_of(path) for path in SCRIPTS if forbidden.search(path.read_text(encoding="utf-8"))} == set()
