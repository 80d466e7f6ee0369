"""Words of many assets in a row

The index of PostgreSQL is written anew from the library by itself, since its form has changed; until then
the database answers.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_BITS = postgresql.BIT(1024).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.drop_table("search_words")
    op.create_table(
        "search_words",
        sa.Column("block", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("word", sa.Text(collation="C").with_variant(sa.Text(), "sqlite"), nullable=False),
        sa.Column("held", _BITS, nullable=False),
        sa.Column("titled", _BITS, nullable=True),
        sa.PrimaryKeyConstraint("block", "word", name=op.f("pk_search_words")),
    )
