"""Background work: tasks by name, and the sweeps that find what a lost queue or worker dropped."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from content.assets.freshness import hide_unconfirmed
from content.assets.mails import WantedMail, send_mails
from content.editing.scheduling import publish_due
from content.editing.stored_files import StoredFiles
from content.finding.index_keeper import IndexKeeper
from content.finding.indexing import keep_index
from content.finding.own_searches import remember_search
from content.finding.proofs import count_found_opening, proofs_are_old, roll_up_proofs
from content.finding.search_log import forget_old_searches, has_old_searches, log_opening, log_search
from content.processing import processing, wanted_copies
from content.processing.ended_copies import sweep_copies
from content.readers.version_news import VersionNews, send_version_news
from content.reminders.digest import is_planned, is_time, plan_digest
from content.reminders.reminders import Reminders, Today, send_reminders
from content.uploads import incoming
from content.usage.usage_ending import end_views
from portal.adapters.queue import (
    AFTER_CLOSE,
    KEEP_INDEX,
    LOG_OPENING,
    LOG_SEARCH,
    MAKE_COPY,
    PUT_TOGETHER,
    READ_VERSION,
    REMEMBER_SEARCH,
    SEND_CONTENT_MAILS,
    TELL_OF_VERSIONS,
    TRY_PLAN,
    Lane,
)
from portal.after_close import after_close, carry_last_close, print_closed_months, tell_of_statements
from portal.content_letters import content_letter
from portal.kernel.db import reading, transaction
from portal.kernel.outbox import send_posted
from portal.kernel.ports import Mail
from portal.letters import reminder_letter
from portal.plan_trials import find_lost_trials, try_plan
from portal.services import Services
from portal.version_letters import version_letter
from search.errors import IndexLocked

log = logging.getLogger("makegood.worker")

THREADS = 2
SWEEP_SECONDS = 10
UNFINISHED = timedelta(hours=1)

_index_lock = threading.Lock()
_joining_lock = threading.Lock()
# uploads that this process is putting together
_joining: set[int] = set()


def _read_version(services: Services, version_id: int) -> None:
    _process(services, version_id)
    _keep_index(services)


def _process(services: Services, version_id: int) -> None:
    needs_approval = services.settings.needs_approval
    processing.process(
        services.sessions, services.blobs, version_id, clock=services.clock, needs_approval=needs_approval
    )


def _put_together(services: Services, upload_id: int) -> None:
    # a gigabyte takes longer than the sweeps wait, and reading it twice at once helps nobody
    with _joining_lock:
        if upload_id in _joining:
            return
        _joining.add(upload_id)
    try:
        incoming.put_together(services.sessions, services.blobs, upload_id)
    finally:
        _joining.discard(upload_id)


def _keep_index(services: Services) -> None:
    if services.index_keeper is not None:
        services.index_keeper.ask()
        return
    # one writer at a time in this process; another process's is told by IndexLocked, and found by a sweep
    with _index_lock:
        try:
            keep_index(services.sessions, services.search, clock=services.clock)
        except IndexLocked:
            log.info("another process is writing the index")


def _log_search(services: Services, text: str, found: int, on: str) -> None:
    with transaction(services.sessions) as session:
        log_search(session, text, found=found, on=date.fromisoformat(on))


def _remember_search(services: Services, user_id: int, text: str, at: str) -> None:
    with transaction(services.sessions) as session:
        remember_search(session, user_id, text, at=datetime.fromisoformat(at))


def _log_opening(services: Services, text: str, on: str, asset: str = "") -> None:
    with transaction(services.sessions) as session:
        log_opening(session, text, on=date.fromisoformat(on))
        count_found_opening(session, asset, on=date.fromisoformat(on))


def _roll_up_proofs(services: Services) -> None:
    at = services.clock()
    with reading(services.sessions) as session:
        if not proofs_are_old(session, at=at):
            return
    with transaction(services.sessions) as session:
        roll_up_proofs(session, at=at)


def _forget_old_searches(services: Services) -> None:
    today = services.clock().astimezone(services.settings.zone).date()
    with reading(services.sessions) as session:
        if not has_old_searches(session, today=today):
            return
    with transaction(services.sessions) as session:
        forget_old_searches(session, today=today)


def _end_views(services: Services) -> None:
    end_views(services.sessions, services.clock())


def _send_waiting_files(services: Services) -> None:
    if services.queue.waiting():
        # what the queue still holds will come by itself
        return
    with reading(services.sessions) as session:
        waiting = processing.waiting(session, at=services.clock())
        arrived = incoming.waiting(session)
        copies = wanted_copies.waiting(session, at=services.clock())
    for wanted_id in copies:
        services.queue.send(MAKE_COPY, wanted_id=wanted_id)
    for upload_id in arrived:
        services.queue.send(PUT_TOGETHER, upload_id=upload_id)
    for version_id in waiting:
        services.queue.send(READ_VERSION, version_id=version_id)


def _send_posted(services: Services) -> None:
    send_posted(services.sessions, services.mailer, clock=services.clock)


def _make_copy(services: Services, wanted_id: int) -> None:
    wanted_copies.make_copy(services.sessions, services.blobs, wanted_id, clock=services.clock)


def _sweep_copies(services: Services) -> None:
    sweep_copies(services.sessions, services.blobs, at=services.clock())


def _remove_unfinished_blobs(services: Services) -> None:
    services.blobs.sweep(before=services.clock() - UNFINISHED)


def _forget_stale_uploads(services: Services) -> None:
    incoming.sweep(services.sessions, services.blobs, at=services.clock())


def _tell_of_versions(services: Services) -> None:
    base_url = services.settings.base_url

    def letter(news: VersionNews) -> Mail:
        return version_letter(news, base_url)

    send_version_news(services.sessions, services.mailer, letter, clock=services.clock)


def _send_content_mails(services: Services) -> None:
    today = services.clock().astimezone(services.settings.zone).date()

    def letter(session: Session, wanted: WantedMail) -> Mail | None:
        return content_letter(session, wanted, services.settings, today=today)

    send_mails(services.sessions, services.mailer, letter, clock=services.clock)


def _plan_digest(services: Services) -> None:
    local = services.clock().astimezone(services.settings.zone)
    if not is_time(local):
        return
    with reading(services.sessions) as session:
        if is_planned(session, local.date()):
            return
    with transaction(services.sessions) as session:
        plan_digest(session, local.date(), at=services.clock())


TASKS: Mapping[str, Callable[..., None]] = {
    READ_VERSION: _read_version,
    PUT_TOGETHER: _put_together,
    KEEP_INDEX: _keep_index,
    LOG_SEARCH: _log_search,
    LOG_OPENING: _log_opening,
    REMEMBER_SEARCH: _remember_search,
    AFTER_CLOSE: after_close,
    SEND_CONTENT_MAILS: _send_content_mails,
    TELL_OF_VERSIONS: _tell_of_versions,
    MAKE_COPY: _make_copy,
    TRY_PLAN: try_plan,
}


def _publish_scheduled(services: Services) -> None:
    needs_approval = services.settings.needs_approval
    files = StoredFiles(services.blobs)
    publish_due(services.sessions, files, needs_approval=needs_approval, clock=services.clock)


def _hide_unconfirmed(services: Services) -> None:
    today = Today(services.clock(), services.settings.zone)
    grace = timedelta(days=services.settings.review_grace_days)
    hide_unconfirmed(services.sessions, due_before=today.day - grace, at=today.at)


def _remind_owners(services: Services) -> None:
    def letter(told: Reminders) -> Mail:
        return reminder_letter(told, services.settings.base_url, services.settings.review_grace_days)

    today = Today(services.clock(), services.settings.zone)
    send_reminders(services.sessions, services.mailer, letter, today)


# each can run twice or on two machines at once without harm
SWEEPS: Iterable[Callable[[Services], None]] = (
    _publish_scheduled,
    _hide_unconfirmed,
    _remind_owners,
    _send_waiting_files,
    _keep_index,
    _end_views,
    _forget_old_searches,
    _roll_up_proofs,
    _remove_unfinished_blobs,
    _forget_stale_uploads,
    _sweep_copies,
    carry_last_close,
    tell_of_statements,
    print_closed_months,
    _tell_of_versions,
    find_lost_trials,
    _plan_digest,
    _send_content_mails,
    _send_posted,
)


def run_worker(services: Services) -> None:
    """Work until the process is told to stop; a task in hand is finished first."""
    keeper = IndexKeeper(services.settings.database_url, services.settings.search_url)
    keeper.start()
    services = replace(services, index_keeper=keeper)
    stopped = threading.Event()
    sweeper = threading.Thread(target=_sweep_until, args=(services, stopped), name="sweeper", daemon=True)
    sweeper.start()
    run = _runner(services)
    quick = services.queue.consumer(run, workers=1, lane=Lane.QUICK)
    quick.start()
    # the last to start is told when the process is to stop
    services.queue.consumer(run, workers=THREADS).run()
    quick.stop(graceful=True)
    stopped.set()
    sweeper.join(timeout=SWEEP_SECONDS)
    keeper.stop()


def read_versions(services: Services, version_ids: Sequence[int]) -> None:
    """Read these versions here and now, and bring the index up to date."""
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(partial(_process, services), version_ids))
    _keep_index(services)


def sweep(services: Services) -> None:
    """One round of every sweep; one that fails is logged and does not stop the others."""
    for step in SWEEPS:
        try:
            step(services)
        except Exception:
            log.exception("a sweep failed: %s", step.__name__)


def _sweep_until(services: Services, stopped: threading.Event) -> None:
    while True:
        sweep(services)
        if stopped.wait(SWEEP_SECONDS):
            return


def _runner(services: Services) -> Callable[[str, dict[str, Any]], None]:
    def run(name: str, arguments: dict[str, Any]) -> None:
        task = TASKS.get(name)
        if task is None:
            log.error("nobody knows the task %s", name)
            return
        task(services, **arguments)

    return run
