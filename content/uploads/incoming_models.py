"""Files on their way in: what has arrived of each, until it is whole and an asset's version names it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from content.assets.models import Asset
from portal.kernel.db import Base, Key, Ref

MB = 1024 * 1024
# S3's least is 5 MB, and it takes 10,000 of them
PART_BYTES = 8 * MB


class UploadState(StrEnum):
    """Open while parts come; arrived with all of them; then a blob, and then an asset's; or refused."""

    OPEN = "open"
    ARRIVED = "arrived"
    STORED = "stored"
    USED = "used"
    REFUSED = "refused"


class IncomingFile(Base):
    """A file that one person sends in parts. `ref` is random and known to nobody else.

    `modified_ms` is what the sender's machine says of it: with name and size it tells the same file from
    one that was changed. `parts` names them in the store; `part_hashes` are by number, as the sender
    declared them. `batch` joins the files of one folder.
    """

    __tablename__ = "uploads"
    __table_args__ = (Index(None, "user_id", "state"), Index(None, "expires_at"))

    id: Mapped[Key]
    ref: Mapped[Ref] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    batch: Mapped[Ref | None] = mapped_column(index=True)
    file_name: Mapped[str]
    size: Mapped[int]
    modified_ms: Mapped[int]
    state: Mapped[UploadState] = mapped_column(default=UploadState.OPEN)
    parts: Mapped[str]
    part_size: Mapped[int]
    part_hashes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    sha256: Mapped[Ref | None] = mapped_column(index=True)
    reason: Mapped[str | None]
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("assets.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    asset: Mapped[Asset | None] = relationship()

    @property
    def part_count(self) -> int:
        return max(1, -(-self.size // self.part_size))

    @property
    def share_sent(self) -> float:
        """About how much is here, as a part of one: what was begun counts."""
        return min(1.0, len(self.part_hashes) / self.part_count)

    def size_of_part(self, number: int) -> int:
        """Bytes that part `number`, from 1, has to have."""
        return min(self.part_size, self.size - (number - 1) * self.part_size)

    def missing(self, sizes: dict[int, int]) -> list[int]:
        """Numbers of the parts that are not there, or not whole, when the store holds these sizes."""
        return [
            number
            for number in range(1, self.part_count + 1)
            if sizes.get(number) != self.size_of_part(number)
        ]
