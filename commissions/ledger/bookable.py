"""Lines that would pay more than a column of the books holds are left out, so that the others go on."""

from __future__ import annotations

from commissions.facts.amounts import MOST_MINOR
from commissions.facts.problems import Problem
from commissions.reckoning.reckoning import Reckoned
from portal.kernel.money import exponent


def bookable(reckoned: Reckoned) -> Reckoned:
    """The same, or without targets where they cannot be booked."""
    if reckoned.problem is not None or not reckoned.worth:
        return reckoned
    most = MOST_MINOR // 10 ** exponent(reckoned.facts.line.currency)
    paid = sum(abs(target.amount) for target in reckoned.targets)
    if paid <= MOST_MINOR and reckoned.worth[-1].after.gross <= most:
        return reckoned
    return reckoned._replace(targets=(), problem=Problem.TOO_LARGE)
