"""Refusals about disputes."""

from __future__ import annotations

from portal.kernel.errors import Conflict, Refusal


class SayWhat(Refusal):
    def __init__(self) -> None:
        super().__init__("Say what is wrong, or answer in a sentence.")


class TooMuchSaid(Refusal):
    def __init__(self, most: int) -> None:
        super().__init__(f"This is longer than {most:,} characters. Put the rest into a file.")


class ExpectedNotReadable(Refusal):
    def __init__(self, reason: str) -> None:
        super().__init__(f"The amount: {reason}")


class LineNotReadable(Refusal):
    def __init__(self, reason: str) -> None:
        super().__init__(f"The line: {reason}")


class AlreadyQuestioned(Conflict):
    """`ref` is the dispute that is open about the line."""

    def __init__(self, ref: str) -> None:
        super().__init__(f"This line is questioned already: see {ref}.")
        self.ref = ref


class DisputeSettled(Conflict):
    def __init__(self, ref: str) -> None:
        super().__init__(f"{ref} is settled. Open another one if something new came up.")


class OutcomeWaits(Conflict):
    def __init__(self, ref: str) -> None:
        super().__init__(f"An outcome of {ref} waits for a second person already.")


class OutcomeIsNothing(Refusal):
    def __init__(self) -> None:
        super().__init__("An outcome in money is never 0. Reject the dispute with your reason instead.")


class NotOfFinance(Refusal):
    def __init__(self) -> None:
        super().__init__("The owner of a dispute is somebody of finance.")
