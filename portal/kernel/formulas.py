"""Text that a spreadsheet would calculate is kept text (R18)."""

from __future__ import annotations

_STARTS = (
    *"=+-@\t\r\n",
    *"\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}",
)


def defused(text: str) -> str:
    """The text for a cell of a file; numbers are written as numbers and do not come here."""
    return f"'{text}" if text.startswith(_STARTS) else text
