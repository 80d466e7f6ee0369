"""Assets that are each other's translation"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("assets", sa.Column("translation_group", whole, nullable=True))
    op.create_index(op.f("ix_assets_translation_group"), "assets", ["translation_group"], unique=False)
