"""What becomes of a row that could be read: believed, known already, too late, or doubted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from portal.kernel.csv_files import Unreadable

T_co = TypeVar("T_co", covariant=True)


class Fate(StrEnum):
    ACCEPTED = "accepted"
    UNCHANGED = "unchanged"
    SUPERSEDED = "superseded"
    DOUBTED = "doubted"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`reason` is a code, `sentence` the same for people; both are empty unless the row is doubted."""

    fate: Fate
    reason: str = ""
    sentence: str = ""


ACCEPTED = Verdict(Fate.ACCEPTED)
UNCHANGED = Verdict(Fate.UNCHANGED)
SUPERSEDED = Verdict(Fate.SUPERSEDED)


def doubt(reason: str, sentence: str) -> Verdict:
    return Verdict(Fate.DOUBTED, reason, sentence)


@dataclass(frozen=True, slots=True)
class Row(Generic[T_co]):
    """A row of a file: its line number, its cells as they stand (no empty ones), and what they mean.

    `came_with` is the import that brought a row which is judged again.
    """

    number: int
    cells: Mapping[str, str]
    fact: T_co
    came_with: int | None = None


@dataclass
class Taking:
    """One import while it runs. `seen` is what an importer has to remember over the file's batches.

    `judgements` are the imports, this one too, that took in rows of earlier ones: when what they wrote was
    said, they do not tell.
    """

    import_id: int
    at: datetime
    judging_again: bool = False
    seen: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    judgements: frozenset[int] = frozenset()

    def was_said_since(self, row: Row[object], import_id: int | None) -> bool:
        """Whether what an import wrote was said after a row that is judged again came."""
        if row.came_with is None or import_id is None:
            return False
        return import_id > row.came_with and import_id not in self.judgements


class UnreadableIn(Unreadable):
    """Cells that can be read one by one and make no sense together; `column` names the one to mend."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column
