"""What names a blob is found by an index"""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        op.f("ix_dispute_messages_file_sha256"), "dispute_messages", ["file_sha256"], unique=False
    )
    op.drop_index(op.f("ix_imports_kind_sha256"), table_name="imports")
    op.create_index(op.f("ix_imports_sha256_kind"), "imports", ["sha256", "kind"], unique=False)
    op.create_index(op.f("ix_organisations_logo_sha256"), "organisations", ["logo_sha256"], unique=False)
    op.create_index(op.f("ix_statement_prints_sha256"), "statement_prints", ["sha256"], unique=False)
