"""Random tokens that are shown once and stored hashed (R9, R27, R30)."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """256 random bits as text that is safe in an address."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """SHA-256 in hex; enough for random tokens, which cannot be guessed from a list."""
    return hashlib.sha256(token.encode()).hexdigest()
