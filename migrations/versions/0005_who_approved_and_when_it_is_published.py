"""Who approved, and when it is published"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

PEOPLE = ("changed_by_id", "submitted_by_id", "approved_by_id", "publish_by_id")
INSTANTS = ("submitted_at", "approved_at", "publish_at")


def upgrade() -> None:
    whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    for name in PEOPLE:
        person = sa.ForeignKey("users.id", name=op.f(f"fk_assets_{name}"))
        # within the column: SQLite cannot add a foreign key to a table that is there
        op.add_column("assets", sa.Column(name, whole, person, nullable=True), inline_references=True)
    for name in INSTANTS:
        op.add_column("assets", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column("assets", sa.Column("approved_version", whole, nullable=True))
    op.add_column("assets", sa.Column("publish_problem", sa.String(), nullable=True))
    op.create_index(op.f("ix_assets_publish_at"), "assets", ["publish_at"], unique=False)
