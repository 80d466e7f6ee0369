"""What stood on each account when a month closed: later sums start from there, not from the first entry."""

from __future__ import annotations

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commissions.ledger.ledger_models import Account
from portal.kernel.db import Base, Key, Ref


class ClosingBalance(Base):
    """Credits less debits of a partner's account at the end of a closed period, in minor units.

    Entries of a closed period never change, so that it can be made at any time after the close.
    """

    __tablename__ = "closing_balances"
    __table_args__ = (
        UniqueConstraint("period", "partner_ref", "currency", "account"),
        {"info": {"append_only": True}},
    )

    id: Mapped[Key]
    period: Mapped[str] = mapped_column(String(7))
    partner_ref: Mapped[Ref]
    currency: Mapped[str] = mapped_column(String(3))
    account: Mapped[Account]
    balance_minor: Mapped[int]
