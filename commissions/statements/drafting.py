"""Statements of a period as they would be issued on a day: figures, lines, and what becomes payable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from commissions.adjustments.account_facts import AccountFacts, PartnerCurrency, account_facts
from commissions.adjustments.adjustment_models import Adjustment
from commissions.adjustments.gates import Move, lines_to_move, moves_of
from commissions.adjustments.holdback import HoldbackTerms, Settled, Standing, settle
from commissions.adjustments.waiting import as_they_move, standings_waiting
from commissions.facts.lines import Line, LineHead
from commissions.ledger.balances import Around, Balance, Flows, balances_around
from commissions.ledger.ledger_models import Account, Period, StatementLineKind
from commissions.reckoning.line_facts import Horizon
from commissions.reckoning.plan_book import PlanBook
from commissions.statements.account_lines import AccountCase, account_lines
from commissions.statements.draft_lines import DraftLine, Posted, draft_lines, in_order, posted_in
from commissions.statements.letterhead import Letterhead, letterheads, nobody


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
    adjustments: int
    holdback_withheld: int
    holdback_released: int
    payouts: int
    holdback_balance: int
    settled: Settled
    # the least that is paid out
    minimum: int
    # what a later period clears of the partner's debt
    cleared_later: int
    # opening balances of accrued commission that become payable
    openings_due: tuple[Adjustment, ...]

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


@dataclass(frozen=True, slots=True)
class Ground:
    """All that statements of a period are drafted from, read."""

    period: Period
    posted: Posted
    moves: Sequence[Move]
    lines: Mapping[int, Line | LineHead]
    around: Around
    facts: AccountFacts
    book: PlanBook


@dataclass(frozen=True, slots=True)
class AsIssued:
    """What statements took from records that may change later.

    Names, the least that is paid out, and what is cleared of debts in later periods.
    """

    letterheads: Mapping[str, Letterhead]
    minimums: Mapping[PartnerCurrency, int]
    cleared_later: Mapping[PartnerCurrency, int]


def draft_statements(
    session: Session, period: Period, *, on: date, horizon: Horizon, issued: AsIssued | None = None
) -> Drafts:
    """As of now, or as they were `issued` where those of a closed period are made again; writes nothing."""
    return drafted(ground_of(session, period, on=on, horizon=horizon), issued)


def ground_of(
    session: Session, period: Period, *, on: date, horizon: Horizon, partner_ref: str | None = None
) -> Ground:
    """Every query that drafting takes, for all partners or for one."""
    posted = posted_in(session, period.ref, partner_ref)
    before = standings_waiting(session, period.ref, earned_in_it=False, partner_ref=partner_ref)
    waiting = as_they_move((*before, *posted.waiting(period.ref)))
    ids = {one.line_id for one in waiting} | posted.line_ids
    known = lines_to_move(session, ids, horizon)
    moves = moves_of(session, waiting, known, on=on, horizon=horizon)
    around = balances_around(session, period.ref, partner_ref)
    return Ground(
        period=period,
        posted=posted,
        moves=moves,
        lines=known,
        around=around,
        facts=account_facts(session, period, around),
        book=horizon.book,
    )


def drafted(ground: Ground, issued: AsIssued | None = None) -> Drafts:
    """By partner and currency in the order of their bytes. Pure arithmetic and words: it asks no database."""
    period, around = ground.period, ground.around
    lines = draft_lines(ground.posted, ground.moves, ground.lines)
    keys = sorted({*around.after, *lines}, key=lambda key: (key[0].encode(), key[1].encode()))
    issued = issued or _as_known(ground, {partner for partner, _ in keys})
    moved = _moved(ground.moves)
    found = []
    for key in keys:
        account = _Account(
            key=key,
            period=period,
            before=around.before.get(key, Balance()),
            after=around.after.get(key, Balance()),
            moved=moved.get(key, {}),
            least=issued.minimums.get(key, 0),
            cleared_later=issued.cleared_later.get(key, 0),
        )
        head = issued.letterheads.get(key[0]) or nobody(key[0])
        found.append(_draft(account, ground.facts, lines.get(key, ()), head))
    return Drafts(period.ref, tuple(draft for draft in found if _says_something(draft)))


def _moved(moves: Sequence[Move]) -> dict[PartnerCurrency, dict[HoldbackTerms, int]]:
    """What moves to payable, by partner and currency and by plan version."""
    # terms by identity: a fraction in them makes their hash dear
    terms = {id(move.terms): move.terms for move in moves}
    sums: dict[tuple[str, str, int], int] = {}
    for move in moves:
        key = (move.payee_ref, move.currency, id(move.terms))
        sums[key] = sums.get(key, 0) + move.amount
    found: dict[PartnerCurrency, dict[HoldbackTerms, int]] = {}
    for (payee, currency, place), amount in sums.items():
        by_plan = found.setdefault((payee, currency), {})
        by_plan[terms[place]] = by_plan.get(terms[place], 0) + amount
    return found


@dataclass(frozen=True, slots=True)
class _Account:
    """A partner's account in one currency at the start and end of a period, before its close.

    `moved` is what the close moves to payable, `least` the smallest amount that is paid out, `cleared_later`
    what a later period clears of the receivable.
    """

    key: PartnerCurrency
    period: Period
    before: Balance
    after: Balance
    moved: Mapping[HoldbackTerms, int]
    least: int
    cleared_later: int

    @property
    def receivable(self) -> int:
        return -self.after.of(Account.RECEIVABLE)

    def settle(self, facts: AccountFacts) -> Settled:
        due = sum(one.amount_minor for one in facts.openings_due.get(self.key, ()))
        standing = Standing(
            payable=self.after.of(Account.PAYABLE) + sum(self.moved.values()) + due,
            receivable=self.receivable,
            moved=tuple(self.moved.items()),
            held=facts.held.get(self.key, ()),
            cleared_later=self.cleared_later,
        )
        return settle(standing, period=self.period.ref, last_day=self.period.last_day)


def partner_in(number: str, ref: str) -> str:
    """Whose statement of a period has that number; nobody's where it has another form."""
    return number.removeprefix(f"{ref}-").rpartition("-")[0]


def _draft(account: _Account, facts: AccountFacts, lines: Sequence[DraftLine], head: Letterhead) -> Draft:
    (partner, currency), key, ref = account.key, account.key, account.period.ref
    settled = account.settle(facts)
    due = tuple(facts.openings_due.get(key, ()))
    flows = facts.flows.get(key, Flows())
    case = AccountCase(account.period, partner, currency, facts.adjustments.get(key, ()), due, settled)
    every = sorted((*lines, *account_lines(case)), key=in_order)
    sums = dict.fromkeys(StatementLineKind, 0)
    for line in lines:
        sums[line.kind] += line.amount
    held = settled.released_sum - settled.withheld_sum
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
        adjustments=flows.adjustments,
        holdback_withheld=settled.withheld_sum,
        holdback_released=settled.released_sum,
        payouts=flows.payouts,
        closing=account.after.owed + held,
        holdback_balance=account.after.of(Account.HOLDBACK) - held,
        payable=0 if settled.payable < account.least else settled.payable,
        receivable_change=settled.receivable - account.receivable,
        lines=tuple(every),
        settled=settled,
        minimum=account.least,
        cleared_later=account.cleared_later,
        openings_due=due,
    )


def _says_something(draft: Draft) -> bool:
    return bool(draft.opening or draft.closing or draft.holdback_balance or draft.lines)


def _as_known(ground: Ground, partners: set[str]) -> AsIssued:
    on = ground.period.last_day
    return AsIssued(
        letterheads(ground.book, partners, on=on),
        _minimum_payouts(ground.book, partners, on=on),
        ground.facts.cleared_later,
    )


def _minimum_payouts(book: PlanBook, partners: set[str], *, on: date) -> Mapping[tuple[str, str], int]:
    """By (partner, currency) in minor units, as the terms in force have it."""
    found = {}
    for ref in sorted(partners):
        terms = book.terms_on(ref, on)
        for currency, minor in (terms.minimum_payout if terms else {}).items():
            found[ref, currency] = minor
    return found
