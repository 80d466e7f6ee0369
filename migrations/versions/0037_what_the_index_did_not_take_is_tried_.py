"""What the index did not take is tried again"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("indexed_assets", sa.Column("reason", sa.String(), nullable=True))
    op.add_column(
        "indexed_assets",
        sa.Column(
            "tries", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), server_default="0", nullable=False
        ),
    )
    op.add_column("indexed_assets", sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True))
