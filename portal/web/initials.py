"""The two letters that stand for a person or an organisation."""

from __future__ import annotations


def initials(name: str) -> str:
    """Of the first two words that start with a letter or a digit: CP of Cobbler & Pine Furniture."""
    words = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0] for word in words[:2]).upper()
