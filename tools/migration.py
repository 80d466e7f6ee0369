"""Write the next migration: what the mapped tables have and the newest migration has not.

`--again` writes the newest one anew, for as long as no database of anybody depends on it.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command

from migrations.upgrade import FOLDER, config_for, upgrade
from portal.kernel.db import make_engine

VERSIONS = FOLDER / "versions"
RUFF = Path(sys.executable).parent / "ruff"


def main() -> None:
    """Autogenerate against a throw-away SQLite database that holds all migrations so far."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("message")
    parser.add_argument("--again", action="store_true")
    arguments = parser.parse_args()
    if arguments.again:
        max(VERSIONS.glob("*.py")).unlink()
    number = f"{len(list(VERSIONS.glob('*.py'))) + 1:04d}"
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{folder}/empty.db")
        if number != "0001":
            upgrade(engine)
        with engine.begin() as connection:
            command.revision(config_for(connection), arguments.message, autogenerate=True, rev_id=number)
    written = next(VERSIONS.glob(f"{number}_*.py"))
    written.write_text("".join(line for line in written.open() if not line.lstrip().startswith("# ###")))
    for step in (["check", "--fix", "--quiet", "--select", "F401,I"], ["format", "--quiet"]):
        subprocess.run([RUFF, *step, "--no-force-exclude", written], check=True)
    sys.stdout.write(f"Wrote {written.relative_to(FOLDER.parent)}.\n")


if __name__ == "__main__":
    main()
