"""The same question asked by several people at once."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import pytest

from search.queries import parse
from search.snippets import marked

SPELLINGS = ["".join(letters) for letters in product(*((one, one.upper()) for one in "campaign"))]


@pytest.fixture
def hasty() -> Iterator[None]:
    """Threads take turns as often as they can."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("hasty")
def test_words_are_marked_for_several_people_who_ask_the_same_at_once() -> None:
    def found(first: int) -> int:
        texts = [" ".join(SPELLINGS[at : at + 4]) for at in range(first, len(SPELLINGS), 4)]
        return sum(len(marked(text, query).ranges) for text in texts)

    for words in range(40):
        query = parse(f"campaign other{words}")
        with ThreadPoolExecutor(4) as people:
            assert list(people.map(found, (0, 0, 0, 0))) == [64] * 4
