"""Sittings that the story tells to the second: who read which page how long."""

from __future__ import annotations

from dataclasses import dataclass

from portal.demo.channel import MINATO, OSPREY, RHEINBLICK, SALTMARSH, TIDEWELL

HOUR, DAY = 60, 24 * 60
ORCHARD = "orchard-row-grocers"


@dataclass(frozen=True, slots=True)
class Sitting:
    """A buyer's sitting so many minutes ago; `seconds` by page, from page 1 on."""

    name: str
    partner: str
    minutes_ago: int
    seconds: tuple[int, ...]
    asset: str = ORCHARD


SITTINGS: tuple[Sitting, ...] = (
    Sitting("Dele Adeyinka", TIDEWELL, 40, (14, 22, 86, 41, 9, 28, 46, 12)),
    Sitting("Jonas Wieland", RHEINBLICK, 16 * HOUR, (11, 24, 72, 38, 10, 22, 38, 12)),
    Sitting("Haruki Tanabe", MINATO, 21 * HOUR, (18, 42, 96, 62, 24, 30, 58, 22)),
    Sitting("Tom Haverkamp", OSPREY, 4 * DAY, (10, 14, 30, 12)),
    Sitting("Petra Lindqvist", RHEINBLICK, 6 * DAY, (12, 20, 58, 34, 12, 19)),
    Sitting("Mirela Costin", SALTMARSH, 6 * DAY + 5 * HOUR, (9, 18, 44, 28, 8, 14, 14, 6)),
    Sitting("Dele Adeyinka", TIDEWELL, 9 * DAY, (20, 40, 51, 30, 44, 12, 28, 36, 90, 62), "media-kit"),
    Sitting("Sunniva Rask", TIDEWELL, 26 * DAY, (31, 58, 12), "host-read-spots"),
)
