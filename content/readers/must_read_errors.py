"""Refusals of must-reads."""

from __future__ import annotations

from portal.kernel.errors import Conflict, Refusal


class NotPublished(Refusal):
    """Readers are asked to read what they cannot open."""

    def __init__(self) -> None:
        super().__init__("Its readers cannot open it now. Publish it first.")


class NotAsked(Refusal):
    def __init__(self) -> None:
        super().__init__("You are not asked to read it, or not any more.")


class NotOpenedYet(Refusal):
    def __init__(self) -> None:
        super().__init__("Open it first; then say that you have read it.")


class RemindedToday(Conflict):
    def __init__(self) -> None:
        super().__init__("They were reminded today; once a day is enough.")
