"""Lines of a statement that no delivery made: adjustments, holdback, and openings that become payable."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from commissions.adjustments.adjustment_models import (
    AdjustedAccount,
    Adjustment,
    AdjustmentKind,
    ReleaseReason,
)
from commissions.adjustments.holdback import Released, Settled, Withheld
from commissions.explanations.exact_words import grouped
from commissions.explanations.explanation import decimal_text
from commissions.facts.day_words import long_day
from commissions.ledger.ledger_models import Period, StatementLineKind
from commissions.statements.draft_lines import DraftLine
from portal.kernel.money import Money

_WHAT = {
    AdjustmentKind.ADJUSTMENT: "Adjustment",
    AdjustmentKind.OPENING: "Opening balance",
    AdjustmentKind.HOLD_UPHELD: "Held amount that is not paid",
    AdjustmentKind.WRITE_OFF: "What you owed is written off",
}


@dataclass(frozen=True, slots=True)
class AccountCase:
    """One partner's account in one currency at the close of a period."""

    period: Period
    partner_ref: str
    currency: str
    adjustments: Sequence[Adjustment]
    openings_due: Sequence[Adjustment]
    settled: Settled


def account_lines(case: AccountCase) -> Iterator[DraftLine]:
    """Signed as they change the closing balance: what is held back is below 0."""
    for adjustment in case.adjustments:
        if adjustment.kind in _WHAT and adjustment.account is not AdjustedAccount.HOLDBACK:
            yield _adjustment(case, adjustment)
    for withheld in case.settled.withheld:
        yield _withheld(case, withheld)
    for released in case.settled.released:
        yield _released(case, released)
    for opening in case.openings_due:
        if opening.period < case.period.ref:
            yield _opening_due(opening)


def _adjustment(case: AccountCase, adjustment: Adjustment) -> DraftLine:
    told = f"{_WHAT[adjustment.kind]}, {long_day(adjustment.effective_on)}: {_sentence(adjustment.reason)}"
    if adjustment.account is AdjustedAccount.ACCRUED:
        told += (
            f" Payable from {long_day(adjustment.due_on)} on." if adjustment.due_on else " Not payable yet."
        )
    return _line(
        StatementLineKind.ADJUSTMENT,
        month=case.period.ref,
        component=adjustment.adjustment_ref,
        amount=adjustment.amount_minor,
        explanation=told,
    )


def _withheld(case: AccountCase, withheld: Withheld) -> DraftLine:
    terms = withheld.terms
    rate = f"{decimal_text(terms.percent)}%"
    moved = Money(withheld.moved, case.currency).text()
    until = long_day(withheld.due_on)
    line = _line(
        StatementLineKind.HOLDBACK,
        month=case.period.ref,
        component=terms.plan,
        amount=-withheld.amount,
        explanation=f"{rate} of the {grouped(moved)} that became payable under plan {terms.plan} version "
        f"{terms.version} is held back until {until}.",
    )
    return line._replace(basis=moved, rate=rate)


def _released(case: AccountCase, released: Released) -> DraftLine:
    held = released.held
    number = f"{held.period}-{case.partner_ref}-{case.currency}"
    origin = f"as opening balance {held.adjustment_ref}" if held.adjustment_ref else f"on {number}"
    why = {
        ReleaseReason.DUE: f"until {long_day(held.due_on)}; it is yours now.",
        ReleaseReason.RECEIVABLE: "and used now, because more was taken back than was payable.",
    }
    return _line(
        StatementLineKind.HOLDBACK_RELEASE,
        month=held.period,
        component=held.plan or held.adjustment_ref,
        amount=released.amount,
        explanation=f"Held back {origin} {why[released.why]}",
    )


def _opening_due(opening: Adjustment) -> DraftLine:
    assert opening.due_on is not None
    return _line(
        StatementLineKind.RELEASED,
        month=opening.period,
        component=opening.adjustment_ref,
        amount=opening.amount_minor,
        explanation=f"Opening balance {opening.adjustment_ref}, payable from {long_day(opening.due_on)} on: "
        f"{_sentence(opening.reason)}",
    )


def _sentence(reason: str) -> str:
    return reason if reason.endswith((".", "!", "?")) else f"{reason}."


def _line(kind: StatementLineKind, *, month: str, component: str, amount: int, explanation: str) -> DraftLine:
    """A line without an order; `component` names the adjustment or the plan."""
    return DraftLine(
        kind=kind,
        order_ref="",
        line_ref="",
        line_id=0,
        advertiser="",
        station="",
        daypart=None,
        service_month=month,
        component=component,
        units_before=None,
        units_after=None,
        booked_units=None,
        basis="",
        rate="",
        share="",
        amount_before=None,
        amount_after=None,
        amount=amount,
        corrects="",
        explanation=explanation,
        posting_id=None,
    )
