"""Refusals about months, closing and statements."""

from __future__ import annotations

import re
from datetime import date

from portal.kernel.errors import Conflict, NotAllowed, Refusal


class NoSuchPeriod(Refusal):
    status = 404

    def __init__(self, ref: str) -> None:
        why = "A period is written like 2026-03."
        if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", ref):
            why = "Nothing of it is accrued yet."
        super().__init__(f"There is no period “{ref}”. {why}")


class PeriodClosed(Conflict):
    """Someone closed it before, perhaps a moment ago (F9)."""

    def __init__(self, ref: str) -> None:
        super().__init__(f"{ref} is closed already. A closed period is never opened again.")


class EarlierPeriodOpen(Refusal):
    def __init__(self, ref: str, earlier: str) -> None:
        super().__init__(f"{ref} cannot be closed before {earlier}: periods close in order.")


class PeriodNotOver(Refusal):
    def __init__(self, ref: str, last_day: date) -> None:
        super().__init__(f"{ref} can be closed after its last day, {last_day.isoformat()}.")


class SamePerson(NotAllowed):
    def __init__(self) -> None:
        super().__init__("The author cannot approve: a second person has to.")


class RoleCannotClose(NotAllowed):
    def __init__(self) -> None:
        super().__init__("Closing needs someone of finance as the author, and a finance approver.")


class CloseIsBlocked(Refusal):
    """`reasons` are sentences, one for each thing that blocks."""

    def __init__(self, ref: str, reasons: list[str]) -> None:
        super().__init__(f"{ref} cannot be closed yet. " + " ".join(reasons))
        self.reasons = reasons


class NotInReview(Conflict):
    def __init__(self, ref: str) -> None:
        super().__init__(f"{ref} is not in review, so there is nothing to approve.")


class FiguresHaveChanged(Conflict):
    """What would be issued is not what the approver looked at."""

    def __init__(self, ref: str) -> None:
        super().__init__(f"The figures of {ref} have changed since you looked at them. Nothing was closed.")


class StatementsDoNotAddUp(Refusal):
    """The identity of 2.7 does not hold: something wrote to the ledger that statements do not know."""

    status = 500

    def __init__(self, numbers: list[str]) -> None:
        super().__init__(f"These statements do not add up, so nothing was closed: {', '.join(numbers)}.")
