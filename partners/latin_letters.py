"""Names in the letters that banks take: Latin without accents, as the SEPA rules and SWIFT have them."""

from __future__ import annotations

import re
import unicodedata

# EPC217-08: the characters of a payment message
_TAKEN = re.compile(r"[A-Za-z0-9/\-?:().,'+ ]+")
# letters that Unicode does not take apart
_SPELT = str.maketrans(
    {
        "ß": "ss", "æ": "ae", "Æ": "Ae", "ø": "o", "Ø": "O", "œ": "oe", "Œ": "OE", "ł": "l", "Ł": "L",
        "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i", "&": "+", "’": "'", "–": "-",
    }
)  # fmt: skip


def latin(text: str) -> str:
    """The text without accents; letters of other scripts stay, and `is_latin` tells."""
    apart = unicodedata.normalize("NFKD", text.translate(_SPELT))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def is_latin(text: str) -> bool:
    return _TAKEN.fullmatch(latin(text)) is not None


def for_the_bank(text: str, *, most: int) -> str:
    """At most so many characters that a bank takes; others become a full stop."""
    return re.sub(r"[^A-Za-z0-9/\-?:().,'+ ]", ".", latin(text))[:most].strip()
