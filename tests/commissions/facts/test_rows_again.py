"""A row that was taken is nothing when it comes again, whatever changed around it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session, sessionmaker

from tests.factories.fact_files import ORDERS, deliveries, take, take_orders

Sessions = sessionmaker[Session]


def cancel(sessions: Sessions, cancelled_on: str) -> None:
    header, first = ORDERS.splitlines()[:2]
    take(sessions, "orders", f"{header},status,cancelled_on\n{first},cancelled,{cancelled_on}\n")


def shorten(sessions: Sessions) -> None:
    take(sessions, "orders", ORDERS.replace("2026-03-31", "2026-03-15"))


@pytest.mark.parametrize("revision", ["", "1"])
@pytest.mark.parametrize("cut", [lambda sessions: cancel(sessions, "2026-03-10"), shorten])
def test_a_count_that_was_taken_is_nothing_when_it_comes_again_after_its_line_was_cut_short(
    sessions: Sessions, cut: Callable[[Sessions], None], revision: str
) -> None:
    take_orders(sessions)
    feed = [f"L1,2026-03-05,5,{revision}", f"L1,2026-03-20,7,{revision}"]
    take(sessions, "deliveries", deliveries(*feed))
    cut(sessions)
    same_file = take(sessions, "deliveries", deliveries(*feed))
    assert (same_file.already_imported, same_file.quarantined) == (True, 0)
    grown = take(sessions, "deliveries", deliveries(*feed, f"L1,2026-03-06,1,{revision}"))
    assert (grown.accepted, grown.unchanged, grown.quarantined) == (1, 2, 0)
    other = take(sessions, "deliveries", deliveries(*feed, "L1,2026-03-20,8,2"))
    assert (other.unchanged, other.quarantined) == (2, 1)


def test_a_known_count_that_names_another_station_is_no_known_count(sessions: Sessions) -> None:
    take_orders(sessions)
    header = "line_ref,service_date,units,revision,station"
    take(sessions, "deliveries", deliveries("L1,2026-03-05,5,1,WXYZ-FM", header=header))
    report = take(sessions, "deliveries", deliveries("L1,2026-03-05,5,1,KABC-FM", header=header))
    assert dict(report.reasons) == {"other_station": 1}
