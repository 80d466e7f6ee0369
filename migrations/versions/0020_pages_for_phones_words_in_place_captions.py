"""Pages for phones, words in place, captions"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "version_captions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("language", sa.String(length=64), nullable=False),
        sa.Column("cues", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["added_by_id"], ["users.id"], name=op.f("fk_version_captions_added_by_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["asset_versions.id"], name=op.f("fk_version_captions_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version_captions")),
        sa.UniqueConstraint("version_id", "language", name=op.f("uq_version_captions_version_id_language")),
    )
    op.add_column("pages", sa.Column("small_sha256", sa.String(length=64), nullable=True))
    op.add_column("pages", sa.Column("layer", sa.Text(), server_default="", nullable=False))
    op.create_index(op.f("ix_pages_small_sha256"), "pages", ["small_sha256"], unique=False)
    op.add_column(
        "shown_content",
        sa.Column("seconds", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
    )
