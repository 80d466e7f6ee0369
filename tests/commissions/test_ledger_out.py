"""The ledger for other programs: every event, accepted by Beancount's own check, dated as agreed."""

from __future__ import annotations

from datetime import date

from beancount import loader
from beancount.core.data import Open, Transaction
from sqlalchemy.orm import Session

from commissions.adjustments.adjusting import adjust, repay_receivable, write_off_receivable
from commissions.adjustments.adjustment_models import AdjustedAccount
from commissions.adjustments.holds import Ending, Holding, lift_hold, place_hold, uphold_hold
from commissions.ledger.ledger_models import Event
from commissions.ledger.ledger_out import ledger_beancount, ledger_csv
from tests.commissions.stated import owing_by_april
from tests.factories.books import LineOf, a_plan, adopt, an_order, deliver
from tests.factories.closed_months import JUNE, close
from tests.factories.money import SIGNED, an_adjustment, an_opening, the_bank_returns
from tests.factories.people import a_partner

ODD = "R.1_x"
DUE = ((AdjustedAccount.ACCRUED, date(2026, 5, 2)), (AdjustedAccount.HOLDBACK, date(2026, 5, 3)))


def every_event(session: Session) -> None:
    """Accrued, closed, paid, taken back, adjusted, opened, held both ways, withheld, given up, repaid."""
    a_partner(session, ODD)
    owing_by_april(session)
    adopt(session, a_plan(holdback_percent="10", holdback_days=1))
    an_order(session, "IO-9", LineOf("L.9", days=(date(2026, 5, 1), date(2026, 5, 31))), partner=ODD)
    deliver(session, "L.9", date(2026, 5, 4), 20)
    for account, due_on in DUE:
        opening = an_opening(4000, account, ref=f"O-{account}", on=date(2026, 5, 1), due_on=due_on)
        adjust(session, opening, SIGNED)
    write_off_receivable(session, an_adjustment(100, ref="X-1", on=date(2026, 5, 2)), SIGNED)
    repay_receivable(session, an_adjustment(100, ref="X-2", on=date(2026, 5, 2)), SIGNED)
    adjust(session, an_adjustment(70000, ref="X-3", partner=ODD, on=date(2026, 5, 2)), SIGNED)
    for how in (lift_hold, uphold_hold):
        hold = place_hold(session, Holding(ODD, "USD", 500, "Fraud", date(2026, 5, 4)), SIGNED)
        how(session, Ending(hold.hold_ref, "Looked into", date(2026, 5, 5)), SIGNED)
    close(session, "2026-05", JUNE)
    the_bank_returns(session, "2026-05", on=date(2026, 6, 10))


def test_every_event_passes_bean_check(session: Session) -> None:
    every_event(session)
    entries, errors, _ = loader.load_string("".join(ledger_beancount(session)))
    assert [error.message for error in errors] == []
    told = {entry.payee for entry in entries if isinstance(entry, Transaction)}
    assert told == {event.value for event in Event}
    accounts = {entry.account for entry in entries if isinstance(entry, Open)}
    own = {f"Expenses:Commission:{name}" for name in ("Opening", "Upheld", "WrittenOff", "Adjusted")}
    assert own | {"Expenses:Commission:L-L-2E9", "Liabilities:CommissionPayable:P-R-2E1-5Fx"} <= accounts


def test_events_are_dated_on_their_day_or_on_the_first_day_they_can_be_posted(session: Session) -> None:
    owing_by_april(session)
    adjust(session, an_adjustment(5, ref="X-1", on=date(2026, 3, 7)), SIGNED)
    adjust(session, an_adjustment(5, ref="X-2", on=date(2026, 5, 7)), SIGNED)
    text = "".join(ledger_beancount(session))
    assert '2026-05-01 * "adjusted" "X-1"' in text
    assert '2026-05-07 * "adjusted" "X-2"' in text
    assert '2026-04-10 * "payout_sent"' in text
    through = "".join(ledger_csv(session, through=date(2026, 5, 6)))
    assert ("X-1" in through, "X-2" in through) == (True, False)
    _, errors, _ = loader.load_string("".join(ledger_beancount(session, through=date(2026, 5, 6))))
    assert errors == []
