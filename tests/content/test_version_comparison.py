"""Comparing two versions: pages matched by likeness, words by difflib."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from content.assets.models import FILE_COLUMNS
from content.assets.page_matching import Change, PageFace, matched
from content.editing.version_comparison import Part, compared, text_changes
from tests.factories.library import a_found_asset, a_read_version

REACH = "Weekly reach of our stations in thousands of listeners"
PRICES = "Prices of a spot in the morning: 120 dollars for thirty seconds"
CLOSE = "Call us before noon and your spot airs tomorrow"


def face(number: int, text: str, image: str | None = None) -> PageFace:
    return PageFace(number, text[:20], text, image)


def faces(*texts: str) -> list[PageFace]:
    return [face(number, text) for number, text in enumerate(texts, start=1)]


def told(before: list[PageFace], after: list[PageFace]) -> list[tuple[int | None, int | None, str]]:
    return [(pair.before, pair.after, str(pair.change)) for pair in matched(before, after)]


def test_an_inserted_page_does_not_shift_the_others() -> None:
    assert told(faces(REACH, PRICES, CLOSE), faces(REACH, "A whole new page", PRICES, CLOSE)) == [
        (1, 1, "same"),
        (None, 2, "new"),
        (2, 3, "same"),
        (3, 4, "same"),
    ]


def test_a_changed_page_is_found_between_a_new_and_a_gone_one() -> None:
    after = faces("What is new this year", PRICES.replace("120", "135"), CLOSE)
    assert told(faces(REACH, PRICES, CLOSE), after) == [
        (1, None, "gone"),
        (None, 1, "new"),
        (2, 2, "changed"),
        (3, 3, "same"),
    ]


def test_a_page_that_went_elsewhere_has_moved() -> None:
    assert told(faces(REACH, PRICES, CLOSE), faces(PRICES, CLOSE, REACH)) == [
        (2, 1, "same"),
        (3, 2, "same"),
        (1, 3, "moved"),
    ]


def test_another_picture_under_the_same_words_is_a_change() -> None:
    assert told([face(1, REACH, "a")], [face(1, REACH, "b")]) == [(1, 1, "changed")]


def test_the_one_page_of_a_one_pager_is_the_same_page_whatever_it_says() -> None:
    assert told(faces(REACH), faces("Nothing in common at all")) == [(1, 1, "changed")]


TEXTS = st.lists(st.sampled_from(["", "a b c", "a b d", "x y z", "x y", REACH, PRICES]), max_size=8)


@given(TEXTS, TEXTS)
def test_every_page_of_both_versions_is_told_once_in_the_order_of_the_later(
    before: list[str], after: list[str]
) -> None:
    pairs = matched(faces(*before), faces(*after))
    assert sorted(pair.before for pair in pairs if pair.before) == list(range(1, len(before) + 1))
    assert [pair.after for pair in pairs if pair.after] == list(range(1, len(after) + 1))
    for pair in pairs:
        if pair.change is Change.SAME:
            assert before[(pair.before or 0) - 1] == after[(pair.after or 0) - 1]


@given(st.text("ab .\n", max_size=60), st.text("ab .\n", max_size=60))
def test_the_parts_of_a_diff_give_both_texts_back(before: str, after: str) -> None:
    parts = text_changes(before, after)
    kept = not any(part.kind is Part.CUT for part in parts)
    if kept:
        assert "".join(part.text for part in parts if part.kind is not Part.ADDED) == before
        assert "".join(part.text for part in parts if part.kind is not Part.REMOVED) == after


def test_a_long_unchanged_stretch_is_cut_to_the_words_around_a_change() -> None:
    many = " ".join(f"word{n}" for n in range(200))
    parts = text_changes(f"{many} 120 dollars", f"{many} 135 dollars")
    assert [part.kind for part in parts] == [Part.CUT, Part.KEPT, Part.REMOVED, Part.ADDED, Part.KEPT]
    assert "word199" in parts[1].text
    assert "word0" not in parts[1].text


def test_two_stored_versions_are_compared(session: Session) -> None:
    asset = a_found_asset(session, "Prices", REACH, PRICES)
    before = asset.versions[0]
    after = a_read_version(session, asset, REACH, "New here", PRICES.replace("120", "135"), number=2)
    found = compared(session, before, after)
    assert found.counts == {Change.SAME: 1, Change.NEW: 1, Change.CHANGED: 1}
    changed = next(page for page in found.changed if page.change is Change.CHANGED)
    assert [(part.kind, part.text) for part in changed.parts if part.kind in {Part.ADDED, Part.REMOVED}] == [
        (Part.REMOVED, "120"),
        (Part.ADDED, "135"),
    ]


def test_what_a_version_is_can_never_be_written_again(session: Session) -> None:
    a_found_asset(session, "Prices", REACH)
    session.flush()
    values = dict.fromkeys(FILE_COLUMNS, "'other'") | {"created_at": "'2020-01-01 00:00:00'"}
    values |= {"asset_id": "asset_id + 1", "number": "number + 7", "size": "size + 1"}
    for column, value in values.items():
        with pytest.raises(DatabaseError, match="written once"), session.begin_nested():
            session.execute(text(f"UPDATE asset_versions SET {column} = {value}"))
        session.execute(text(f"UPDATE asset_versions SET {column} = {column}, tries = 2"))
