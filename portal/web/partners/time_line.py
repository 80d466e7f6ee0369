"""Everything that happened with an account, newest first, in pieces: talks, orders, what aired."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from itertools import accumulate, groupby
from zoneinfo import ZoneInfo

from commissions.facts.fact_models import LineStatus
from commissions.orders.advertiser_orders import AdvertiserLine, AiredMonth
from partners.account_models import Interaction

AT_ONCE = 30


class EventKind(StrEnum):
    TALK = "talk"
    ORDER = "order"
    DELIVERY = "delivery"


@dataclass(frozen=True, slots=True)
class Talk:
    """Something that a person logged."""

    at: datetime
    interaction: Interaction
    kind: EventKind = EventKind.TALK


@dataclass(frozen=True, slots=True)
class OrderSigned:
    """An order of the account, with its lines; dated by the start of its day."""

    at: datetime
    order_ref: str
    lines: tuple[AdvertiserLine, ...]
    kind: EventKind = EventKind.ORDER


@dataclass(frozen=True, slots=True)
class Aired:
    """What aired of a line in a month; `total` counts from the start of the line through this month."""

    at: datetime
    line: AdvertiserLine
    first_day: date
    last_day: date
    units: int
    total: int
    has_ended: bool
    kind: EventKind = EventKind.DELIVERY

    @property
    def missing(self) -> int:
        """Units to make good, once the flight is over."""
        return max(self.line.booked_units - self.total, 0) if self.has_ended else 0


Event = Talk | OrderSigned | Aired


@dataclass(frozen=True, slots=True)
class LineProgress:
    """A line, what aired of it to date, and whether it is in flight today."""

    line: AdvertiserLine
    units: int
    is_running: bool


@dataclass(frozen=True, slots=True)
class Day:
    on: date
    events: tuple[Event, ...]


def talks(logged: Iterable[Interaction]) -> list[Event]:
    return [Talk(one.at, one) for one in logged]


def orders_signed(lines: Iterable[AdvertiserLine], *, zone: ZoneInfo) -> list[Event]:
    """One event an order; the lines come sorted by order."""
    found: list[Event] = []
    for order_ref, group in groupby(lines, key=lambda line: line.order_ref):
        members = tuple(group)
        found.append(OrderSigned(_start_of(members[0].signed_on, zone), order_ref, members))
    return found


def aired(
    lines: Iterable[AdvertiserLine], months: Sequence[AiredMonth], *, today: date, zone: ZoneInfo
) -> list[Event]:
    """One event a line and month; the months come in order of time."""
    found: list[Event] = []
    for line in lines:
        own = [month for month in months if month.line_id == line.line_id]
        for month, total in zip(own, accumulate(part.units for part in own), strict=True):
            ended = month is own[-1] and line.end_day <= today
            found.append(
                Aired(
                    _start_of(month.last_day, zone),
                    line,
                    month.first_day,
                    month.last_day,
                    month.units,
                    total,
                    ended,
                )
            )
    return found


def piece(events: Iterable[Event], *, before: datetime | None) -> tuple[list[Event], datetime | None]:
    """The newest events before an instant, and where the next piece starts (None: that was all).

    Events of one instant stay together.
    """
    ordered = sorted((one for one in events if before is None or one.at < before), key=_order, reverse=True)
    if len(ordered) <= AT_ONCE:
        return ordered, None
    last = ordered[AT_ONCE - 1].at
    shown = [one for one in ordered if one.at >= last]
    return shown, last if len(shown) < len(ordered) else None


def by_day(events: Iterable[Event], *, zone: ZoneInfo) -> list[Day]:
    grouped = groupby(events, key=lambda one: one.at.astimezone(zone).date())
    return [Day(on, tuple(members)) for on, members in grouped]


def progress(
    lines: Iterable[AdvertiserLine], months: Iterable[AiredMonth], *, today: date
) -> Mapping[str, list[LineProgress]]:
    """Lines with what aired of them, by order."""
    units: dict[int, int] = {}
    for month in months:
        units[month.line_id] = units.get(month.line_id, 0) + month.units
    found: dict[str, list[LineProgress]] = {}
    for line in lines:
        found.setdefault(line.order_ref, []).append(
            LineProgress(line, units.get(line.line_id, 0), _is_in_flight(line, today))
        )
    return found


def _is_in_flight(line: AdvertiserLine, today: date) -> bool:
    return line.status is LineStatus.SIGNED and line.first_day <= today < line.end_day


def _order(event: Event) -> tuple[datetime, str]:
    return event.at, event.kind


def _start_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone)
