"""Look for a Chromium for the browser journeys, and install one where this machine allows it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> str | None:
    """The path of an installed browser; CHROMIUM names another one."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def main() -> None:
    """A machine without a browser still runs every other test, and is told so."""
    if chromium():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        sys.stdout.write("There is no Chromium here; installing it for the browser journeys ...\n")
        sys.stdout.flush()
        _install()
    if not chromium():
        sys.stderr.write(
            "There is no Chromium here and it cannot be installed: THE BROWSER JOURNEYS WILL NOT RUN.\n"
        )


def _install() -> None:
    quiet = {"DEBIAN_FRONTEND": "noninteractive"} | os.environ
    for step in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
        done = subprocess.run(["apt-get", "-qq", *step], env=quiet, stdout=subprocess.DEVNULL, check=False)
        if done.returncode != 0:
            return


if __name__ == "__main__":
    main()
