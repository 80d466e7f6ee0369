"""Programs that tests need and pip does not bring, from Debian's packages where this machine allows it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys


def install(packages: tuple[str, ...], what: str) -> None:
    """Does nothing where nobody may; `what` is said before."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    sys.stdout.write(f"There is no {what} here; installing it for the tests ...\n")
    sys.stdout.flush()
    quiet = {"DEBIAN_FRONTEND": "noninteractive"} | os.environ
    for step in (("update",), ("install", "-y", "--no-install-recommends", *packages)):
        done = subprocess.run(["apt-get", "-qq", *step], env=quiet, stdout=subprocess.DEVNULL, check=False)
        if done.returncode != 0:
            return
