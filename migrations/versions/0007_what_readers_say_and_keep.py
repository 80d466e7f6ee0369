"""What readers say and keep"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_assets",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asset_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name=op.f("fk_saved_assets_asset_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_saved_assets_user_id")),
        sa.PrimaryKeyConstraint("user_id", "asset_id", name=op.f("pk_saved_assets")),
    )
    op.create_index(op.f("ix_saved_assets_asset_id"), "saved_assets", ["asset_id"], unique=False)
    op.create_table(
        "content_feedback",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asset_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "answer",
            sa.Enum("useful", "not_useful", "out_of_date", name="answer", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name=op.f("fk_content_feedback_asset_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_content_feedback_organisation_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_content_feedback_user_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["asset_versions.id"], name=op.f("fk_content_feedback_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_feedback")),
        sa.UniqueConstraint("user_id", "version_id", name=op.f("uq_content_feedback_user_id_version_id")),
    )
    op.create_index(
        op.f("ix_content_feedback_asset_id_given_at"),
        "content_feedback",
        ["asset_id", "given_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_content_feedback_organisation_id"), "content_feedback", ["organisation_id"], unique=False
    )
    op.create_index(
        op.f("ix_content_feedback_version_id_answer"),
        "content_feedback",
        ["version_id", "answer"],
        unique=False,
    )
