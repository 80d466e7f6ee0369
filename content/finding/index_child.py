"""The child process that keeps the index: `-m content.finding.index_child`.

The first line that it reads says where database and index are; each other is an order to keep the index,
with the assets that are to be suspected because a process ended at them. It writes a line for what it is
about to try, and one when it is done. It limits itself, also in time: at 60 seconds without progress the
system ends it, whatever it is busy with. It ends when nobody is left who could order.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TextIO

from sqlalchemy.orm import Session, sessionmaker

from content.finding.indexing import keep_index, suspect
from content.reading.child import MEMORY
from portal.kernel.db import make_engine, make_sessions, transaction
from search.engine import SearchEngine
from search.engines import engine_of
from search.errors import IndexLocked

log = logging.getLogger("makegood.index")

ORDER_ENDS = "done"
BATCH_SECONDS = 60
# what belongs to no batch, such as the end of a rebuild, grows with the library: 90 s for 66,000 pages
OTHER_SECONDS = 1200


def main() -> int:
    _limit()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    answers = _answers()
    where = json.loads(sys.stdin.readline())
    sessions = make_sessions(make_engine(where["database_url"]))
    engine = engine_of(where["search_url"], sessions)
    for order in sys.stdin:
        Round(sessions, engine, answers).work(json.loads(order))
    return 0


class Round:
    """One order, and what is told of it."""

    def __init__(self, sessions: sessionmaker[Session], engine: SearchEngine, answers: TextIO) -> None:
        self._sessions, self._engine, self._answers = sessions, engine, answers

    def work(self, suspects: list[int]) -> None:
        if suspects:
            with transaction(self._sessions) as session:
                suspect(session, suspects, at=_now())
        self._watch(())
        try:
            keep_index(self._sessions, self._engine, clock=_now, watch=self._watch)
        except IndexLocked:
            log.info("another process is writing the index")
        except MemoryError:
            raise
        except Exception:
            log.exception("the index was not kept")
        signal.alarm(0)
        self._tell(ORDER_ENDS)

    def _watch(self, asset_ids: Sequence[int]) -> None:
        signal.alarm(BATCH_SECONDS if asset_ids else OTHER_SECONDS)
        self._tell(list(asset_ids))

    def _tell(self, what: object) -> None:
        print(json.dumps(what), file=self._answers, flush=True)


def _limit() -> None:
    # of a large index more is mapped than this process may have for itself: addresses have no fence
    for what, most in ((resource.RLIMIT_DATA, MEMORY), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(what, (most, most))
    # what stops the worker reaches its children, too; this one finishes its batch
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


def _answers() -> TextIO:
    """Where the answers go; whatever else is printed stands with what is logged."""
    kept = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return kept


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    sys.exit(main())
