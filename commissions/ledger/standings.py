"""Where each line stands after an accrual: delivered, allowed, billable, and what stands in its way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from commissions.facts.amounts import MOST_MINOR
from commissions.facts.fact_models import LineStatus
from commissions.facts.house_rules import OWN
from commissions.facts.lines import Line
from commissions.ledger.ledger_models import LineStanding
from commissions.reckoning.line_facts import Known
from commissions.reckoning.make_goods import open_debt
from commissions.reckoning.reckoning import Reckoned
from commissions.reckoning.reckoning_facts import PeriodValue
from portal.kernel.among import among
from portal.kernel.db import add_rows
from portal.kernel.money import exponent, round_half_up

THIRD_PARTY = "third_party"


class Standings:
    """Replaces the standings of a set of lines at once."""

    def __init__(self, session: Session, line_ids: Sequence[int]) -> None:
        self._session, self._line_ids = session, line_ids
        self._rows: list[dict[str, Any]] = []

    def add(self, known: Known, reckoned: Reckoned | None) -> None:
        """`reckoned` is None for a line that cannot be calculated."""
        line = known.line
        problem = known.problem if reckoned is None else reckoned.problem
        worth = () if reckoned is None else reckoned.worth
        self._rows.append(
            {
                "line_id": line.line_id,
                "line_ref": line.line_ref,
                "order_ref": line.order_ref,
                "partner_ref": line.partner_ref,
                "currency": line.currency,
                "end_day": line.end_day,
                "first_period": known.periods[0] if known.periods else None,
                "problem": problem.value if problem and known.periods else None,
                "booked": line.booked_units,
                "delivered": known.delivered,
                "allowed": _allowed(known, worth),
                "billable": worth[-1].after.units if worth else 0,
                "net_minor": _net(known, worth),
                **booked_went(line, reckoned),
                "own_units": known.by_kind.get(OWN),
                "third_party_units": known.by_kind.get(THIRD_PARTY),
                "second_source": known.sources[1] if len(known.sources) > 1 else None,
                "outside": known.outside,
            }
        )

    def write(self) -> None:
        self._session.execute(delete(LineStanding).where(among(LineStanding.line_id, self._line_ids)))
        add_rows(self._session, LineStanding, self._rows)


def _allowed(known: Known, worth: Sequence[PeriodValue]) -> int:
    """Of a make-good line what it was booked for: its units count on the line that it makes good."""
    if known.line.makegood_for is not None:
        return min(known.delivered, known.line.booked_units)
    return worth[-1].allowed if worth else 0


def _net(known: Known, worth: Sequence[PeriodValue]) -> int | None:
    if known.facts is None or not worth:
        return 0 if known.problem is None else None
    net = round_half_up(worth[-1].after.net * 10 ** exponent(known.line.currency))
    return net if net <= MOST_MINOR else None


def booked_went(line: Line, reckoned: Reckoned | None) -> dict[str, int]:
    """Where the booked units went, to date; what a cancellation gave up is not owed any more."""
    if reckoned is None or line.makegood_for is not None:
        given_up = line.booked_units if line.status is LineStatus.CANCELLED else 0
        still = 0 if line.makegood_for else line.booked_units - given_up
        return dict.fromkeys(_TAKEN, 0) | {"cancelled": given_up, "debt": still}
    facts, last = reckoned.facts, reckoned.worth[-1] if reckoned.worth else _NOTHING_YET
    aired = last.delivered - last.disallowed
    debt = open_debt(facts, aired=aired, credited=last.credited, made_good=last.made_good)
    never_aired = max(0, line.booked_units - min(aired, line.booked_units))
    cancelled = min(debt, never_aired) if line.status is LineStatus.CANCELLED else 0
    return {
        "disallowed": last.disallowed,
        "credited_reduce": last.credited,
        "credited_other": sum(relief.units for relief in facts.settled),
        "made_good": last.made_good,
        "written_off": sum(relief.units for relief in facts.written_off),
        "cancelled": cancelled,
        "debt": debt - cancelled,
    }


_NOTHING_YET = PeriodValue("", (), delivered=0, allowed=0)
_TAKEN = ("disallowed", "credited_reduce", "credited_other", "made_good", "written_off")
