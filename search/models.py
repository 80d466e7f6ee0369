"""The tables of the PostgreSQL engine; on SQLite they stay empty."""

from __future__ import annotations

from sqlalchemy import Index, Text
from sqlalchemy.dialects.postgresql import BIT, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base, Key

# groups that a row of words tells of: a bit for each
A_BLOCK = 1024
_Bits = BIT(A_BLOCK).with_variant(Text(), "sqlite")


class SearchDocument(Base):
    """A document, its words with their places (titles as weight A), and the text to quote."""

    __tablename__ = "search_documents"
    __table_args__ = (
        Index(None, "vector", postgresql_using="gin"),
        # a page's words stay in its row: ranking by each word fetched them anew from elsewhere
        {"postgresql_with": {"toast_tuple_target": 8160}},
    )

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    group_id: Mapped[int] = mapped_column(index=True)
    page: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    vector: Mapped[str] = mapped_column(TSVECTOR().with_variant(Text(), "sqlite"))


class SearchWord(Base):
    """A word, folded, and which groups of a block hold it: the last bit is that of the lowest key.

    A row for each word and group would be fifty times as many, and take longer to write than all pages.
    """

    __tablename__ = "search_words"

    block: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    # in the order of its signs, so that the words of a beginning stand together
    word: Mapped[str] = mapped_column(Text(collation="C").with_variant(Text(), "sqlite"), primary_key=True)
    held: Mapped[str] = mapped_column(_Bits)
    """By groups that may be suggested the word, or whose title holds it."""
    titled: Mapped[str | None] = mapped_column(_Bits)
    """By groups whose title holds it."""


class SearchState(Base):
    """One row: in which form the index was built, and how often it has changed."""

    __tablename__ = "search_state"

    id: Mapped[Key]
    form: Mapped[int]
    generation: Mapped[int]
