"""What the counting of usage refuses."""

from __future__ import annotations

from portal.kernel.errors import NotAllowed, Refusal


class ViewTokenRefused(NotAllowed):
    """The token of a beat was not signed by us, or it is older than a day."""

    def __init__(self) -> None:
        super().__init__("This page was not opened here, or too long ago. Open it again.")


class WrongBeat(Refusal):
    """A beat that cannot be read; nothing of it was counted."""

    status = 400

    def __init__(self, what: str) -> None:
        super().__init__(f"This beat cannot be read: {what}.")


class WrongRange(Refusal):
    def __init__(self, first: str, last: str) -> None:
        super().__init__(f"{first} to {last} is not a range of days: the first comes before the last.")


class RangeTooLong(Refusal):
    def __init__(self, years: int) -> None:
        super().__init__(
            f"A report covers {years} years at most. Choose a later first day or an earlier last one."
        )
