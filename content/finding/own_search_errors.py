"""What is refused about saved searches."""

from __future__ import annotations

from portal.kernel.errors import Refusal


class NameMissing(Refusal):
    def __init__(self) -> None:
        super().__init__("Give the search a name.")


class NothingToSave(Refusal):
    def __init__(self) -> None:
        super().__init__("Search for something or choose a filter first; then it can be saved.")


class TooManySaved(Refusal):
    def __init__(self, most: int) -> None:
        super().__init__(f"{most} searches are saved already; remove one first.")
