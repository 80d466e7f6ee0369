"""The fonts that come with the portal, for what it sets itself: none of the machine, so that bytes agree."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path

import typst

# Geist, and Noto Sans for what it does not have: Greek, Cyrillic, Vietnamese, Devanagari; Japanese, Korean,
# both kinds of Chinese; Arabic and Hebrew; last, since it brings some of them once more and the first one
# found is taken, what the rest of Asia, the Caucasus and Ethiopia write in
PACKAGES = (
    "fontpkg_geist",
    "fontpkg_noto_sans",
    "justmytype_intl_cjk",
    "justmytype_intl_rtl",
    "manimgx_fonts",
)


def folders() -> list[Path]:
    return [Path(import_module(name).__path__[0]) for name in PACKAGES]


@cache
def packaged_fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders())
