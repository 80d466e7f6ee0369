"""What stood when a month closed, by account and line: later sums start there, not from the first entry."""

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


class LeftAccrued(Base):
    """A line of which a closed period left some of a partner's commission accrued, to move later if ever."""

    __tablename__ = "left_accrued"
    __table_args__ = {"info": {"append_only": True}}  # noqa: RUF012  SQLAlchemy reads it from the class

    period: Mapped[str] = mapped_column(String(7), primary_key=True)
    payee_ref: Mapped[Ref] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
