"""What a close posts: moves to payable, openings that fall due, holdback kept and given free, receivables."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commissions.adjustments.adjustment_models import Holdback, HoldbackRelease
from commissions.adjustments.gates import Move
from commissions.adjustments.holdback import Released, Withheld
from commissions.explanations.explanation import decimal_text
from commissions.facts.service_calendar import Span
from commissions.ledger.journal import Journal, Transfer, last_entry
from commissions.ledger.ledger_models import Account, Event, PayableMove
from commissions.statements.drafting import Draft, Drafts
from portal.kernel.db import add_rows, add_tuples

# what a move's row takes of it, and its columns
_MOVED = ("line_id", "component", "payee_ref", "service_period", "currency", "amount", "released")
_MOVE_COLUMNS = ("entry", "period", *_MOVED[:5], "amount_minor", "released_minor")


def post_moves(session: Session, moves: Sequence[Move], days: Span) -> None:
    """Write what moves to payable; its entries, by enter_moves, come before what else a close posts."""
    last = last_entry(session)
    what = attrgetter(*_MOVED)
    rows = [(entry, days.ref, *what(move)) for entry, move in enumerate(moves, last + 1)]
    add_tuples(session, PayableMove, _MOVE_COLUMNS, rows)


def post_accounts(session: Session, drafts: Drafts, days: Span) -> None:
    """Write the entries of a close that are no moves, and the rows that they belong to."""
    posting = _Posting(session, days)
    for draft in drafts.statements:
        posting.account(draft)
    posting.write()


class _Posting:
    """Gathers the rows of one close."""

    def __init__(self, session: Session, days: Span) -> None:
        self._session, self._days, self._journal = session, days, Journal(session)
        self._holdbacks: list[dict[str, Any]] = []
        self._releases: list[dict[str, Any]] = []
        self._last_holdback = session.scalar(select(func.max(Holdback.id))) or 0

    def account(self, draft: Draft) -> None:
        """Everything of a partner's account that is not a move of its lines."""
        for opening in draft.openings_due:
            self._enter(
                draft,
                (Account.ACCRUED, Account.PAYABLE),
                opening.amount_minor,
                (Event.OPENING_DUE, opening.adjustment_ref),
            )
        kept = [self._keep(draft, withheld) for withheld in draft.settled.withheld]
        for released in draft.settled.released:
            self._release(draft, released, kept)
        if draft.receivable_change:
            arisen = draft.receivable_change > 0
            event = Event.RECEIVABLE_ARISEN if arisen else Event.RECEIVABLE_RECOVERED
            accounts = (Account.RECEIVABLE, Account.PAYABLE)
            self._enter(draft, accounts, draft.receivable_change, (event, draft.number))

    def _keep(self, draft: Draft, withheld: Withheld) -> int:
        """The number of the holdback."""
        terms = withheld.terms
        self._last_holdback += 1
        self._holdbacks.append(
            {
                "id": self._last_holdback,
                "period": self._days.ref,
                "partner_ref": draft.partner_ref,
                "currency": draft.currency,
                "plan": terms.plan,
                "plan_version": terms.version,
                "percent": decimal_text(terms.percent),
                "moved_minor": withheld.moved,
                "amount_minor": withheld.amount,
                "due_on": withheld.due_on,
                "entry": self._enter(
                    draft,
                    (Account.PAYABLE, Account.HOLDBACK),
                    withheld.amount,
                    (Event.HOLDBACK_WITHHELD, f"{draft.number}/{terms.plan}/{terms.version}"),
                ),
            }
        )
        return self._last_holdback

    def _release(self, draft: Draft, released: Released, kept: list[int]) -> None:
        holdback_id = released.held.holdback_id if released.withheld is None else kept[released.withheld]
        entry = self._enter(
            draft,
            (Account.HOLDBACK, Account.PAYABLE),
            released.amount,
            (Event.HOLDBACK_RELEASED, f"{released.held.period}/{holdback_id}"),
        )
        self._releases.append(
            {
                "holdback_id": holdback_id,
                "period": self._days.ref,
                "amount_minor": released.amount,
                "why": released.why,
                "entry": entry,
            }
        )

    def _enter(
        self, draft: Draft, accounts: tuple[Account, Account], amount: int, why: tuple[Event, str]
    ) -> int:
        transfer = Transfer(
            debit=accounts[0],
            credit=accounts[1],
            amount=amount,
            currency=draft.currency,
            partner_ref=draft.partner_ref,
            line_ref=None,
            event=why[0],
            source=why[1],
        )
        return self._journal.enter(transfer, self._days)

    def write(self) -> None:
        self._journal.write()
        rows = (
            (Holdback, self._holdbacks),
            (HoldbackRelease, self._releases),
        )
        for table, made in rows:
            add_rows(self._session, table, made)
