"""What follows a close by itself: balances are carried, partners told, and statements printed."""

from __future__ import annotations

import threading
from functools import cached_property

from commissions.adjustments.carrying import carry, is_carried
from commissions.payouts.not_payable import not_payable_yet
from commissions.payouts.pay_dates import pay_state
from commissions.reckoning.line_facts import Horizon
from commissions.reckoning.plan_book import plan_book
from commissions.statements.notices import Notice, send_notices
from commissions.statements.printing import print_statements, unprinted_periods
from portal.house import house_rules
from portal.kernel.db import reading, transaction
from portal.kernel.ports import Mail
from portal.letters import statement_letter
from portal.pay_words import PayWords
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
        carry(session)


def tell_of_statements(services: Services) -> None:
    telling = _Telling(services)
    send_notices(services.sessions, services.mailer, telling.letter, clock=services.clock)


class _Telling:
    """Letters of one round: plans are read once for all of them, and only when there is one to write."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def letter(self, notice: Notice) -> Mail:
        address = f"{self._services.settings.base_url}/statements/{notice.statement.number}"
        return statement_letter(notice, address, pays=self._pays(notice))

    def _pays(self, notice: Notice) -> list[str]:
        """When it is paid, and what is not payable yet, as its page says it."""
        stated, horizon, at = notice.statement, self._horizon, self._services.clock()
        words = PayWords(notice.reader.locale, horizon.today)
        payout_day = self._services.settings.payout_day
        with reading(self._services.sessions) as session:
            state = pay_state(session, stated, at=at, payout_day=payout_day)
            waiting = not_payable_yet(session, stated, horizon)
        return [
            *filter(None, (words.of(state), words.on_hold(state))),
            *(words.why(one, is_latest=state.is_latest) for one in waiting),
        ]

    @cached_property
    def _horizon(self) -> Horizon:
        house = house_rules(self._services.settings)
        with reading(self._services.sessions) as session:
            return Horizon(house, plan_book(session), house.business_day(self._services.clock()))


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
