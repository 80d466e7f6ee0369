"""What is refused about requests for content."""

from __future__ import annotations

from portal.kernel.errors import Conflict, Refusal


class NothingAskedFor(Refusal):
    def __init__(self) -> None:
        super().__init__("Say in a few words what is missing.")


class AlreadyAskedFor(Conflict):
    """The partner's organisation has a request for the same words that is not over."""

    def __init__(self, request_id: int, words: str) -> None:
        super().__init__(f"Your organisation has asked for “{words}” already; here is how it stands.")
        self.request_id = request_id


class RequestIsOver(Conflict):
    def __init__(self) -> None:
        super().__init__("Only a request that is still open can be taken back.")


class ReasonMissing(Refusal):
    def __init__(self) -> None:
        super().__init__("Say why, so that the partner knows what to do instead.")


class AnswerNotVisible(Refusal):
    """The asset is not there, not published, or not for this partner."""

    def __init__(self, ref: str, partner: str) -> None:
        super().__init__(f"{partner} cannot open “{ref}”: publish it, and let its audience include them.")
