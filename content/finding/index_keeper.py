"""Keeps the index in a child process, which may end at any text, and is started again for the others."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from content.finding.index_child import ORDER_ENDS

log = logging.getLogger("makegood.index")

PROJECT = Path(__file__).resolve().parents[2]
CHILD = [sys.executable, "-m", "content.finding.index_child"]
GRACE_SECONDS = 10


class IndexKeeper:
    """A thread that orders the child to keep the index when asked, and restarts it. Nobody waits for it."""

    def __init__(self, database_url: str, search_url: str, *, child: Sequence[str] = CHILD) -> None:
        self._where = {"database_url": database_url, "search_url": search_url}
        self._command = list(child)
        self._child: subprocess.Popen[str] | None = None
        self._suspects: list[int] = []
        self._asked, self._stopped = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._keep, name="index keeper", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def ask(self) -> None:
        """Have the index kept from now; asking twice before it begins is asking once."""
        self._asked.set()

    def stop(self) -> None:
        self._stopped.set()
        self._asked.set()
        self._thread.join(timeout=GRACE_SECONDS)
        if self._thread.is_alive() and self._child is not None:
            # an index is never half written, whenever its writer ends
            self._child.kill()
            self._thread.join(timeout=GRACE_SECONDS)
        self._end()

    def _keep(self) -> None:
        while self._asked.wait() and not self._stopped.is_set():
            self._asked.clear()
            try:
                self._order()
            except OSError:
                log.exception("the index was not kept")

    def _order(self) -> None:
        child = self._child = self._child or self._started()
        assert child.stdin is not None
        assert child.stdout is not None
        has_begun = False
        try:
            print(json.dumps(self._suspects), file=child.stdin, flush=True)
            for line in child.stdout:
                told = json.loads(line)
                if told == ORDER_ENDS:
                    self._suspects = []
                    return
                self._suspects, has_begun = told, True
        except BrokenPipeError:
            # it ended since it was last asked
            pass
        self._end()
        log.warning("the index's process ended (%s) at the assets %s", child.returncode, self._suspects)
        if has_begun and self._suspects:
            self.ask()

    def _started(self) -> subprocess.Popen[str]:
        # where it works stays as it is: addresses may be relative
        environment = os.environ | {"PYTHONPATH": str(PROJECT)}
        child = subprocess.Popen(  # noqa: S603  our own program
            self._command, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert child.stdin is not None
        print(json.dumps(self._where), file=child.stdin, flush=True)
        return child

    def _end(self) -> None:
        """It ends by itself when nothing more is ordered; one that does not is killed."""
        if self._child is None:
            return
        try:
            self._child.communicate(timeout=GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.communicate()
        self._child = None
