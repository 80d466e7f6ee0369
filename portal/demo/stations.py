"""What Larkwell sells: stations and shows, their dayparts and gross prices."""

from __future__ import annotations

from dataclasses import dataclass

PORTLAND, SEATTLE, SALEM = "Lark-96.4", "Lark-City-103.1", "Coast-88.7"
KETTLE, COMMUTE = "Second-Kettle", "The-Long-Commute"

RADIO, PODCAST = "radio", "podcast"
WEST = "America/Los_Angeles"


@dataclass(frozen=True, slots=True)
class Offer:
    """One product on one station: its daypart and gross price by currency."""

    station: str
    daypart: str
    product: str
    pricing: str
    rate: dict[str, str]

    @property
    def is_podcast(self) -> bool:
        return self.product == PODCAST


def _spot(station: str, daypart: str, usd: str, eur: str, jpy: str) -> Offer:
    return Offer(station, daypart, RADIO, "per_spot", {"USD": usd, "EUR": eur, "JPY": jpy})


def _show(station: str, usd: str, eur: str, jpy: str) -> Offer:
    return Offer(station, "host-read", PODCAST, "cpm", {"USD": usd, "EUR": eur, "JPY": jpy})


OFFERS: dict[str, Offer] = {
    "portland-morning": _spot(PORTLAND, "morning drive", "85.00", "79.00", "12800"),
    "portland-midday": _spot(PORTLAND, "midday", "39.00", "36.00", "5900"),
    "portland-afternoon": _spot(PORTLAND, "afternoon drive", "62.00", "57.50", "9300"),
    "portland-weekend": _spot(PORTLAND, "weekend", "34.00", "31.50", "5100"),
    "seattle-morning": _spot(SEATTLE, "morning drive", "95.00", "88.00", "14300"),
    "seattle-afternoon": _spot(SEATTLE, "afternoon drive", "69.00", "64.00", "10400"),
    "seattle-weekend": _spot(SEATTLE, "weekend", "38.00", "35.00", "5700"),
    "salem-morning": _spot(SALEM, "morning drive", "44.00", "41.00", "6600"),
    "salem-ros": _spot(SALEM, "run of schedule", "28.00", "26.00", "4200"),
    "kettle": _show(KETTLE, "24.00", "22.50", "3600"),
    "commute": _show(COMMUTE, "32.00", "29.50", "4800"),
}
