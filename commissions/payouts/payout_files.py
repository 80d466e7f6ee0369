"""The files of a batch: pain.001 for the bank, one a currency, and payouts.csv for people and programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from commissions.facts.csv_out import csv_text
from commissions.payouts.bank_file import BankOrder, CreditTransfer, pain_001
from commissions.payouts.payout_errors import BankDataGone
from commissions.payouts.payout_models import Payout, PayoutBatch
from partners.payee_models import Payee
from partners.payees import PayeeErased, opened
from portal.kernel.sealing import Sealer

CSV_NAME = "payouts.csv"
COLUMNS = (
    *("payout_ref", "statement", "partner_ref", "partner", "currency", "amount", "on"),
    *("method", "account_ends"),
)


@dataclass(frozen=True, slots=True)
class PayoutFile:
    name: str
    content: bytes


def batch_files(session: Session, batch: PayoutBatch, sealer: Sealer) -> list[PayoutFile]:
    """The same bytes whenever they are made. Raises BankDataGone, NoSealingKey or WrongSealingKey."""
    payees = _payees(session, batch)
    return [PayoutFile(CSV_NAME, _csv(batch, payees)), *_bank_files(batch, payees, sealer)]


def _payees(session: Session, batch: PayoutBatch) -> dict[int, Payee]:
    ids = [payout.payee_id for payout in batch.payouts if payout.payee_id is not None]
    return {payee.id: payee for payee in session.scalars(select(Payee).where(Payee.id.in_(ids)))}


def _csv(batch: PayoutBatch, payees: Mapping[int, Payee]) -> bytes:
    rows = [
        (
            payout.payout_ref,
            payout.statement,
            payout.partner_ref,
            payout.partner_name,
            payout.currency,
            payout.amount.text(),
            batch.pay_on.isoformat(),
            "by_hand" if payout.payee_id is None else "transfer",
            "" if payout.payee_id is None else payees[payout.payee_id].last_four,
        )
        for payout in batch.payouts
    ]
    return csv_text(COLUMNS, rows, numbers={"amount"}).encode()


def _bank_files(batch: PayoutBatch, payees: Mapping[int, Payee], sealer: Sealer) -> list[PayoutFile]:
    by_currency: dict[str, list[Payout]] = {}
    for payout in batch.payouts:
        if payout.payee_id is not None:
            by_currency.setdefault(payout.currency, []).append(payout)
    return [
        PayoutFile(f"pain.001-{currency}.xml", pain_001(_order(batch, payouts, payees, sealer)))
        for currency, payouts in sorted(by_currency.items())
    ]


def _order(
    batch: PayoutBatch, payouts: Sequence[Payout], payees: Mapping[int, Payee], sealer: Sealer
) -> BankOrder:
    return BankOrder(
        ref=f"{batch.ref}-{payouts[0].currency}",
        created_at=batch.created_at,
        pay_on=batch.pay_on,
        debtor_name=batch.debtor["name"],
        debtor_account=batch.debtor["account"],
        debtor_bic=batch.debtor["bic"],
        transfers=[_transfer(payout, payees, sealer) for payout in payouts],
    )


def _transfer(payout: Payout, payees: Mapping[int, Payee], sealer: Sealer) -> CreditTransfer:
    assert payout.payee_id is not None
    try:
        details = opened(payees[payout.payee_id], sealer)
    except PayeeErased:
        raise BankDataGone(payout.partner_ref) from None
    return CreditTransfer(
        payout.payout_ref, payout.amount, details, f"Commission {payout.statement} {payout.payout_ref}"
    )
