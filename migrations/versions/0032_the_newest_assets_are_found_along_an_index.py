"""The newest assets are found along an index

The library is ordered by when each asset was published, or made if it never was; a page of it read and sorted
all that somebody may see.
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_assets_newest", "assets", [sa.text("coalesce(published_at, created_at)"), "id"])
