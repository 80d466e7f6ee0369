"""Refusals about people, passwords and doors."""

from __future__ import annotations

from portal.kernel.errors import NotAllowed, Refusal


class WrongLogIn(Refusal):
    """Said alike for an unknown address, a wrong password and a disabled person (R24)."""

    def __init__(self) -> None:
        super().__init__("E-mail address or password is not right.")


class TooManyTries(Refusal):
    status = 429

    def __init__(self, minutes: int) -> None:
        super().__init__(f"Too many tries. Wait {minutes} minutes, then try again.")
        self.minutes = minutes


class PasswordTooShort(Refusal):
    def __init__(self, least: int) -> None:
        super().__init__(f"A password needs {least} characters or more.")


class PasswordTooLong(Refusal):
    def __init__(self, most: int) -> None:
        super().__init__(f"A password can have {most} characters at most.")


class PasswordTooCommon(Refusal):
    def __init__(self) -> None:
        super().__init__("This password is among the first that are guessed. Choose another one.")


class TicketNotValid(Refusal):
    status = 404

    def __init__(self) -> None:
        super().__init__("This link has been used or has run out. Ask for a new one.")


class UserExists(Refusal):
    def __init__(self, email: str) -> None:
        super().__init__(f"There is already a person with the address {email}.")


class UnknownOrganisation(Refusal):
    def __init__(self, ref: str) -> None:
        super().__init__(f"There is no organisation {ref}.")


class UnknownPerson(Refusal):
    def __init__(self, email: str) -> None:
        super().__init__(f"There is no person with the address {email}.")


class RoleDoesNotFit(Refusal):
    def __init__(self, role: str, kind: str) -> None:
        super().__init__(f"The role {role} does not fit an organisation of the kind {kind}.")


class NotAnAddress(Refusal):
    def __init__(self, text: str) -> None:
        super().__init__(f"“{text}” is not an e-mail address.")


class TooManyKeys(Refusal):
    def __init__(self, most: int) -> None:
        super().__init__(f"A person can have {most} keys that are valid at a time. Revoke one first.")


class AccountExists(Refusal):
    def __init__(self, name: str) -> None:
        super().__init__(f"You already have an account “{name}”.")


class AccountNeedsName(Refusal):
    def __init__(self) -> None:
        super().__init__("An account needs a name of 1 to 200 characters.")


class InteractionInFuture(Refusal):
    def __init__(self) -> None:
        super().__init__("This has not happened yet: the time lies in the future.")


class TextTooLong(Refusal):
    def __init__(self, field: str, most: int) -> None:
        super().__init__(f"{field} can have {most} characters at most.")
        self.field = field


class NotYoursToChange(NotAllowed):
    def __init__(self) -> None:
        super().__init__("Only the person who logged this can change it.")


class TooLateToChange(Refusal):
    def __init__(self, hours: int) -> None:
        super().__init__(
            f"What was logged can be changed for {hours} hours. Log another interaction instead."
        )


class AccountUnknown(Refusal):
    """The brand names an account by its ref: two partners may have one of the same name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Choose one account from the list; “{name[:100]}” is none, or more than one.")


class WrongPages(Refusal):
    def __init__(self) -> None:
        super().__init__("What was shown cannot be read; present it again.")
