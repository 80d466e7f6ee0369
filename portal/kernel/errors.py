"""Refusals: what was asked cannot be done, said once as a sentence for a person."""

from __future__ import annotations


class Refusal(Exception):
    """Something a person asked for is refused. `str(refusal)` is the sentence they read."""

    status = 422

    @property
    def sentence(self) -> str:
        return str(self)


class NotFound(Refusal):
    """It does not exist, or the one who asks may not know that it exists."""

    status = 404

    def __init__(self) -> None:
        super().__init__("There is nothing here that you can open.")


class NotAllowed(Refusal):
    """It is the asker's own, but their role may not do this."""

    status = 403

    def __init__(self, sentence: str = "Your role does not allow this.") -> None:
        super().__init__(sentence)


class Conflict(Refusal):
    """Someone else changed the same thing first."""

    status = 409
