"""Words of pages beside their pages

PostgreSQL moved what is more than 2 kB a row into a table of its own, and fetched it anew for each word that
was asked for. Rows that are there move when they are written next, or all with `flask search rebuild`.
"""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE search_documents SET (toast_tuple_target = 8160)")
