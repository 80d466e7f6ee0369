"""What was played of films and sounds"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "played_views",
        sa.Column("view_id", sa.String(length=64), nullable=False),
        sa.Column("asset_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("viewer_id", sa.String(length=64), nullable=False),
        sa.Column(
            "viewer_class",
            sa.Enum("partner", "buyer", "brand", name="viewerclass", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("spans", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("watched_by_tab", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("watched_ms", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unique_ms", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name=op.f("fk_played_views_asset_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_played_views_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["asset_versions.id"], name=op.f("fk_played_views_version_id")
        ),
        sa.ForeignKeyConstraint(
            ["viewer_id"], ["usage_viewers.viewer_id"], name=op.f("fk_played_views_viewer_id")
        ),
        sa.PrimaryKeyConstraint("view_id", name=op.f("pk_played_views")),
    )
    op.create_index(
        op.f("ix_played_views_asset_id_opened_on"), "played_views", ["asset_id", "opened_on"], unique=False
    )
    op.create_index(
        op.f("ix_played_views_organisation_id"), "played_views", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_played_views_version_id"), "played_views", ["version_id"], unique=False)
    op.create_index(op.f("ix_played_views_viewer_id"), "played_views", ["viewer_id"], unique=False)
