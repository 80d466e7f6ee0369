"""What is indexed: pages, and the whole that they belong to."""

from __future__ import annotations

from dataclasses import dataclass

from search.languages import ENGLISH

WHOLE = 0


@dataclass(frozen=True, slots=True)
class Document:
    """One page of a group, or part of a very long one. Page 0 (WHOLE) stands for the group itself.

    A page's `title` is its head; `tags` and `guidance` are the whole's. `language` is a code such as "de",
    by which the words are stemmed. A page is `spoken` when its text was said and not written.
    """

    group: int
    page: int
    title: str
    text: str
    part: int = 0
    language: str = ENGLISH
    tags: str = ""
    guidance: str = ""
    spoken: bool = False

    @property
    def key(self) -> str:
        return f"{self.group}.{self.page}.{self.part}"

    @property
    def quoted(self) -> str:
        """The text that a hit quotes from."""
        return " · ".join(part for part in (self.text, self.guidance, self.tags) if part)
