"""Asking for the rows of many ids: as a list or as a range, always the same rows."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from commissions.facts.fact_models import DeliverySource
from portal.kernel.among import among
from portal.kernel.db import reading, transaction

WANTED = {
    "none": (),
    "a few": (7, 300, 2),
    "all in a row": tuple(range(20, 190)),
    "nearly all in a row": tuple(range(10, 300, 2)),
    "far apart": tuple(range(1, 401, 3)),
    "the same one often": (5,) * 200,
}


@pytest.mark.parametrize("wanted", WANTED.values(), ids=WANTED)
def test_those_asked_for_and_no_others(sessions: sessionmaker[Session], wanted: tuple[int, ...]) -> None:
    with transaction(sessions) as session:
        session.add_all(DeliverySource(id=number, name=f"s{number}") for number in range(1, 401))
    with reading(sessions) as session:
        query = select(DeliverySource.id).where(among(DeliverySource.id, wanted))
        assert set(session.scalars(query)) == set(wanted)


def test_many_close_together_are_a_range() -> None:
    told = str(among(DeliverySource.id, range(1, 201)))
    assert "BETWEEN" in told
    assert " IN " not in told
