"""How a figure differs from the period before, as arrow and words."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.web.formats import duration, number, percent


@dataclass(frozen=True, slots=True)
class Change:
    """`text` without a sign: the arrow and `rises` carry it. `before` says from what."""

    text: str
    rises: bool
    before: str


def change_in_percent(now: int, before: int) -> Change | None:
    """None when nothing can be compared or nothing changed."""
    if not before or now == before:
        return None
    return Change(
        percent(abs(now - before) / before), now > before, _("from %(figure)s", figure=number(before))
    )


def change_in_points(now: float, before: float) -> Change | None:
    """Of two shares, in whole points."""
    points = round(100 * now) - round(100 * before)
    if not points:
        return None
    text = ngettext("%(num)d point", "%(num)d points", abs(points))
    return Change(text, points > 0, _("from %(figure)s", figure=percent(before)))


def change_in_time(now: int | None, before: int | None) -> Change | None:
    """Of seconds."""
    if now is None or before is None or now == before:
        return None
    figure = duration(before * 1_000)
    return Change(duration(abs(now - before) * 1_000), now > before, _("from %(figure)s", figure=figure))
