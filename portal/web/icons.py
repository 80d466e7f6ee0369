"""Tabler's outline icons as inline SVG, so that they take the colour of the text beside them."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from flask import Flask
from markupsafe import Markup

from portal.web.static_files import ICONS

STROKE = "1.5"
USUAL_SIZE = 18

_DRAWING = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
# every icon of the set starts with an invisible square
_GROUND = re.compile(r'<path stroke="none"[^>]*/>')


def install(app: Flask) -> None:
    @app.template_global()
    @cache
    def icon_svg(name: str, size: int = USUAL_SIZE) -> Markup:
        """The icon `name` of Tabler's outline set; the words beside it carry the meaning."""
        return _icon(ICONS / f"{name}.svg", size)


def _icon(path: Path, size: int) -> Markup:
    found = _DRAWING.search(path.read_text(encoding="utf-8"))
    if found is None:
        raise ValueError(f"{path.name} is not an icon.")
    drawing = " ".join(_GROUND.sub("", found.group(1)).split())
    sized = "ti" if size == USUAL_SIZE else f"ti ti-{size}"
    look = f'fill="none" stroke="currentColor" stroke-width="{STROKE}" stroke-linecap="round"'
    box = f'width="{size}" height="{size}" viewBox="0 0 24 24"'
    # the drawing is a file of the pinned package, never what a person wrote
    return Markup(  # noqa: S704
        f'<svg class="{sized}" {box} {look} stroke-linejoin="round" aria-hidden="true">{drawing}</svg>'
    )
