"""A number tells whether the library changed

Its triggers are put back after every upgrade, as those of append-only tables are.
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    stamps = op.create_table(
        "library_stamps",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stamp", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library_stamps")),
    )
    op.bulk_insert(stamps, [{"id": 1, "stamp": 0}])
