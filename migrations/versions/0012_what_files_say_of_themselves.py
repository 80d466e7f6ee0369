"""What files say of themselves"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "asset_versions",
        sa.Column("file_facts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
    )
