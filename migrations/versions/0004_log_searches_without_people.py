"""Log searches by day and words, without people"""

import re
import unicodedata
from collections import Counter

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# as content.finding.search_log takes them out on the day of this migration
_ADDRESS = re.compile(r"\S+@\S+")
_NUMBER = re.compile(r"\+?\(?\d(?:[\s().\-\u2010-\u2015\u2212/]*\d){6,}")


def upgrade() -> None:
    logged = op.create_table(
        "logged_searches",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("times", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fruitless", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("most_found", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("openings", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_logged_searches")),
        sa.UniqueConstraint("day", "text", name=op.f("uq_logged_searches_day_text")),
    )
    op.create_index(op.f("ix_logged_searches_text_day"), "logged_searches", ["text", "day"], unique=False)
    _take_over(logged)
    op.drop_index(op.f("ix_fruitless_searches_at"), table_name="fruitless_searches")
    op.drop_index(op.f("ix_fruitless_searches_organisation_id"), table_name="fruitless_searches")
    op.drop_table("fruitless_searches")


def _take_over(logged: sa.Table) -> None:
    """The searches so far, without whose they were."""
    old = sa.table(
        "fruitless_searches", sa.column("at", sa.DateTime(timezone=True)), sa.column("text", sa.String)
    )
    rows = op.get_bind().execute(sa.select(old.c.at, old.c.text))
    times = Counter((at.date(), _without_people(text)) for at, text in rows)
    found = [
        {"day": day, "text": text, "times": count, "fruitless": count, "most_found": 0, "openings": 0}
        for (day, text), count in times.items()
        if not set(text.split()) <= {"[e-mail]", "[number]"}
    ]
    if found:
        op.bulk_insert(logged, found)


def _without_people(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold().replace("\x00", " ")
    redacted = _NUMBER.sub("[number]", _ADDRESS.sub("[e-mail]", plain))
    return " ".join(redacted.split())[:100].strip()
