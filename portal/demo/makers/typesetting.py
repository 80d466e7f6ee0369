"""Documents set by Typst in Larkwell's house style."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

import typst

DOCUMENTS = Path(__file__).parent.parent / "documents"


def pdf(name: str, facts: Mapping[str, str]) -> bytes:
    """The document `documents/NAME.typ` as PDF; `facts` are its inputs (edition, quarter, prices ...)."""
    made = typst.compile(
        DOCUMENTS / f"{name}.typ",
        root=DOCUMENTS,
        font_paths=_fonts(),
        sys_inputs=dict(facts),
        pdf_standards=[],
    )
    if not isinstance(made, bytes):
        raise TypeError(name)
    return made


def geist() -> Path:
    """The variable font of the house style, for pictures."""
    return Path(str(files("fontpkg_geist"))) / "files" / "Geist[wght].ttf"


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[geist().parent])
