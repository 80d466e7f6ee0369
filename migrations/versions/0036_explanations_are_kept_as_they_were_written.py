"""Explanations are kept as they were written

PostgreSQL took each apart to store it, and put it together again to hand it out as text.
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("postings", "explanation", type_=sa.JSON(), postgresql_using="explanation::json")
