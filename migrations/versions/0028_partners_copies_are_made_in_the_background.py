"""Partners' copies are made in the background"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    states = ("pending", "processing", "ready", "failed")
    op.create_table(
        "wanted_copies",
        sa.Column("id", whole, nullable=False),
        sa.Column("version_id", whole, nullable=False),
        sa.Column("organisation_id", whole, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "processing", sa.Enum(*states, name="processing", native_enum=False, length=32), nullable=False
        ),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("tries", whole, nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_wanted_copies_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["asset_versions.id"], name=op.f("fk_wanted_copies_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wanted_copies")),
        sa.UniqueConstraint(
            "version_id", "organisation_id", name=op.f("uq_wanted_copies_version_id_organisation_id")
        ),
    )
    op.create_index(
        op.f("ix_wanted_copies_organisation_id"), "wanted_copies", ["organisation_id"], unique=False
    )
    op.create_index(
        op.f("ix_wanted_copies_processing_lease_until"),
        "wanted_copies",
        ["processing", "lease_until"],
        unique=False,
    )
