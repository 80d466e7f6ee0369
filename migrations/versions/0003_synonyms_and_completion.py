"""Synonyms, and words of titles in the search"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "synonym_groups",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["updated_by_id"], ["users.id"], name=op.f("fk_synonym_groups_updated_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_synonym_groups")),
    )
    op.create_table(
        "synonyms",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["synonym_groups.id"], name=op.f("fk_synonyms_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_synonyms")),
    )
    op.create_index(op.f("ix_synonyms_group_id"), "synonyms", ["group_id"], unique=False)
    op.create_table(
        "synonym_keys",
        sa.Column("synonym_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["synonym_id"], ["synonyms.id"], name=op.f("fk_synonym_keys_synonym_id")),
        sa.PrimaryKeyConstraint("synonym_id", "key", name=op.f("pk_synonym_keys")),
    )
    op.create_index(op.f("ix_synonym_keys_key"), "synonym_keys", ["key"], unique=False)
    # an index is written anew from the library, so nothing of the old table is kept
    op.drop_table("search_words")
    op.create_table(
        "search_words",
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("in_title", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("group_id", "word", name=op.f("pk_search_words")),
    )
    op.create_index(
        op.f("ix_search_words_word"),
        "search_words",
        ["word"],
        unique=False,
        postgresql_ops={"word": "text_pattern_ops"},
    )
