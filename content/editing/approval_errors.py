"""What is refused where a second person approves content, and why."""

from __future__ import annotations

from portal.kernel.errors import Conflict, Refusal


class ReasonMissing(Refusal):
    def __init__(self) -> None:
        super().__init__("Say why it goes back, so that its author knows what to do.")


class NothingInReview(Conflict):
    def __init__(self) -> None:
        super().__init__("It does not wait for approval any more.")


class ChangedMeanwhile(Conflict):
    """What the change was made from is not what stands there now."""

    def __init__(self) -> None:
        super().__init__("The asset was changed since, so this change no longer fits. Send it back.")


class ChangedSinceSeen(Conflict):
    """What is approved is what was looked at, and nothing that came after it."""

    def __init__(self) -> None:
        super().__init__("It was changed since you looked at it. Look again, then approve it.")


class NewerVersionThere(Conflict):
    def __init__(self, number: int) -> None:
        super().__init__(f"Version {number} has come since, so this one is no longer the next. Send it back.")


class NotYours(Refusal):
    def __init__(self) -> None:
        super().__init__("Only who proposed it takes it back; send it back with a reason instead.")


class ApprovedOneByOne(Refusal):
    """A change of many assets cannot change what partners read without a second person."""

    def __init__(self) -> None:
        super().__init__(
            "It is published, so somebody else has to approve this change: make it on the asset's own page."
        )


class WordsWait(Refusal):
    """A change of many assets would be mixed with what somebody else proposed of one."""

    def __init__(self) -> None:
        super().__init__("Other words of it wait for approval: change its language on its own page.")
