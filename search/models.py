"""The tables of the PostgreSQL engine; on SQLite they stay empty."""

from __future__ import annotations

from sqlalchemy import Index, Text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base, Key


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
    """A word of a group that may be suggested or that its title holds, folded."""

    __tablename__ = "search_words"
    __table_args__ = (Index(None, "word", postgresql_ops={"word": "text_pattern_ops"}),)

    group_id: Mapped[int] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(Text, primary_key=True)
    in_title: Mapped[bool] = mapped_column(default=False)


class SearchState(Base):
    """One row: in which form the index was built, and how often it has changed."""

    __tablename__ = "search_state"

    id: Mapped[Key]
    form: Mapped[int]
    generation: Mapped[int]
