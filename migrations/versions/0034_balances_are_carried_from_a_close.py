"""Balances are carried from a close

The worker writes those of the last closed month by itself; until then sums start from the first entry.
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "closing_balances",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("partner_ref", sa.String(length=64), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column(
            "account",
            sa.Enum(
                "1000",
                "1300",
                "2300",
                "2310",
                "2320",
                "2330",
                "2400",
                "5100",
                name="account",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("balance_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closing_balances")),
        sa.UniqueConstraint(
            "period",
            "partner_ref",
            "currency",
            "account",
            name=op.f("uq_closing_balances_period_partner_ref_currency_account"),
        ),
        info={"append_only": True},
    )
