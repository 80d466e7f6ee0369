"""Passwords: the rule for a new one, and argon2id (security.md section 6)."""

from __future__ import annotations

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from partners.errors import PasswordTooCommon, PasswordTooLong, PasswordTooShort

LEAST, MOST = 12, 128
# what the portal, its brand and its demo would be guessed by; the length rule refuses the usual lists
_GUESSED = ("makegood", "larkwell", "password", "passwort", "qwertyuiop", "letmein", "123456789")

# RFC 9106 low-memory: 64 MiB each, so at most two at once in a process
_hasher = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)
_at_once = threading.BoundedSemaphore(2)
# of a text that nobody kept; made once, because a command would wait for it that checks no password
_UNKNOWN = "$argon2id$v=19$m=65536,t=3,p=4$jx/VBXvqN71m8m850/X7nw$ptjNZQgq1X2eSkzbAwkxYRHVyWgz3fXrLCrnyZbI8Og"


def hash_password(password: str) -> str:
    """The argon2id hash of a new password. Raises the refusal that names what is wrong with it."""
    if len(password) < LEAST:
        raise PasswordTooShort(LEAST)
    if len(password) > MOST:
        raise PasswordTooLong(MOST)
    bare = password.lower().rstrip("0123456789!?.-_ ")
    if bare in _GUESSED or len(set(password)) < 4:
        raise PasswordTooCommon
    with _at_once:
        return _hasher.hash(password)


def is_password(stored: str | None, given: str) -> bool:
    """Whether it matches; takes the same time when nothing is stored (R24)."""
    if len(given) > MOST:
        return False
    try:
        with _at_once:
            matches = _hasher.verify(stored or _UNKNOWN, given)
    except (VerifyMismatchError, InvalidHashError):
        return False
    return matches and stored is not None


def needs_rehash(stored: str) -> bool:
    """Whether the stored hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(stored)
