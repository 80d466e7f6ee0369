"""Every invariant that stored data can show, checked anew: ledger, postings, statements, manifests (2.12)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from commissions.adjustments.waiting import left_accrued
from commissions.checking.checking_accounts import broken_accounts
from commissions.explanations.evaluation import amount_of, holds
from commissions.explanations.explanation import fingerprint
from commissions.facts.house_rules import HouseRules
from commissions.ledger.accrual import missing_changes
from commissions.ledger.balance_models import ClosingBalance, LeftAccrued
from commissions.ledger.balances import balances, trial_balance
from commissions.ledger.ledger_models import (
    Account,
    AccrualRun,
    Event,
    LedgerEntry,
    PayableMove,
    Period,
    PeriodState,
    Posting,
    PostingKind,
    Statement,
)
from commissions.payouts.payout_checking import broken_payouts
from commissions.statements.documents import issued_document
from commissions.statements.fingerprints import figures_hash, manifest_hash

Tell = Callable[[str], None]
# an account of a partner in a currency
_OfPartner = tuple[str, str, Account]


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that does not hold, and where."""

    rule: str
    sentence: str


def broken_rules(session: Session, house: HouseRules, *, tell: Tell) -> Iterator[Broken]:
    """Everything that does not hold; nothing when all is well. `tell` gets a sentence as each part begins."""
    for what, check in (
        ("Ledger entries sum to zero", _entries),
        ("Balances carried from a close are what the ledger came to", _carried),
        ("What a close left accrued is what had not moved then", _left_accrued),
        ("Postings and moves stand in the ledger", _postings_in_ledger),
        ("Explanations give the posted amounts", _explanations),
        ("Statements add up to the sub-ledger and keep their hashes", _statements),
        ("Manifests form a chain", _manifests),
        ("Payouts tie to the ledger", _payouts),
        ("Adjustments, holdback and holds stand in the ledger and on statements", _accounts),
    ):
        tell(f"{what} ...")
        yield from check(session)
    tell("Postings are what the facts known at the last accrual say ...")
    yield from _recalculated(session, house)


def _entries(session: Session) -> Iterator[Broken]:
    for currency, rest in trial_balance(session).items():
        if rest:
            yield Broken("trial balance", f"{currency} does not sum to zero but to {rest}.")
    unbalanced = (
        select(LedgerEntry.entry)
        .group_by(LedgerEntry.entry)
        .having(
            (func.sum(LedgerEntry.debit_minor) != func.sum(LedgerEntry.credit_minor))
            | (func.count(LedgerEntry.currency.distinct()) != 1)
        )
    )
    for entry in session.scalars(unbalanced):
        yield Broken("entry", f"Entry {entry} does not sum to zero in one currency.")


def _carried(session: Session) -> Iterator[Broken]:
    """Adds the ledger up period by period, and compares where balances were carried."""
    key = (LedgerEntry.partner_ref, LedgerEntry.currency, LedgerEntry.account)
    amount = func.sum(LedgerEntry.credit_minor - LedgerEntry.debit_minor)
    moved: dict[str, list[tuple[_OfPartner, int]]] = defaultdict(list)
    for period, partner, currency, account, minor in session.execute(
        select(LedgerEntry.period, *key, amount).group_by(LedgerEntry.period, *key)
    ):
        moved[period].append(((partner, currency, account), int(minor)))
    carried: dict[str, dict[_OfPartner, int]] = defaultdict(dict)
    for row in session.scalars(select(ClosingBalance)):
        carried[row.period][row.partner_ref, row.currency, row.account] = row.balance_minor
    standing: dict[_OfPartner, int] = defaultdict(int)
    for period in sorted({*moved, *carried}):
        for of_partner, minor in moved[period]:
            standing[of_partner] += minor
        if period in carried and carried[period] != standing:
            yield Broken("carried balances", f"The ledger came to something else at the end of {period}.")


def _left_accrued(session: Session) -> Iterator[Broken]:
    """Of the last period that was carried, from all that was ever posted and moved."""
    last = session.scalar(select(func.max(Period.ref)).where(Period.is_carried))
    if last is None:
        return
    query = select(LeftAccrued.payee_ref, LeftAccrued.line_id).where(LeftAccrued.period == last)
    if {(payee, line_id) for payee, line_id in session.execute(query)} != left_accrued(
        session, last, of_all=True
    ):
        yield Broken("left accrued", f"Other lines had commission accrued at the end of {last}.")


def _postings_in_ledger(session: Session) -> Iterator[Broken]:
    credit = LedgerEntry.credit_minor - LedgerEntry.debit_minor
    for table, event in ((Posting, Event.ACCRUED), (PayableMove, Event.GATES_MET)):
        account = Account.ACCRUED if event is Event.ACCRUED else Account.PAYABLE
        side = (
            select(LedgerEntry.entry, func.sum(credit).label("amount"))
            .where(LedgerEntry.event == event, LedgerEntry.account == account)
            .group_by(LedgerEntry.entry)
            .subquery()
        )
        query = (
            select(table.id)
            .outerjoin(side, side.c.entry == table.entry)
            .where(table.amount_minor != func.coalesce(side.c.amount, 0))
        )
        for row_id in session.scalars(query):
            yield Broken("posting", f"{table.__tablename__} {row_id} is not what the ledger has.")
        rows = select(func.count()).select_from(table).where(table.amount_minor != 0)
        entries = select(func.count(LedgerEntry.entry.distinct())).where(LedgerEntry.event == event)
        if session.scalar(rows) != session.scalar(entries):
            yield Broken(
                "posting", f"The ledger has other entries of “{event.value}” than {table.__tablename__}."
            )


def _explanations(session: Session) -> Iterator[Broken]:
    """Each posting's explanation holds by itself, and the running amounts are the sums of the postings."""
    sums: dict[tuple[str, str, str], int] = {}
    line = -1
    query = select(Posting).order_by(Posting.line_id, Posting.id)
    for posting in session.scalars(query.execution_options(yield_per=1000)):
        if posting.line_id != line:
            sums, line = {}, posting.line_id
        key = (posting.component, posting.payee_ref, posting.service_period)
        before = sums.get(key, 0)
        sums[key] = before + posting.amount_minor
        if (posting.amount_before, posting.amount_after) != (before, sums[key]):
            yield Broken("running amount", f"Posting {posting.id} does not continue the one before it.")
        if not holds(posting.explanation) or fingerprint(posting.explanation) != posting.fingerprint:
            yield Broken("explanation", f"The explanation of posting {posting.id} does not hold.")
        in_open = posting.kind is PostingKind.EARNED and posting.service_period == posting.posting_period
        if in_open and amount_of(posting.explanation) != posting.amount_after:
            yield Broken(
                "explanation", f"Posting {posting.id} does not bring the amount to what it explains."
            )


def _statements(session: Session) -> Iterator[Broken]:
    closed = select(Period).where(Period.state == PeriodState.CLOSED).order_by(Period.ref)
    stated: dict[tuple[str, str], int] = {}
    for period in session.scalars(closed).all():
        query = select(Statement).where(Statement.period == period.ref).options(selectinload(Statement.lines))
        ledger = balances(session, through=period.ref)
        seen = set()
        for statement in session.scalars(query):
            key = (statement.partner_ref, statement.currency)
            seen.add(key)
            yield from _figures(statement, period, opening=stated.get(key, 0))
            if key not in ledger or ledger[key].owed != statement.closing:
                yield Broken("sub-ledger", f"{statement.number} does not close with the ledger's balance.")
            stated[key] = statement.closing
        for key, balance in ledger.items():
            if key not in seen and balance.owed:
                yield Broken("statement", f"{period.ref}-{key[0]}-{key[1]} was not issued.")


def _figures(statement: Statement, period: Period, *, opening: int) -> Iterator[Broken]:
    document = issued_document(statement, period)
    moved = statement.earned + statement.prior_period + statement.clawback + statement.adjustments
    held = statement.holdback_released - statement.holdback_withheld
    if statement.closing != statement.opening + moved + held - statement.payouts:
        yield Broken("identity", f"{statement.number} does not add up.")
    if statement.opening != opening:
        yield Broken("opening", f"{statement.number} does not open with the closing before it.")
    for kind in PostingKind:
        total = sum(line.amount for line in statement.lines if line.kind.value == kind.value)
        if total != getattr(statement, kind.value):
            yield Broken("lines", f"The lines of {statement.number} do not sum to {kind.value}.")
    if figures_hash(document.cells(), document.line_rows()) != statement.content_hash:
        yield Broken("hash", f"{statement.number} is not what was issued.")


def _manifests(session: Session) -> Iterator[Broken]:
    before: str | None = None
    closed = select(Period).where(Period.state == PeriodState.CLOSED).order_by(Period.ref)
    for period in session.scalars(closed):
        issued = select(Statement.number, Statement.content_hash).where(Statement.period == period.ref)
        hashes = dict(session.execute(issued).all())
        manifest = period.manifest or {}
        if manifest_hash(manifest) != period.manifest_hash or manifest.get("hashes") != hashes:
            yield Broken("manifest", f"The manifest of {period.ref} is not the one of its close.")
        if period.previous_hash != before or manifest.get("previous") != before:
            yield Broken("chain", f"The manifest of {period.ref} does not follow the one before it.")
        before = period.manifest_hash


def _payouts(session: Session) -> Iterator[Broken]:
    for sentence in broken_payouts(session):
        yield Broken("payout", sentence)


def _accounts(session: Session) -> Iterator[Broken]:
    for sentence in broken_accounts(session):
        yield Broken("account", sentence)


def _recalculated(session: Session, house: HouseRules) -> Iterator[Broken]:
    """Nothing is left to post on what the last accrual knew."""
    run = session.scalar(select(AccrualRun).order_by(AccrualRun.id.desc()).limit(1))
    if run is None:
        return
    for line_ref, key in missing_changes(session, run, house):
        component, payee, period = key
        where = f"{line_ref}, {component}, {payee}, {period}"
        yield Broken("telescoping", f"What is posted is not what the facts say: {where}.")
