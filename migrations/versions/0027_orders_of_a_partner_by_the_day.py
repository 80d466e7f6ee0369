"""Orders of a partner by the day they were signed"""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # it serves what the one of before served, too
    op.create_index(
        op.f("ix_order_revisions_partner_ref_signed_on"),
        "order_revisions",
        ["partner_ref", "signed_on"],
        unique=False,
    )
    op.drop_index(op.f("ix_order_revisions_partner_ref"), table_name="order_revisions")
