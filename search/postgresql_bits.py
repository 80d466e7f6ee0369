"""Sets of groups as bits, block by block, as PostgreSQL keeps them beside a word."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ARRAY, BigInteger, TableValuedAlias, cast, column, func, literal
from sqlalchemy.dialects.postgresql import BIT

from search.models import A_BLOCK

_ALL = (1 << A_BLOCK) - 1


def block_of(group: int) -> int:
    return group // A_BLOCK


def bit_of(group: int) -> int:
    return 1 << group % A_BLOCK


def bits_of(groups: Collection[int]) -> dict[int, int]:
    """The bits of each block that one of the groups belongs to."""
    keys = np.fromiter(groups, dtype=np.int64, count=len(groups))
    blocks, places = np.divmod(keys, A_BLOCK)
    return {int(block): _bits(places[blocks == block]) for block in np.unique(blocks)}


def _bits(places: NDArray[np.int64]) -> int:
    flags = np.zeros(A_BLOCK, dtype=bool)
    flags[places] = True
    return int.from_bytes(np.packbits(flags, bitorder="little").tobytes(), "little")


def written(bits: int) -> str:
    return f"x{bits:0{A_BLOCK // 4}x}"


def all_but(bits: int) -> str:
    return written(_ALL ^ bits)


def block_rows(bits: Mapping[int, int]) -> TableValuedAlias:
    """Blocks and their bits as rows of `block` and `bits`."""
    blocks = cast(literal(list(bits)), ARRAY(BigInteger))
    texts = cast(literal([written(each) for each in bits.values()]), ARRAY(BIT(A_BLOCK)))
    rows = func.unnest(blocks, texts).table_valued(
        column("block", BigInteger()), column("bits", BIT(A_BLOCK)), name="seen"
    )
    return rows.render_derived()


def highest_first(block: int, bits: str) -> Iterator[int]:
    """The groups of a block's bits, as the database writes them."""
    last = (block + 1) * A_BLOCK - 1
    return (last - at for at, bit in enumerate(bits) if bit == "1")
