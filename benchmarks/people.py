"""The two people of finance who close a month in a benchmark."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from commissions.statements.closing import Approval
from partners.people import NewPerson, add_person, identity_of
from portal.kernel.identity import Identity, Role


def two_of_finance(session: Session, at: datetime) -> Approval:
    return Approval(_someone(session, Role.FINANCE, at), _someone(session, Role.FINANCE_APPROVER, at))


def _someone(session: Session, role: Role, at: datetime) -> Identity:
    user = add_person(session, NewPerson(f"{role.value}@bench.example", role), at=at)
    return identity_of(session, user, today=at.date())
