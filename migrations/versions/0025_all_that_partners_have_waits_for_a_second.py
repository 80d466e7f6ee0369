"""All that partners have of an asset waits for a second person: captions, places of names, translations"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    kinds = ("version", "words", "captions", "zone", "translation")
    what = sa.Enum(*kinds, name="changeof", native_enum=False, length=32)
    op.add_column("proposed_changes", sa.Column("what", what, server_default="words", nullable=False))
    op.add_column(
        "proposed_changes", sa.Column("language", sa.String(length=64), server_default="", nullable=False)
    )
    # until now a change with a version was that version
    op.execute("UPDATE proposed_changes SET what = 'version' WHERE version_id IS NOT NULL")
    op.create_table(
        "proposed_captions",
        sa.Column("change_id", whole, nullable=False),
        sa.Column("cues", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["change_id"],
            ["proposed_changes.id"],
            name=op.f("fk_proposed_captions_change_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("change_id", name=op.f("pk_proposed_captions")),
    )
