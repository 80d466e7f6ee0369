"""Where a form may send a person next (R20), and which page of this site an address names."""

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


def path_of(address: str) -> str:
    """Its path and query; "" of what is no address."""
    try:
        page = urlsplit(address)
    except ValueError:
        return ""
    return f"{page.path}?{page.query}" if page.query else page.path
