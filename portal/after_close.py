"""What follows a close by itself: balances are carried, partners told, and statements printed."""

from __future__ import annotations

import threading

from commissions.ledger.balances import carry_balances, is_carried
from commissions.statements.notices import Notice, send_notices
from commissions.statements.printing import print_statements, unprinted_periods
from portal.kernel.db import reading, transaction
from portal.kernel.ports import Mail
from portal.letters import statement_letter
from portal.services import Services

_press_lock = threading.Lock()


def after_close(services: Services) -> None:
    """A month is closed: carry its balances, tell its partners, and make the PDFs of its statements."""
    carry_last_close(services)
    tell_of_statements(services)
    print_closed_months(services)


def carry_last_close(services: Services) -> None:
    with reading(services.sessions) as session:
        if is_carried(session):
            return
    with transaction(services.sessions) as session:
        carry_balances(session)


def tell_of_statements(services: Services) -> None:
    address, payout_day = f"{services.settings.base_url}/statements", services.settings.payout_day

    def letter(notice: Notice) -> Mail:
        return statement_letter(notice, f"{address}/{notice.statement.number}", payout_day=payout_day)

    send_notices(services.sessions, services.mailer, letter, clock=services.clock)


def print_closed_months(services: Services) -> None:
    # one lot at a time in this process: a lot takes every processor already
    if not _press_lock.acquire(blocking=False):
        return
    try:
        with reading(services.sessions) as session:
            periods = unprinted_periods(session)
        for ref in periods:
            print_statements(services.sessions, services.blobs, ref, clock=services.clock)
    finally:
        _press_lock.release()
