"""What an engine refuses."""

from __future__ import annotations

from portal.kernel.errors import Refusal


class IndexBeingRebuilt(Refusal):
    """The index is lost, damaged or of another version; it has to be rebuilt from the database (F14)."""

    status = 503
    note = "Search is being rebuilt: until it is done, words are found only as they are written."

    def __init__(self) -> None:
        super().__init__("Search is being rebuilt. Everything is still there; try again in a minute.")


class IndexLocked(Refusal):
    """Another process is writing the index; trying again later succeeds."""

    status = 503

    def __init__(self) -> None:
        super().__init__("The search index is being written by another process; try again in a minute.")
