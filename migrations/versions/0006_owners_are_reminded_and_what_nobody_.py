"""Owners are reminded, and what nobody confirms is hidden"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "content_reminders",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asset_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("review", "expiry", "hidden", name="reminderkind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("days_before", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["assets.id"], name=op.f("fk_content_reminders_asset_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_content_reminders_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_reminders")),
        sa.UniqueConstraint(
            "asset_id",
            "kind",
            "due_on",
            "days_before",
            name=op.f("uq_content_reminders_asset_id_kind_due_on_days_before"),
        ),
    )
    op.add_column("assets", sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("assets", sa.Column("do_not_say", sa.String(), server_default="", nullable=False))
