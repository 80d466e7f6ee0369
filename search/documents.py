"""What is indexed: pages, and the whole that they belong to."""

from __future__ import annotations

from dataclasses import dataclass

WHOLE = 0


@dataclass(frozen=True, slots=True)
class Document:
    """One page of a group, or part of a very long one. Page 0 (WHOLE) stands for the group itself."""

    group: int
    page: int
    title: str
    text: str
    part: int = 0

    @property
    def key(self) -> str:
        return f"{self.group}.{self.page}.{self.part}"
