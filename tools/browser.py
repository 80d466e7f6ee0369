"""Look for a Chromium for the browser journeys, and install one where this machine allows it."""

from __future__ import annotations

import os
import shutil
import sys

from tools.debian import install

# one that never draws a window takes two thirds of the processor time
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ("chromium-headless-shell", "chromium")


def chromium() -> str | None:
    """The path of an installed browser; CHROMIUM names another one."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def main() -> None:
    """A machine without a browser still runs every other test, and is told so."""
    for package in PACKAGES:
        if not chromium():
            install((package,), "Chromium")
    if not chromium():
        sys.stderr.write("There is no Chromium here: THE BROWSER JOURNEYS WILL NOT RUN.\n")


if __name__ == "__main__":
    main()
