"""Adjustments and opening balances from a file. A ref that says something else than before is doubted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from commissions.adjustments.adjusting import Adjusting, Signed, is_believed, post_adjustments
from commissions.adjustments.adjustment_errors import (
    AccountDoesNotFit,
    AdjustmentNeedsReason,
    AmountIsNothing,
    DayNotBelieved,
    NoSuchPartner,
    RefTaken,
)
from commissions.adjustments.adjustment_models import AdjustedAccount, Adjustment, AdjustmentKind
from commissions.imports.taking import BookTaking
from partners.partner_queries import partners_among
from portal.kernel.csv_cells import (
    choice_of,
    minor_in,
    or_default,
    or_none,
    read_amount,
    read_currency,
    read_day,
    read_ref,
    read_text,
)
from portal.kernel.csv_files import Column
from portal.kernel.verdicts import ACCEPTED, UNCHANGED, Row, UnreadableIn, Verdict, doubt

KINDS = (AdjustmentKind.ADJUSTMENT, AdjustmentKind.OPENING)
ACCOUNTS = (AdjustedAccount.PAYABLE, AdjustedAccount.ACCRUED, AdjustedAccount.HOLDBACK)

ADJUSTMENT_COLUMNS = (
    Column("adjustment_ref", read_ref, required=True),
    Column("partner_ref", read_ref, required=True),
    Column("currency", read_currency, required=True),
    Column("amount", read_amount, required=True),
    Column("on", read_day, required=True),
    Column("reason", read_text, required=True),
    Column("kind", or_default(choice_of(KINDS), AdjustmentKind.ADJUSTMENT)),
    Column("account", or_default(choice_of(ACCOUNTS), AdjustedAccount.PAYABLE)),
    Column("due_on", or_none(read_day)),
)


def build_adjustment(values: tuple[object, ...]) -> Adjusting:
    """Raises UnreadableIn where the cells make no sense together."""
    ref, partner_ref, currency, amount, on, reason, kind, account, due_on = values
    minor = minor_in("amount", str(amount), str(currency))
    adjusting = Adjusting(
        ref=str(ref),
        partner_ref=str(partner_ref),
        currency=str(currency),
        amount=minor,
        effective_on=_day(on),
        reason=str(reason),
        kind=AdjustmentKind(str(kind)),
        account=AdjustedAccount(str(account)),
        due_on=None if due_on is None else _day(due_on),
    )
    try:
        adjusting.check()
    except AmountIsNothing as refusal:
        raise UnreadableIn("amount", refusal.sentence) from None
    except AdjustmentNeedsReason as refusal:
        raise UnreadableIn("reason", refusal.sentence) from None
    except AccountDoesNotFit as refusal:
        raise UnreadableIn(refusal.column, refusal.sentence) from None
    return adjusting


def _day(value: object) -> date:
    assert isinstance(value, date)
    return value


def take_adjustments(session: Session, rows: Sequence[Row[Adjusting]], taking: BookTaking) -> list[Verdict]:
    """Judge the rows one after the other; what is believed is posted at once."""
    signed = Signed(taking.by, taking.at, taking.approved_by, taking.house, taking.import_id)
    facts = [row.fact for row in rows]
    partners = partners_among(session, {fact.partner_ref for fact in facts})
    query = select(Adjustment.adjustment_ref, Adjustment.content_hash).where(
        Adjustment.adjustment_ref.in_({fact.ref for fact in facts})
    )
    known = {row.adjustment_ref: row.content_hash for row in session.execute(query)}
    believed: list[Adjusting] = []
    verdicts = []
    for fact in facts:
        verdict = _judge(fact, known, partners, signed)
        verdicts.append(verdict)
        if verdict is ACCEPTED:
            known[fact.ref] = fact.content_hash
            believed.append(fact)
    post_adjustments(session, believed, signed)
    undated = sum(fact.account is AdjustedAccount.ACCRUED and fact.due_on is None for fact in believed)
    if undated:
        taking.notes.append(
            f"{undated} opening balances of accrued commission have no due_on: they wait until finance makes "
            "them payable (Adjustments, Taken over)."
        )
    return verdicts


def _judge(fact: Adjusting, known: dict[str, str], partners: set[str], signed: Signed) -> Verdict:
    if fact.ref in known:
        if known[fact.ref] == fact.content_hash:
            return UNCHANGED
        return doubt("other_content", f"The adjustment {RefTaken(fact.ref).sentence}")
    if fact.partner_ref not in partners:
        return doubt("unknown_partner", NoSuchPartner(fact.partner_ref).sentence)
    if not is_believed(fact.effective_on, signed):
        return doubt("unlikely_day", DayNotBelieved(fact.effective_on.isoformat()).sentence)
    return ACCEPTED
