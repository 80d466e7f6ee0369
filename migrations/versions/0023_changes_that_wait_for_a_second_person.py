"""Changes of published content that wait for a second person"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "proposed_changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asset_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("before", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("after", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("author_ids", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("proposed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "approved",
                "sent_back",
                "taken_back",
                "replaced",
                name="changestate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["assets.id"], name=op.f("fk_proposed_changes_asset_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name=op.f("fk_proposed_changes_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["users.id"], name=op.f("fk_proposed_changes_proposed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["asset_versions.id"],
            name=op.f("fk_proposed_changes_version_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposed_changes")),
    )
    op.create_index(
        op.f("ix_proposed_changes_asset_id_state"), "proposed_changes", ["asset_id", "state"], unique=False
    )
    op.create_index(
        op.f("ix_proposed_changes_state_proposed_at"),
        "proposed_changes",
        ["state", "proposed_at"],
        unique=False,
    )
    op.create_index(op.f("ix_proposed_changes_version_id"), "proposed_changes", ["version_id"], unique=False)
    op.add_column(
        "asset_versions", sa.Column("is_held", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("asset_versions", sa.Column("released_at", sa.DateTime(timezone=True), nullable=True))
    whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    person = sa.ForeignKey("users.id", name=op.f("fk_assets_sent_back_by_id"))
    op.add_column("assets", sa.Column("sent_back_reason", sa.String(), nullable=True))
    # within the column: SQLite cannot add a foreign key to a table that is there
    op.add_column(
        "assets", sa.Column("sent_back_by_id", whole, person, nullable=True), inline_references=True
    )
    op.add_column("assets", sa.Column("sent_back_at", sa.DateTime(timezone=True), nullable=True))
