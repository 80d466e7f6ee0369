"""Refusals of the demo loader."""

from __future__ import annotations

from collections.abc import Sequence

from portal.kernel.errors import Refusal


class DatabaseNotEmpty(Refusal):
    def __init__(self) -> None:
        super().__init__("The demo data is only loaded into an empty database, and this one holds data.")


class DemoFileDoubted(Refusal):
    """A file of the demo was not believed: the loader and the rules of an import disagree."""

    def __init__(self, name: str, rows: Sequence[str]) -> None:
        super().__init__(f"The demo's {name} was not taken in: " + " ".join(rows[:3]))


class DemoAssetUnreadable(Refusal):
    def __init__(self, ref: str, reason: str | None) -> None:
        super().__init__(f"The demo's asset {ref} could not be read: {reason or 'no reason given'}")
