"""Copy what the pages use of the front-end packages from node_modules/ to portal/static/vendor/."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "node_modules"
VENDOR = ROOT / "portal" / "static" / "vendor"

# file of a package -> its name below static/vendor/
FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "@fontsource-variable/geist/wght.css": "geist.css",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "echarts/dist/echarts.esm.min.mjs": "echarts.esm.min.js",
}
FONTS = "@fontsource-variable/geist/files"
ICONS = "@tabler/icons/icons/outline"
# a browser that has the developer tools open asks for the map that a last line names
SOURCE_MAP = b"//# sourceMappingURL="


def main() -> None:
    """Replace the whole folder, so that nothing of an older release stays."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    for source, name in FILES.items():
        (VENDOR / name).write_bytes(_without_source_map((PACKAGES / source).read_bytes()))
    # geist.css names its fonts as ./files/...
    for font in (PACKAGES / FONTS).glob("*-wght-normal.woff2"):
        _copy(font, VENDOR / "files" / font.name)
    icons = list((PACKAGES / ICONS).glob("*.svg"))
    for icon in icons:
        _copy(icon, VENDOR / "icons" / icon.name)
    place = VENDOR.relative_to(ROOT)
    sys.stdout.write(f"Copied {len(FILES)} files, the font and {len(icons)} icons to {place}.\n")


def _without_source_map(content: bytes) -> bytes:
    lines = content.rstrip().splitlines()
    return b"\n".join(line for line in lines if not line.startswith(SOURCE_MAP)) + b"\n"


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


if __name__ == "__main__":
    main()
