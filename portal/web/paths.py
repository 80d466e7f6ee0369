"""Where a form may send a person next (R20)."""

from __future__ import annotations

from urllib.parse import urlsplit


def safe_next(target: str | None, *, otherwise: str = "/") -> str:
    """`target` when it is a path of this site, else `otherwise`."""
    if not target or not target.startswith("/") or target.startswith("//"):
        return otherwise
    if "\\" in target or any(ord(sign) < 33 or ord(sign) == 127 for sign in target):
        return otherwise
    parts = urlsplit(target)
    return otherwise if parts.scheme or parts.netloc else target
