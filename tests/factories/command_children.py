"""Commands as processes of their own that may be killed: `python -m tests.factories.command_children`.

It imports and builds the portal once; each order on its standard input (a line of JSON) forks a child that
runs one command of `flask` with an environment of its own, and dies by SIGKILL where the order says so.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import tempfile
import threading
import time
import traceback
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from flask.cli import FlaskGroup
from sqlalchemy import Engine, event

from config import settings_from
from portal.app import create_app
from portal.services import EXTENSION, build_services

# what a child leaves for its parent: how many statements and commits there were
COUNTED = "counted.json"


class Fate:
    """Counts statements and commits, and kills this process at the one that was chosen."""

    def __init__(self, kill: dict[str, Any] | None) -> None:
        self.statements = self.commits = 0
        self._kill = kill or {}
        event.listen(Engine, "before_cursor_execute", self._on_statement)
        event.listen(Engine, "commit", self._on_commit)

    def _on_statement(self, *_: object) -> None:
        self.statements += 1
        if self.statements == self._kill.get("statement"):
            _die()

    def _on_commit(self, _: object) -> None:
        self.commits += 1
        if self.commits == self._kill.get("commit"):
            # while the database writes and syncs, or just after
            threading.Thread(target=_die, args=(self._kill["after"],), daemon=True).start()


def _die(after: float = 0) -> None:
    time.sleep(after)
    os.kill(os.getpid(), signal.SIGKILL)


@cache
def application() -> Flask:
    """Without services: nothing that a child uses is open before it is forked."""
    with tempfile.TemporaryDirectory() as name:
        settings = settings_from({"DATA_DIR": name, "SECRET_KEY": "a secret that only the tests use" * 2})
        return create_app(settings, build_services(settings))


def run_command(order: dict[str, Any], folder: Path) -> int:
    """In the child: the command's exit status."""
    for descriptor, name in ((1, "stdout"), (2, "stderr")):
        os.dup2(os.open(folder / name, os.O_WRONLY | os.O_CREAT), descriptor)
    if order["most_bytes"]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["most_bytes"], resource.RLIM_INFINITY))
    fate = Fate(order.get("kill"))
    app = application()
    app.extensions[EXTENSION] = build_services(settings_from(order["environment"]))
    group = FlaskGroup(create_app=lambda: app, add_default_commands=False, load_dotenv=False)
    try:
        status = group.main(args=order["arguments"], prog_name="flask", standalone_mode=False)
    except SystemExit as end:
        status = end.code
    sys.stdout.flush()
    counted = {"statements": fate.statements, "commits": fate.commits}
    written = folder / f"{COUNTED}.part"  # a kill that comes now leaves all of the counts or none
    written.write_text(json.dumps(counted), encoding="utf-8")
    written.rename(folder / COUNTED)
    return status if isinstance(status, int) else 0


def answer_order(order: dict[str, Any]) -> dict[str, Any]:
    """What became of a child: exit status (negative: the signal), its words and counts."""
    application()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        child = os.fork()
        if child == 0:
            status = 70
            try:
                status = run_command(order, folder)
            except BaseException:  # as a program ends that nobody catches
                traceback.print_exc()
                raise
            finally:
                os._exit(status)
        _, status = os.waitpid(child, 0)
        counted = folder / COUNTED
        return {
            "status": os.waitstatus_to_exitcode(status),
            "stdout": (folder / "stdout").read_text(encoding="utf-8"),
            "stderr": (folder / "stderr").read_text(encoding="utf-8"),
            "counted": json.loads(counted.read_text(encoding="utf-8")) if counted.exists() else {},
        }


def main() -> None:
    for line in sys.stdin:
        print(json.dumps(answer_order(json.loads(line))), flush=True)  # noqa: T201  the answer to the order


if __name__ == "__main__":
    main()
