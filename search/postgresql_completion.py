"""Completing and correcting what is being typed, on PostgreSQL: words and titles of visible groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain, islice

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from search.engine import NO_COMPLETION, Completion
from search.models import SearchWord
from search.postgresql_bits import bits_of, block_rows, highest_first
from search.spelling import SHORTEST, being_typed, first_letters, nearest

# behind every word that begins so: no sign comes after it
_LAST_SIGN = "\U0010ffff"
_Bits = SQLColumnExpression[str]


def completion(session: Session, text: str, within: frozenset[int], limit: int) -> Completion:
    """See SearchEngine.complete."""
    before, last = being_typed(text)
    if not last or not within:
        return NO_COMPLETION
    visible = bits_of(within)
    words = session.scalars(_words(last, before, visible).limit(limit)).all()
    if not words and before:
        words = session.scalars(_words(last, [], visible).limit(limit)).all()
    titled = session.execute(_titled([*before, last], visible)).all()
    groups = chain.from_iterable(highest_first(block, bits) for block, bits in titled)
    return Completion(tuple(words), tuple(islice(groups, limit)))


def near_words(session: Session, folded: str, within: frozenset[int]) -> list[str]:
    """Words of visible groups that may have been meant, nearest first."""
    seen = block_rows(bits_of(within))
    rows = session.scalars(
        select(SearchWord.word)
        .join(seen, seen.c.block == SearchWord.block)
        .where(
            or_(*(_begins(letter) for letter in first_letters(folded))),
            func.length(SearchWord.word).between(len(folded) - 2, len(folded) + 2),
            func.bit_count(_both(SearchWord.held, seen.c.bits)) > 0,
        )
        .distinct()
        .order_by(SearchWord.word)
    )
    return nearest(folded, rows.all())


def _words(last: str, before: Sequence[str], visible: Mapping[int, int]) -> Select[str]:
    """Those that begin so, of groups that hold the words before; what most of the groups hold first."""
    seen = block_rows(visible)
    found = select(SearchWord.word).join(seen, seen.c.block == SearchWord.block)
    holders = _both(SearchWord.held, seen.c.bits)
    for word in before:
        other = aliased(SearchWord)
        found = found.join(other, and_(other.block == SearchWord.block, other.word == word))
        holders = _both(holders, other.held)
    count = func.sum(func.bit_count(holders))
    return (
        found.where(_begins(last), SearchWord.word != last, func.length(SearchWord.word) >= SHORTEST)
        .group_by(SearchWord.word)
        .having(count > 0)
        .order_by(count.desc(), SearchWord.word)
    )


def _titled(beginnings: Sequence[str], visible: Mapping[int, int]) -> Select[int, str]:
    """The groups of which the title holds a word for each beginning, as bits of their blocks."""
    seen = block_rows(visible)
    found = select(seen.c.block)
    holders: _Bits = seen.c.bits
    for beginning in beginnings:
        titled = (
            select(SearchWord.block, func.bit_or(SearchWord.titled).label("bits"))
            .where(_begins(beginning), SearchWord.titled.is_not(None))
            .group_by(SearchWord.block)
            .subquery()
        )
        found = found.join(titled, titled.c.block == seen.c.block)
        holders = _both(holders, titled.c.bits)
    return found.add_columns(holders).where(func.bit_count(holders) > 0).order_by(seen.c.block.desc())


def _begins(beginning: str) -> ColumnElement[bool]:
    return and_(SearchWord.word >= beginning, SearchWord.word <= beginning + _LAST_SIGN)


def _both(bits: _Bits, others: _Bits) -> _Bits:
    return bits.op("&")(others)
