"""Refusals about payouts."""

from __future__ import annotations

from datetime import date

from portal.kernel.errors import Conflict, NotAllowed, Refusal


class NotTheLastClosed(Refusal):
    def __init__(self, ref: str, last: str | None) -> None:
        closed = f"The last closed one is {last}." if last else "No period is closed yet."
        super().__init__(f"Only the last closed period can be paid, and {ref} is not that. {closed}")


class PaidBeforeTheEnd(Refusal):
    def __init__(self, ref: str, last_day: date) -> None:
        super().__init__(f"{ref} can be paid after its last day, {last_day.isoformat()}.")


class PaidTooLate(Refusal):
    def __init__(self, day: date) -> None:
        super().__init__(f"{day.isoformat()} is more than a year away. Payouts are sent within a year.")


class NothingPayable(Refusal):
    def __init__(self, ref: str, left_out: int) -> None:
        many = "1 statement is" if left_out == 1 else f"{left_out:,} statements are"
        waiting = f" {many} left out, each with its reason." if left_out else ""
        super().__init__(f"Nothing of {ref} is to be paid now.{waiting}")


class NoDebtor(Refusal):
    def __init__(self) -> None:
        super().__init__(
            "It is not set from which account is paid: PAYER_NAME, PAYER_ACCOUNT and PAYER_BIC are needed."
        )


class RoleCannotPay(NotAllowed):
    def __init__(self) -> None:
        super().__init__("A payout needs someone of finance as the author, and a finance approver.")


class DayHasBatch(Conflict):
    def __init__(self, ref: str, day: date) -> None:
        super().__init__(
            f"{ref} is to be paid on {day.isoformat()} already, and stays as it is. Choose another day."
        )


class PayableChanged(Conflict):
    def __init__(self) -> None:
        super().__init__("What is payable is not what it was when this was proposed. Propose the batch anew.")


class BankDataGone(Refusal):
    status = 410

    def __init__(self, partner_ref: str) -> None:
        super().__init__(f"The bank data of {partner_ref} was erased. The bank's file cannot be made again.")
