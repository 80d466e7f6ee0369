"""Statements of a period as they would be issued on a day: figures, lines, and what becomes payable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from commissions.balances import Balance, balances_around
from commissions.draft_lines import DraftLine, draft_lines
from commissions.fact_queries import lines_as_known
from commissions.gates import Move, moves_of, standings_waiting
from commissions.ledger_models import Account, Period, StatementLineKind
from commissions.letterhead import Letterhead, letterheads, organisations_of
from commissions.line_facts import Horizon
from partners.models import Organisation


@dataclass(frozen=True, slots=True)
class Draft:
    """A statement's figures in minor units, with the signs of domain-commissions 2.7, and its lines."""

    number: str
    period: str
    partner_ref: str
    currency: str
    letterhead: Letterhead
    opening: int
    earned: int
    prior_period: int
    clawback: int
    closing: int
    payable: int
    # negative: what the partner owes after this close, or what is recovered of it (see closing)
    receivable_change: int
    lines: tuple[DraftLine, ...]
    # come with rules that are not calculated yet
    adjustments: int = 0
    holdback_withheld: int = 0
    holdback_released: int = 0
    payouts: int = 0
    holdback_balance: int = 0

    @property
    def adds_up(self) -> bool:
        """The identity of 2.7."""
        moved = self.earned + self.prior_period + self.clawback + self.adjustments
        held = self.holdback_released - self.holdback_withheld
        return self.closing == self.opening + moved + held - self.payouts


@dataclass(frozen=True, slots=True)
class Drafts:
    period: str
    statements: tuple[Draft, ...]
    moves: tuple[Move, ...] = field(default=())


def draft_statements(session: Session, period: Period, *, on: date, horizon: Horizon) -> Drafts:
    """By partner and currency in the order of their bytes; nothing is written."""
    waiting = standings_waiting(session, period.ref)
    known = lines_as_known(session, line_ids={one.line_id for one in waiting}) if waiting else {}
    moves = moves_of(session, waiting, known, on=on, horizon=horizon)
    lines = draft_lines(session, period, moves, known)
    before, after = balances_around(session, period.ref)
    keys = sorted({*after, *lines}, key=lambda key: (key[0].encode(), key[1].encode()))
    partners = {partner for partner, _ in keys}
    there = organisations_of(session, partners)
    heads = letterheads(there, partners, on=period.end_day)
    least = _minimum_payouts(there, on=period.end_day)
    moved: dict[tuple[str, str], int] = {}
    for move in moves:
        key = (move.payee_ref, move.currency)
        moved[key] = moved.get(key, 0) + move.amount
    found = [
        _draft(
            _Account(key, before.get(key, Balance()), after.get(key, Balance()), moved.get(key, 0)),
            period.ref,
            tuple(lines.get(key, ())),
            heads[key[0]],
            least.get(key, 0),
        )
        for key in keys
    ]
    return Drafts(period.ref, tuple(draft for draft in found if _says_something(draft)), tuple(moves))


@dataclass(frozen=True, slots=True)
class _Account:
    """A partner's account in one currency at the start and end of a period, before and after the moves."""

    key: tuple[str, str]
    before: Balance
    after: Balance
    moved: int


def _draft(account: _Account, ref: str, lines: tuple[DraftLine, ...], head: Letterhead, least: int) -> Draft:
    partner, currency = account.key
    receivable = -account.after.of(Account.RECEIVABLE)
    free = account.after.of(Account.PAYABLE) + account.moved - receivable
    payable = max(free, 0)
    sums = {kind: sum(line.amount for line in lines if line.kind is kind) for kind in StatementLineKind}
    return Draft(
        number=f"{ref}-{partner}-{currency}",
        period=ref,
        partner_ref=partner,
        currency=currency,
        letterhead=head,
        opening=account.before.owed,
        earned=sums[StatementLineKind.EARNED],
        prior_period=sums[StatementLineKind.PRIOR_PERIOD],
        clawback=sums[StatementLineKind.CLAWBACK],
        closing=account.after.owed,
        payable=0 if payable < least else payable,
        receivable_change=max(-free, 0) - receivable,
        lines=lines,
    )


def _says_something(draft: Draft) -> bool:
    return bool(draft.opening or draft.closing or draft.holdback_balance or draft.lines)


def _minimum_payouts(there: Mapping[str, Organisation], *, on: date) -> Mapping[tuple[str, str], int]:
    """By (partner, currency) in minor units, as the terms in force have it."""
    found = {}
    for organisation in there.values():
        terms = organisation.terms_on(on)
        for currency, minor in (terms.minimum_payout if terms else {}).items():
            found[organisation.ref, currency] = minor
    return found
