"""The number of content.assets.library_stamp."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from portal.kernel.db import Base, Key


class LibraryStamp(Base):
    """One row, which a migration made."""

    __tablename__ = "library_stamps"

    id: Mapped[Key]
    stamp: Mapped[int]
