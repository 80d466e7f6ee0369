"""Which groups hold a word, on PostgreSQL: kept as bits, so that a block of groups is a row for each word."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import text
from sqlalchemy.orm import Session

from search.analysis import AnalysedGroup
from search.models import A_BLOCK
from search.postgresql_bits import all_but, bit_of, bits_of, written

# columns as lines of a text: the driver takes longer for an array of them than the words took to gather
_ADD = text(
    f"""
    INSERT INTO search_words (block, word, held, titled)
    SELECT :block, word, CAST(held AS bit({A_BLOCK})), CAST(titled AS bit({A_BLOCK})) FROM unnest(
        string_to_array(:words, chr(10)),
        string_to_array(:held, chr(10)),
        string_to_array(:titled, chr(10), '')
    ) AS line (word, held, titled)
    ON CONFLICT (block, word) DO UPDATE SET held = search_words.held | excluded.held,
        titled = coalesce(search_words.titled | excluded.titled, search_words.titled, excluded.titled)
    """  # noqa: S608  a number of ours
)
_DROP = text("DELETE FROM search_words WHERE block = :block AND held & :others = :none")
_TAKE_OUT = text(
    """
    UPDATE search_words SET held = held & :others, titled = nullif(titled & :others, :none)
    WHERE block = :block AND held & :these <> :none
    """
)


class Holders:
    """Words of groups of one block, gathered to be written at once."""

    def __init__(self, block: int) -> None:
        self._block = block
        self._held: dict[str, int] = defaultdict(int)
        self._titled: dict[str, int] = defaultdict(int)

    def add(self, group: AnalysedGroup) -> None:
        bit = bit_of(group.group)
        for word in group.words | group.title_words:
            self._held[word] |= bit
        for word in group.title_words:
            self._titled[word] |= bit

    def write(self, session: Session) -> None:
        if not self._held:
            return
        titled = (written(self._titled[word]) if word in self._titled else "" for word in self._held)
        lines = {
            "words": "\n".join(self._held),
            "held": "\n".join(map(written, self._held.values())),
            "titled": "\n".join(titled),
        }
        session.execute(_ADD, {"block": self._block, **lines})


def forget_words(session: Session, groups: Collection[int]) -> None:
    for block, bits in bits_of(groups).items():
        masks = {"block": block, "others": all_but(bits), "none": written(0)}
        session.execute(_DROP, masks)
        session.execute(_TAKE_OUT, masks | {"these": written(bits)})
