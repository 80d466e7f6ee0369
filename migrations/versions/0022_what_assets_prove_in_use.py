"""What assets prove in use"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "proof_runs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proof_runs")),
    )
    op.create_table(
        "asset_proofs",
        sa.Column("asset_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stage", sa.String(length=64), nullable=False),
        sa.Column("freshness", sa.Double(), nullable=False),
        sa.Column("peers", sa.Double(), nullable=False),
        sa.Column("opened", sa.Double(), nullable=False),
        sa.Column("partners", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("openings", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["assets.id"], name=op.f("fk_asset_proofs_asset_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("asset_id", "stage", name=op.f("pk_asset_proofs")),
    )
    op.create_table(
        "found_openings",
        sa.Column("asset_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("openings", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["assets.id"], name=op.f("fk_found_openings_asset_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("asset_id", "day", name=op.f("pk_found_openings")),
    )
