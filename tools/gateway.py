"""Look for Ceph's S3 gateway, and install it where this machine allows it."""

from __future__ import annotations

import shutil
import sys

from tools.debian import install

PROGRAMS = ("radosgw", "radosgw-admin", "ceph", "ceph-authtool", "ceph-mon", "ceph-osd", "monmaptool")
PACKAGES = ("radosgw", "ceph-mon", "ceph-osd")


def is_installed() -> bool:
    return all(map(shutil.which, PROGRAMS))


def main() -> None:
    """A machine without it still runs every other test, and is told so."""
    if not is_installed():
        install(PACKAGES, "S3 gateway (Ceph)")
    if not is_installed():
        sys.stderr.write("There is no S3 gateway (Ceph) here: THE TESTS ON S3 WILL NOT RUN.\n")


if __name__ == "__main__":
    main()
