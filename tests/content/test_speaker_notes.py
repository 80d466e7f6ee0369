"""What the speaker says is found at the slide it is said at."""

from __future__ import annotations

from pathlib import Path

from pptx import Presentation

from content.reading.office import read_powerpoint


def test_notes_stand_at_their_own_slide(tmp_path: Path) -> None:
    show = Presentation()
    for number in range(1, 5):
        slide = show.slides.add_slide(show.slide_layouts[5])
        slide.shapes.title.text = f"Slide {number}"
        if number in {2, 4}:
            slide.notes_slide.notes_text_frame.text = f"Say this at\nslide {number}."
    show.save(str(tmp_path / "deck.pptx"))

    pages = read_powerpoint(tmp_path / "deck.pptx", tmp_path, "").pages

    assert [page.text.split() for page in pages] == [
        ["Slide", "1"],
        ["Slide", "2", "Say", "this", "at", "slide", "2."],
        ["Slide", "3"],
        ["Slide", "4", "Say", "this", "at", "slide", "4."],
    ]
