"""Where the next page of a list begins, as a word that programs give back unread."""

from __future__ import annotations

import base64
import binascii

from portal.kernel.errors import Refusal


class WrongCursor(Refusal):
    def __init__(self) -> None:
        super().__init__("The cursor is not one that this list gave out; start again without it.")


def cursor_of(key: str) -> str:
    """Of the last key that was given out."""
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def key_of(cursor: str) -> str:
    """Raises WrongCursor, also for a NUL, which no key has and a database fails on."""
    try:
        key = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, ValueError):
        raise WrongCursor from None
    if "\0" in key:
        raise WrongCursor
    return key
