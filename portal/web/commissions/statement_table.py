"""The table of a statement: its lines by kind, each as the words and numbers that a row shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from commissions.ledger.ledger_models import Statement, StatementLineKind
from commissions.statements.stated_rows import keeps_units, ref_in_full, told_basis
from commissions.statements.statements import LineGroup, StatedRow
from portal.kernel.money import Money
from portal.locale_words import sentence_words
from portal.web.formats import month
from portal.web.language import locale
from portal.web.written import written_amount, written_decimal, written_number


# made here and not in the template, which takes several times as long for a cell; a tuple for the same reason
class ShownLine(NamedTuple):
    """A row; texts that do not apply are empty. `said` is the sentence of a line without an order."""

    position: int
    # what its opener is called; empty where there is nothing to open
    trace: str
    # what a question about it calls it
    title: str
    month: str
    said: str
    ref: str
    advertiser: str
    # said where it stands beside others of the same line item and month
    component: str
    corrects: str
    dispute: str
    where: str
    units: str
    basis: str
    rate: str
    share: str
    amount: str


@dataclass(frozen=True, slots=True)
class Group:
    """Lines under one heading, with the sum of all of them, also of those that are not shown."""

    title: str
    total: Money
    lines: list[ShownLine]
    hidden: int


# kinds in the order in which they are read: what was earned, what changes it, what of it waits
TITLES = {
    StatementLineKind.EARNED: lazy_gettext("Earned in %(month)s"),
    StatementLineKind.PRIOR_PERIOD: lazy_gettext("Earlier months, learned after their close"),
    StatementLineKind.CLAWBACK: lazy_gettext("Taken back by credit notes"),
    StatementLineKind.ADJUSTMENT: lazy_gettext("Adjustments"),
    StatementLineKind.HOLDBACK: lazy_gettext("Held back"),
    StatementLineKind.HOLDBACK_RELEASE: lazy_gettext("Holdback released"),
    StatementLineKind.RELEASED: lazy_gettext("Earned earlier, payable now (outside the sum)"),
}
ORDER = tuple(TITLES)


def shown_groups(groups: Sequence[LineGroup], found: Statement, disputed: Mapping[int, str]) -> list[Group]:
    """`disputed` has the open dispute of a position."""
    asked = _Asked(found.currency, locale(), _("Trace of %(line)s"), disputed)
    return [
        Group(
            title=str(TITLES[group.kind]) % {"month": month(found.period)},
            total=Money(group.total, found.currency),
            lines=_shown(group.lines, asked),
            hidden=group.count - len(group.lines),
        )
        for group in sorted(groups, key=lambda one: ORDER.index(one.kind))
    ]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the lines of a statement share."""

    currency: str
    locale: str
    trace: str
    disputed: Mapping[int, str]


def _shown(lines: Sequence[StatedRow], asked: _Asked) -> list[ShownLine]:
    often = Counter((line.line_ref, line.service_month) for line in lines)
    reader = asked.locale
    return [
        ShownLine(
            position=line.position,
            trace=asked.trace % {"line": line.line_ref} if line.posting_id else "",
            title=line.line_ref or str(line.position),
            month=month(line.service_month) if not line.advertiser and line.service_month else "",
            said="" if line.advertiser else sentence_words(line.explanation, reader),
            ref=ref_in_full(line),
            advertiser=line.advertiser,
            component=line.component if often[line.line_ref, line.service_month] > 1 else "",
            corrects=line.corrects,
            dispute=asked.disputed.get(line.position, ""),
            where=_where(line, asked),
            units=_units(line, reader),
            basis=written_decimal(basis, reader) if (basis := told_basis(line)) else "",
            rate=line.rate,
            share=line.share,
            amount=written_amount(line.amount, asked.currency, reader),
        )
        for line in lines
    ]


def _where(line: StatedRow, asked: _Asked) -> str:
    """Station and daypart; of a correction also what changed, of what was released when it was earned."""
    place: str = f"{line.station}, {line.daypart}" if line.daypart else line.station
    if line.amount_before is not None:
        before, after = _changed(line, asked)
        told = _(
            "%(month)s: %(before)s is now %(after)s",
            month=month(line.service_month),
            before=before,
            after=after,
        )
        return f"{place}, {told}"
    if line.kind is StatementLineKind.RELEASED:
        return f"{place}, {_('earned in %(month)s', month=month(line.service_month))}"
    return place


def _changed(line: StatedRow, asked: _Asked) -> tuple[str, str]:
    """The units before and after; the amounts where the units stay."""
    if keeps_units(line):
        amounts = (line.amount_before or 0, line.amount_after or 0)
        was, becomes = (written_amount(amount, asked.currency, asked.locale) for amount in amounts)
        return was, becomes
    units = (line.units_before, line.units_after)
    was, becomes = (written_number(count, None, asked.locale) for count in units)
    return was, becomes


def _units(line: StatedRow, reader: str) -> str:
    if line.units_after is None or keeps_units(line):
        return ""
    before = line.units_before or 0 if line.amount_before is not None else 0
    return written_number(line.units_after - before, None, reader)
