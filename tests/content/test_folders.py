"""What the names of a folder say of its files, before anything is sent."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from content.assets.models import AssetKind, FileFormat, Term, Vocabulary
from content.uploads.folders import guessed_kind, guessed_title, preview


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("orchard_row-v2.pdf", "Orchard row v2"),
        ("Spot – morning drive.wav", "Spot – morning drive"),
        ("Bu\u0308ro.pdf", "Büro"),
        ("noending", "Noending"),
        ("2026.Q3.rates.xlsx", "2026.Q3.rates"),
    ],
)
def test_a_title_is_made_of_the_name(name: str, title: str) -> None:
    assert guessed_title(name) == title


@pytest.mark.parametrize(
    ("path", "format_", "kind"),
    [
        ("a/Rate card 2026.xlsx", FileFormat.EXCEL, AssetKind.RATE_CARD),
        ("Case studies/Orchard Row.pdf", FileFormat.PDF, AssetKind.CASE_STUDY),
        ("Case studies/Orchard Row.pptx", FileFormat.POWERPOINT, AssetKind.DECK),
        ("spots/Morning.wav", FileFormat.AUDIO, AssetKind.AUDIO),
        ("Corporate update.pdf", FileFormat.PDF, AssetKind.DOCUMENT),
    ],
)
def test_the_kind_is_guessed_from_name_format_and_folder(
    path: str, format_: FileFormat, kind: AssetKind
) -> None:
    assert guessed_kind(path, format_) is kind


def test_folders_are_the_words_that_are_known_and_else_products(session: Session) -> None:
    session.add(Term(vocabulary=Vocabulary.INDUSTRY, ref="grocery", name="Grocery"))
    session.flush()
    found = preview(
        session,
        [
            "Drive/Grocery/Evaluate/a.pdf",
            "Drive/Grocery/Second_Kettle/b.pdf",
            "Drive/Case studies/d.pdf",
            "Drive/c.pdf",
            "Drive/run.exe",
            "Drive/.DS_Store",
            "Drive/~$c.docx",
        ],
    )
    words = {word.name: (word.vocabulary, word.is_known, word.files) for word in found.words}
    assert words == {
        "Grocery": (Vocabulary.INDUSTRY, True, 2),
        "Evaluate": (Vocabulary.STAGE, True, 1),
        "Second Kettle": (Vocabulary.PRODUCT, False, 1),
        # it is the kind of its files already
        "Case studies": (None, False, 1),
    }
    assert [(file.title, file.words) for file in found.files if not file.sentence] == [
        ("C", ()),
        ("D", ("Case studies",)),
        ("A", ("Grocery", "Evaluate")),
        ("B", ("Grocery", "Second Kettle")),
    ]
    assert [file.name for file in found.files if file.sentence] == ["run.exe"]
    assert found.left_out == 2
