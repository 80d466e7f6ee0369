"""What a close left accrued, and indexes for what grows with the years"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "left_accrued",
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("payee_ref", sa.String(length=64), nullable=False),
        sa.Column(
            "line_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("period", "payee_ref", "line_id", name=op.f("pk_left_accrued")),
        info={"append_only": True},
    )
    op.create_index(op.f("ix_line_revisions_end_day"), "line_revisions", ["end_day"], unique=False)
    op.drop_index(op.f("ix_line_standings_problem"), table_name="line_standings")
    op.create_index(
        op.f("ix_line_standings_problem_end_day"), "line_standings", ["problem", "end_day"], unique=False
    )
    op.create_index(
        op.f("ix_order_revisions_signed_on_order_ref"),
        "order_revisions",
        ["signed_on", "order_ref"],
        unique=False,
    )
    op.add_column(
        "periods", sa.Column("is_carried", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.create_index(op.f("ix_split_shares_payee_ref"), "split_shares", ["payee_ref"], unique=False)
