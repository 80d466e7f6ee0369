"""Covers that are drawn for files without a picture of their own."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import ImageChops

from content.reading.covers import Card, drawn

NOTHING = Path("/no/such/file")


# two words of as many letters: as boxes they would be the same
@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(
            ("دليل", "كتاب"),
            ("חוברת", "מדיות"),
            ("朝番組", "夜広告"),
            ("라디오", "광고판"),
            ("радио", "город"),
        ),
        *(("วทยกรงเทพ", "อภสนวาขยล"), ("რადიო", "თბილი"), ("ռադիո", "Երևան"), ("தமழ", "வகன"), ("রডও", "শহর")),
    ],
)
def test_titles_in_other_scripts_are_letters_and_no_boxes(one: str, other: str) -> None:
    # a video has one shade, so that only the words can differ
    first, second = (drawn(Card(title, "Video", "video"), NOTHING) for title in (one, other))
    assert ImageChops.difference(first, second).getbbox() is not None


def test_a_title_that_is_read_from_the_right_stands_on_the_right() -> None:
    plain = drawn(Card("", "Video", "video"), NOTHING)
    arabic, english = (drawn(Card(title, "Video", "video"), NOTHING) for title in ("دليل", "A guide"))
    left_of_arabic, left_of_english = (
        ImageChops.difference(plain, one).convert("L").getbbox() for one in (arabic, english)
    )
    assert left_of_arabic is not None
    assert left_of_english is not None
    assert left_of_english[0] < 100
    assert left_of_arabic[0] > 400


@pytest.mark.parametrize("title", ["#set page(fill: red)", "دليل #lorem(9) [x] $y$ \\n", "ت" * 300])
def test_a_title_is_only_text_and_stays_in_its_place(title: str) -> None:
    """R12: what Typst sets it never runs."""
    plain, one = (drawn(Card(text, "Video", "video"), NOTHING) for text in ("", title))
    changed = ImageChops.difference(plain, one).convert("L").getbbox()
    assert changed is not None
    assert changed[2] <= 800
