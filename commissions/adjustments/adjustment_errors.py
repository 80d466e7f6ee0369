"""Refusals about adjustments, holds and receivables."""

from __future__ import annotations

from portal.kernel.errors import Conflict, Refusal
from portal.kernel.money import Money


class AmountIsNothing(Refusal):
    def __init__(self) -> None:
        super().__init__("An adjustment is never 0.")


class AmountNotPositive(Refusal):
    def __init__(self) -> None:
        super().__init__("Give an amount above 0.")


class AdjustmentNeedsReason(Refusal):
    def __init__(self) -> None:
        super().__init__("Give a reason: the partner reads it on the statement.")


class NoSuchPartner(Refusal):
    def __init__(self, ref: str) -> None:
        super().__init__(f"The partner {ref} is not known.")


class RefTaken(Conflict):
    def __init__(self, ref: str) -> None:
        super().__init__(f"{ref} is known already, with other content.")


class DayNotBelieved(Refusal):
    def __init__(self, day: str) -> None:
        super().__init__(f"It is dated {day}. An adjustment has a day between 2000 and today.")


class AccountDoesNotFit(Refusal):
    """`sentence` says what fits; `column` names the field to mend."""

    def __init__(self, column: str, sentence: str) -> None:
        super().__init__(sentence)
        self.column = column


class MoreThanPayable(Refusal):
    def __init__(self, payable: Money) -> None:
        super().__init__(f"Only {payable.text()} {payable.currency} is payable, so no more can be held.")


class MoreThanOwed(Refusal):
    def __init__(self, owed: Money) -> None:
        super().__init__(f"The partner owes {owed.text()} {owed.currency}, and no more than that.")


class HoldHasEnded(Conflict):
    def __init__(self, ref: str) -> None:
        super().__init__(f"{ref} was lifted or upheld before, perhaps a moment ago.")
