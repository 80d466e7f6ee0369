"""What a statement's closing balance holds that cannot be paid yet, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from commissions.ledger.balances import Balance, balances
from commissions.ledger.ledger_models import Account


class Reason(StrEnum):
    """Why an amount of the closing balance is not payable."""

    GATES = "gates"
    HELD = "held"
    MINIMUM = "minimum"
    OWED = "owed"


SENTENCES = {
    Reason.GATES: "Its counts can still change, or an invoice or a payment is awaited",
    Reason.HELD: "Put on hold by the brand",
    Reason.MINIMUM: "Below the least amount that is paid out; carried to the next statement",
    Reason.OWED: "Owed back, and set against what comes next",
}


@dataclass(frozen=True, slots=True)
class Unpaid:
    """A part of closing less payable, in minor units; what is owed back is negative."""

    reason: Reason
    minor: int

    @property
    def sentence(self) -> str:
        return SENTENCES[self.reason]


def unpaid_through(session: Session, ref: str) -> dict[tuple[str, str], Balance]:
    """Balances by partner and currency at the end of a period: one query for all its statements."""
    return balances(session, through=ref)


def unpaid_parts(balance: Balance, *, payable: int) -> Sequence[Unpaid]:
    """The parts sum to closing less `payable` (minor units), where the balance is that of the closing."""
    return list(
        _some(
            (Reason.GATES, balance.of(Account.ACCRUED)),
            (Reason.HELD, balance.of(Account.HELD)),
            (Reason.MINIMUM, balance.of(Account.PAYABLE) - payable),
            (Reason.OWED, balance.of(Account.RECEIVABLE)),
        )
    )


def _some(*parts: tuple[Reason, int]) -> Iterable[Unpaid]:
    return (Unpaid(reason, minor) for reason, minor in parts if minor)
