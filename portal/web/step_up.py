"""The person gives their password again for a new one, bank data and payouts (ASVS 7.5.1)."""

from __future__ import annotations

from flask import request

from partners.passwords import is_password
from partners.throttle import count_try, give_back
from portal.kernel.db import transaction
from portal.kernel.errors import Refusal
from portal.web.context import identity, now, person, services

TRIES = 10


class PasswordNeeded(Refusal):
    def __init__(self) -> None:
        super().__init__("This is not your password, so nothing was done. Give it again.")


def require_password(field: str = "password") -> None:
    """The form's field is the asker's own password. Raises PasswordNeeded or TooManyTries."""
    subject = f"step-up:{identity().user_id}"
    with transaction(services().sessions) as session:
        count_try(session, {subject: TRIES}, at=now())
    if not is_password(person().password_hash, request.form.get(field, "")):
        raise PasswordNeeded
    with transaction(services().sessions) as session:
        give_back(session, [subject], at=now())
