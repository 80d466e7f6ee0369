"""Markdown, as it is shown and searched: its words, without the signs that mark them."""

from __future__ import annotations

import pytest

from content.reading.markdown import plain

READ = {
    "# Why *radio*\n\nIt **sells**, says [a study](https://s.example/1).": (
        "Why radio\n\nIt sells, says a study (https://s.example/1)."
    ),
    "Intro\n- one\n- two\n  1. deep\n  2. deeper\n- three": (
        "Intro\n\n• one\n• two\n  1. deep\n  2. deeper\n• three"
    ),
    "3. drei\n4. vier": "3. drei\n4. vier",
    "| Spot | Price |\n|---|--:|\n| :30 | 37.50 |": "Spot | Price\n:30 | 37.50",
    "> said\n> so\n\n---\n\n```\na  b\n```": "said so\n\na  b",
    "line  \nbroken\nand on": "line\nbroken and on",
    "<https://x.example> ![a map](m.png) `code`": "https://x.example a map code",
    "<script>alert(1)</script>": "<script>alert(1)</script>",
    "no signs * at # all": "no signs * at # all",
    "": "",
}


@pytest.mark.parametrize(("written", "read"), READ.items())
def test_signs_become_what_they_say(written: str, read: str) -> None:
    assert plain(written)[1] == read


def test_the_first_heading_is_the_title() -> None:
    assert plain("Words before\n\nSecond *one*\n===\n\n# Third")[0] == "Second one"
    assert plain("No heading here")[0] == ""


@pytest.mark.parametrize(
    "hostile",
    [">" * 20_000 + "deep", "[" * 20_000, "*" * 20_000, "- " * 5_000 + "deep", "`" * 20_001, "|" * 20_000],
)
def test_a_hostile_text_is_only_text(hostile: str) -> None:
    plain(hostile)
