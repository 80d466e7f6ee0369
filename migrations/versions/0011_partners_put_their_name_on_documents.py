"""Partners put their name on documents"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "branding_zones",
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("page", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("x", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("y", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("width", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("height", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "background",
            sa.Enum(
                "clear", "clear_light", "white", "dark", name="zonebackground", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column(
            "alignment",
            sa.Enum("left", "center", "right", name="zonealignment", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("placed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "x >= 0 AND y >= 0 AND x + width <= 10000 AND y + height <= 10000",
            name=op.f("ck_branding_zones_on_the_page"),
        ),
        sa.ForeignKeyConstraint(["placed_by_id"], ["users.id"], name=op.f("fk_branding_zones_placed_by_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["asset_versions.id"], name=op.f("fk_branding_zones_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_branding_zones")),
    )
    op.create_table(
        "cobranded_files",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("made_of", sa.String(length=64), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("image_sha256", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_cobranded_files_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["asset_versions.id"], name=op.f("fk_cobranded_files_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cobranded_files")),
        sa.UniqueConstraint(
            "version_id",
            "organisation_id",
            "made_of",
            name=op.f("uq_cobranded_files_version_id_organisation_id_made_of"),
        ),
    )
    op.create_index(op.f("ix_cobranded_files_file_sha256"), "cobranded_files", ["file_sha256"], unique=False)
    op.create_index(
        op.f("ix_cobranded_files_image_sha256"), "cobranded_files", ["image_sha256"], unique=False
    )
    op.create_index(
        op.f("ix_cobranded_files_organisation_id"), "cobranded_files", ["organisation_id"], unique=False
    )
    op.add_column("downloads", sa.Column("is_cobranded", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("organisations", sa.Column("contact", sa.String(), nullable=True))
