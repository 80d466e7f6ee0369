"""What is refused of a file on its way in, and why."""

from __future__ import annotations

from portal.kernel.errors import Conflict, Refusal


class FileEmpty(Refusal):
    def __init__(self, file_name: str) -> None:
        super().__init__(f"“{file_name}” is empty: it has no bytes.")


class TooManyUploads(Refusal):
    def __init__(self) -> None:
        super().__init__("You are sending a thousand files already. Finish or cancel some of them first.")


class UploadNotWhole(Conflict):
    def __init__(self) -> None:
        super().__init__("This file is not here whole, or was used already. Choose it again.")


class UploadUsed(UploadNotWhole):
    """`asset_ref` is what an equal form, sent at the same moment, made of it."""

    def __init__(self, asset_ref: str) -> None:
        super().__init__()
        self.asset_ref = asset_ref


class PartsMissing(Conflict):
    """`numbers` of the parts that the store does not hold whole."""

    def __init__(self, numbers: list[int]) -> None:
        super().__init__("Parts of the file have not arrived yet; they are sent again.")
        self.numbers = numbers


class PartDamaged(Conflict):
    def __init__(self, number: int) -> None:
        super().__init__(f"Part {number} arrived damaged; it is sent again.")


class FileChanged(Conflict):
    def __init__(self) -> None:
        super().__init__("The file changed while it went up, so it was not taken. Send it as it is now.")
