"""Categories of business of a partner"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("partner_terms", sa.Column("category", sa.String(), nullable=True))
