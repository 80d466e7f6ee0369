"""People who decide about the same books, two of them at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from sqlalchemy.orm import Session, sessionmaker

from commissions.adjustments.adjusting import Signed
from commissions.approvals.approval_models import Proposal
from commissions.approvals.approvals import (
    Setting,
    approve,
)
from commissions.checking.checking import broken_rules
from commissions.facts.house_rules import HouseRules
from commissions.proposals.approval_acts import ACTS
from portal.adapters.local_files import LocalFiles
from portal.kernel.db import reading, transaction
from portal.kernel.errors import Refusal
from portal.kernel.identity import Identity, Role
from tests.factories.closed_months import APRIL, MAY, close, the_worked_example, two_people
from tests.factories.payees import partner_of
from tests.factories.people import an_identity

Sessions = sessionmaker[Session]
Act = Callable[[Session], object]
Proposing = Callable[[Session], Proposal]
HOUSE = HouseRules()
MARCH = "2026-03"


class Office:
    """Books in which March is closed, and the people who decide about them."""

    def __init__(self, sessions: Sessions, folder: Path) -> None:
        self.sessions = sessions
        self.setting = Setting(HOUSE, LocalFiles(folder), ACTS)
        with transaction(sessions) as session:
            the_worked_example(session)
            close(session, MARCH, APRIL)
            people = two_people(session)
            self.author, self.second = people.author, people.approver
            self.third = two_people(session).approver
            self.admins = [
                an_identity(session, partner_of(session, "R1"), Role.PARTNER_ADMIN) for _ in range(2)
            ]

    @property
    def signed(self) -> Signed:
        return Signed(str(self.author.user_id), MAY, None)

    def proposed(self, act: Proposing) -> int:
        with transaction(self.sessions) as session:
            return act(session).id

    def approving(self, number: int, by: Identity | None = None) -> Act:
        return lambda session: approve(session, number, by=by or self.second, at=MAY, setting=self.setting)

    def at_once(self, first: Act, second: Act) -> Refusal | None:
        """The second begins before the first is kept; what it is told, if it is refused."""

        def beside() -> None:
            with transaction(self.sessions) as session:
                second(session)

        with ThreadPoolExecutor(1) as pool, transaction(self.sessions) as session:
            first(session)
            session.flush()
            told: Future[None] = pool.submit(beside)
            with suppress(TimeoutError):
                told.result(timeout=0.5)
        with reading(self.sessions) as session:
            assert list(broken_rules(session, HOUSE, tell=lambda _: None)) == []
        refusal = told.exception()
        assert refusal is None or isinstance(refusal, Refusal)
        return refusal
