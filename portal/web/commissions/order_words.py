"""An order's pacing and its revisions in words, and as the chart reads them."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from flask_babel import gettext as _
from flask_babel import ngettext

from commissions.facts.lines import Line
from commissions.orders.order_history import Changed, LineChange
from commissions.orders.pacing import Pacing
from portal.web.formats import day, day_span, exact, number
from portal.web.language import locale
from portal.web.written import written_day


def chart(pace: Pacing) -> dict[str, object]:
    """What pacing.js draws: delivered and booked to date by day, what is to come, and the days to mark."""
    last = len(pace.counted) - 1
    return {
        "labels": [_short(one.day) for one in pace.days],
        "pace": [one.pace for one in pace.days],
        "done": [one.delivered for one in pace.days],
        # from the last counted day on: what airs if the rest comes as it is booked
        "coming": [
            None if place < last else pace.delivered + max(0, one.pace - pace.expected)
            for place, one in enumerate(pace.days)
        ],
        "made_good": [
            [_short(one.day), one.delivered]
            for one in pace.days
            if one.made_good and one.delivered is not None
        ],
        "restated": [[_short(one.day), one.delivered] for one in pace.restated],
        "names": {
            "pace": _("Booked pace"),
            "done": _("Delivered"),
            "coming": _("Not yet"),
            "made_good": _("Make-good"),
            "restated": _("Restated"),
        },
    }


def _short(value: date) -> str:
    """4 Oct; the flight's years stand above the chart."""
    return written_day(value, "d MMM", locale())


def pace_sentence(line: Line, pace: Pacing) -> str:
    """The chart in words, for those who do not see it."""
    if not pace.counted:
        return str(_("The flight begins on %(day)s.", day=day(line.first_day)))
    ahead = pace.delivered - pace.expected
    told = {
        "done": number(pace.delivered),
        "booked": number(line.booked_units),
        "day": day(pace.counted[-1].day),
    }
    parts = [
        _("%(done)s of %(booked)s delivered with its make-goods up to %(day)s", **told)
        if pace.made_good_by
        else _("%(done)s of %(booked)s delivered up to %(day)s", **told)
    ]
    if ahead > 0:
        parts.append(_("%(n)s ahead of the booked pace", n=number(ahead)))
    elif ahead < 0:
        parts.append(_("%(n)s behind the booked pace", n=number(-ahead)))
    else:
        parts.append(_("exactly on the booked pace"))
    if pace.restated:
        parts.append(ngettext("%(num)d day was restated", "%(num)d days were restated", len(pace.restated)))
    if pace.unreported:
        parts.append(ngettext("%(num)d day has no report", "%(num)d days have no report", pace.unreported))
    return ", ".join(str(part) for part in parts) + "."


def change_words(change: LineChange) -> str:
    """One change of a revision: L1: 100 units instead of 80, from 3 May 2026 on."""
    words = {
        Changed.ADDED: lambda: _("new, %(n)s units", n=number(int(change.after))),
        Changed.UNITS: lambda: _(
            "%(n)s units instead of %(before)s",
            n=number(int(change.after)),
            before=number(int(change.before)),
        ),
        Changed.RATE: lambda: _(
            "price %(rate)s instead of %(before)s",
            rate=exact(Fraction(change.after)),
            before=exact(Fraction(change.before)),
        ),
        Changed.FLIGHT: lambda: _(
            "flight %(days)s instead of %(before)s", days=_flight(change.after), before=_flight(change.before)
        ),
        Changed.CANCELLED: lambda: _("cancelled from %(day)s on", day=_day(change.after)),
        Changed.TERMS: lambda: _("other terms"),
    }[change.what]()
    since = _(", from %(day)s on", day=day(change.valid_from)) if change.valid_from else ""
    return f"{change.line_ref}: {words}{since}"


def _flight(text: str) -> str:
    first, _slash, last = text.partition("/")
    return day_span(date.fromisoformat(first), date.fromisoformat(last))


def _day(text: str) -> str:
    return day(date.fromisoformat(text)) if text else ""
