"""Demos that play"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "demo_files",
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("is_start", sa.Boolean(), nullable=False),
        sa.Column("storage_word", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["version_id"], ["asset_versions.id"], name=op.f("fk_demo_files_version_id")),
        sa.PrimaryKeyConstraint("version_id", "path", name=op.f("pk_demo_files")),
    )
    op.create_index(op.f("ix_demo_files_sha256"), "demo_files", ["sha256"], unique=False)
    op.create_table(
        "demo_steps",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("view_id", sa.String(length=64), nullable=False),
        sa.Column("step", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("asset_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("viewer_id", sa.String(length=64), nullable=False),
        sa.Column(
            "viewer_class",
            sa.Enum("partner", "buyer", "brand", name="viewerclass", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reached_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reached_on", sa.Date(), nullable=False),
        sa.Column("reached_ms", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bucket", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name=op.f("fk_demo_steps_asset_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_demo_steps_organisation_id")
        ),
        sa.ForeignKeyConstraint(["version_id"], ["asset_versions.id"], name=op.f("fk_demo_steps_version_id")),
        sa.ForeignKeyConstraint(
            ["viewer_id"], ["usage_viewers.viewer_id"], name=op.f("fk_demo_steps_viewer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demo_steps")),
        sa.UniqueConstraint("view_id", "step", name=op.f("uq_demo_steps_view_id_step")),
        info={"append_only": True},
    )
    op.create_index(
        op.f("ix_demo_steps_asset_id_reached_on"), "demo_steps", ["asset_id", "reached_on"], unique=False
    )
    op.create_index(op.f("ix_demo_steps_organisation_id"), "demo_steps", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_demo_steps_version_id"), "demo_steps", ["version_id"], unique=False)
    op.create_index(op.f("ix_demo_steps_viewer_id"), "demo_steps", ["viewer_id"], unique=False)
    # demos of earlier releases were never unpacked: the worker reads them again
    op.execute(
        "UPDATE asset_versions SET processing = 'pending', tries = 0, lease_until = NULL "
        "WHERE format = 'demo' AND processing = 'ready'"
    )
