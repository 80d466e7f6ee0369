"""Running commands of `flask` in children that may be killed, and databases that may be copied."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.fixtures.databases import PostgresqlServer

ROOT = Path(__file__).parents[2]
KILLED = -9


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of a command: exit status (KILLED when it was), its words, and how much it did."""

    status: int
    stdout: str
    stderr: str
    counted: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Commands:
    """A process that forks a child for each command."""

    process: subprocess.Popen[str]
    folder: Path

    def run(
        self, url: str, *arguments: str, kill: Mapping[str, Any] | None = None, most_bytes: int = 0
    ) -> Outcome:
        """`kill`: {"statement": n} before the nth statement, or {"commit": n, "after": seconds}.

        With `most_bytes` no file of the child grows beyond that: a disk that is full.
        """
        environment = {
            "DATABASE_URL": url,
            "DATA_DIR": str(self.folder / "data"),
            "SECRET_KEY": "a secret that only the tests use, and is long enough",
        }
        order = {"environment": environment, "arguments": arguments, "kill": kill, "most_bytes": most_bytes}
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return Outcome(**json.loads(self.process.stdout.readline()))

    def do(self, url: str, *arguments: str) -> Outcome:
        """Run a command that has to succeed."""
        done = self.run(url, *arguments)
        assert done.status == 0, (arguments, done)
        return done


@contextmanager
def forking_process(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """What Commands sends its orders to; `folder` is for its temporary files."""
    started = subprocess.Popen(
        [sys.executable, "-m", "tests.factories.command_children"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "TMPDIR": str(folder)},
    )
    try:
        yield started
    finally:
        assert started.stdin is not None
        assert started.stdout is not None
        started.stdin.close()
        started.stdout.close()
        started.wait(60)


@dataclass(slots=True)
class Copies:
    """Copies of a database that nobody has open."""

    folder: Path
    server: PostgresqlServer | None
    names: list[str] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count)

    def of(self, url: str) -> str:
        """The address of a copy."""
        if self.server is None:
            copy = self.folder / f"copy-{next(self._numbers)}.db"
            with (
                closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as source,
                closing(sqlite3.connect(copy)) as target,
            ):
                # nobody keeps it through a power cut
                target.execute("PRAGMA synchronous=OFF")
                source.backup(target)
            return f"sqlite:///{copy}"
        name = self.server.create(template=urlsplit(url).path.strip("/"))
        self.names.append(name)
        return self.server.url(name)

    def drop(self) -> None:
        for name in self.names:
            assert self.server is not None
            self.server.drop(name)
