"""The lines of a period's statements: what was earned, what corrects a closed month, what was released."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Row, String, Text, and_, case, cast, select, type_coerce
from sqlalchemy.orm import Session, aliased

from commissions.adjustments.gates import Move
from commissions.adjustments.waiting import Waiting
from commissions.explanations.explanation import Figures, figures
from commissions.explanations.telling import (
    Worth,
    clawback_sentence,
    continued_sentence,
    correction_sentence,
    earned_sentence,
    released_sentence,
)
from commissions.facts.amounts import NOTHING
from commissions.facts.lines import Line, LineHead
from commissions.ledger.ledger_models import Posting, PostingKind, Statement, StatementLineKind
from portal.kernel.money import minor_text, rounded_minor

PartnerCurrency = tuple[str, str]
# a posting's explanation (commissions.explanations.explanation)
Told = dict[str, Any]


# a tuple: a close makes one for each of its lines, and writes it as it is
class DraftLine(NamedTuple):
    """A statement line; amounts in minor units, `basis` and `rate` text, empty where none applies."""

    kind: StatementLineKind
    order_ref: str
    line_ref: str
    line_id: int
    advertiser: str
    station: str
    daypart: str | None
    service_month: str
    component: str
    units_before: int | None
    units_after: int | None
    booked_units: int | None
    basis: str
    rate: str
    share: str
    amount_before: int | None
    amount_after: int | None
    amount: int
    corrects: str
    explanation: str
    posting_id: int | None


_EARNED = StatementLineKind.EARNED

# the order of lines as files have them: text sorts as its bytes in UTF-8 do
in_order = attrgetter("kind", "order_ref", "line_ref", "service_month", "component")


# line, component, payee, service period
_Key = tuple[int, str, str, str]


@dataclass(slots=True)
class _Group:
    """All postings of one key and kind in the period; the last one explains what stands."""

    amount: int
    last: _Stated


@dataclass(frozen=True, slots=True)
class _Start:
    """What stood of a key when the period began; amounts in minor units, the basis in the major unit."""

    amount: int = 0
    units: int = 0
    basis: Fraction = NOTHING


@dataclass(frozen=True, slots=True)
class Posted:
    """What a period posted, and for what it corrects of closed periods, what stood before."""

    groups: Mapping[tuple[_Key, PostingKind], _Group]
    starts: Mapping[_Key, _Start]

    @property
    def line_ids(self) -> set[int]:
        return {key[0] for key, _ in self.groups}

    def waiting(self, ref: str) -> list[Waiting]:
        """What of the period's own service days may become payable at its close."""
        sums: dict[_Key, int] = {}
        currencies: dict[_Key, str] = {}
        for (key, _), group in self.groups.items():
            if key[3] == ref:
                sums[key] = sums.get(key, 0) + group.amount
                currencies[key] = group.last.currency
        # nothing posted earlier, and nothing moved
        return [Waiting(*key, currencies[key], 0, posted, 0, "") for key, posted in sums.items() if posted]


_Earlier = aliased(Posting)
_KEY = (Posting.line_id, Posting.component, Posting.payee_ref, Posting.service_period)
_explained_before = (
    select(cast(_Earlier.explanation, Text))
    .where(
        _Earlier.line_id == Posting.line_id,
        _Earlier.component == Posting.component,
        _Earlier.payee_ref == Posting.payee_ref,
        _Earlier.service_period == Posting.service_period,
        _Earlier.id < Posting.id,
    )
    .order_by(_Earlier.id.desc())
    .limit(1)
    .correlate(Posting)
    .scalar_subquery()
)
# what a statement takes of a posting: columns, because an entity for each costs more than the query
_STATED = (
    Posting.id,
    *_KEY,
    # as text: to make a member of each costs more than to read it
    type_coerce(Posting.kind, String).label("kind"),
    Posting.currency,
    Posting.amount_minor,
    Posting.amount_before,
    Posting.units_before,
    Posting.units_after,
    # as text, which orjson reads many times quicker than the driver
    cast(Posting.explanation, Text).label("explanation"),
    # only corrections show it: of anything else it is not looked for
    case((Posting.service_period < Posting.posting_period, _explained_before)).label("explained_before"),
    Statement.number.label("stated_on"),
)
_Stated = Row[int, int, str, str, str, str, str, int, int, int, int, str, str | None, str | None]
_KINDS = {kind.value: kind for kind in PostingKind}


def posted_in(session: Session, ref: str, partner_ref: str | None = None) -> Posted:
    """To all partners, or to one: one query, however many lines are corrected."""
    groups: dict[tuple[_Key, PostingKind], _Group] = {}
    starts: dict[_Key, _Start] = {}
    stated = (
        Statement.partner_ref == Posting.payee_ref,
        Statement.currency == Posting.currency,
        Statement.period == Posting.service_period,
        Posting.service_period < ref,
    )
    query = select(*_STATED).outerjoin(Statement, and_(*stated)).where(Posting.posting_period == ref)
    if partner_ref is not None:
        query = query.where(Posting.payee_ref == partner_ref)
    session.flush()
    # sorted here: a database would move the explanations about to do it
    for posting in sorted(session.connection().execute(query).all(), key=itemgetter(0)):
        key: _Key = posting[1:5]
        kind = _KINDS[posting.kind]
        there = groups.get((key, kind))
        if there is None:
            groups[key, kind] = _Group(posting.amount_minor, posting)
        else:
            there.amount += posting.amount_minor
            there.last = posting
        if posting.service_period < ref and key not in starts:
            basis = _basis_of(posting.explained_before) if posting.explained_before else NOTHING
            starts[key] = _Start(posting.amount_before, posting.units_before, basis)
    return Posted(groups, starts)


def draft_lines(
    posted: Posted, moves: Sequence[Move], lines: Mapping[int, Line | LineHead]
) -> dict[PartnerCurrency, list[DraftLine]]:
    """By partner and currency, in no order. `lines` are those posted and moved, by id."""
    found: dict[PartnerCurrency, list[DraftLine]] = {}
    drafting = _Drafting(posted, lines)
    for (key, kind), group in posted.groups.items():
        if group.amount:
            found.setdefault((key[2], group.last.currency), []).append(drafting.line(key, kind, group))
    for move in moves:
        if move.released:
            line = _released(lines[move.line_id], move)
            found.setdefault((move.payee_ref, move.currency), []).append(line)
    return found


class _Telling:
    """Explanations read once for the payees of a pool, which come one after the other."""

    def __init__(self) -> None:
        self._around: tuple[str, str] | None = None
        self._read: tuple[Told, Worth]

    def read(self, explanation: str, payee: str) -> tuple[Told, Worth]:
        """An explanation that is encoded, of a payee, until the next one is read; and its pool's worth."""
        around = _around_payee(explanation, payee)
        if around != self._around:
            told = orjson.loads(explanation)
            self._around, self._read = around, (told, Worth(told))
        self._read[0]["payee"] = payee
        return self._read


def _around_payee(explanation: str, payee: str) -> tuple[str, str]:
    """All that is told but the payee; PostgreSQL puts a space before it."""
    quoted = _quoted(payee)
    before, found, after = explanation.rpartition(f'"payee":{quoted}')
    if not found:
        before, _, after = explanation.rpartition(f'"payee": {quoted}')
    return before, after


@lru_cache(maxsize=10_000)
def _quoted(payee: str) -> str:
    return orjson.dumps(payee).decode()


# as an accrual takes a closed month apart
_IN_TURN = (PostingKind.PRIOR_PERIOD, PostingKind.EARNED, PostingKind.CLAWBACK)
_TOLD = {PostingKind.PRIOR_PERIOD: correction_sentence, PostingKind.CLAWBACK: clawback_sentence}


class _Shown(NamedTuple):
    kind: StatementLineKind
    told: Figures | None
    basis: str
    units: tuple[int | None, int]
    amounts: tuple[int | None, int]
    text: str
    corrects: str = ""


class _Drafting:
    """Makes the lines of what a period posted."""

    def __init__(self, posted: Posted, lines: Mapping[int, Line | LineHead]) -> None:
        self._posted, self._lines = posted, lines
        self._telling = _Telling()

    def line(self, key: _Key, kind: PostingKind, group: _Group) -> DraftLine:
        posting = group.last
        explained, worth = self._telling.read(posting.explanation, posting.payee_ref)
        told = worth.figures(explained) if explained["chains"] else None
        if kind is not PostingKind.EARNED:
            return self._made(group, self._corrected(key, kind, group, (explained, told)))
        amount, start = group.amount, self._start(key, kind)
        basis = told.basis_text if told else _basis_text(NOTHING, posting.currency)
        if start is None:
            text = earned_sentence(explained, amount, told, worth)
        else:
            amounts = (start.amount, start.amount + amount)
            text = continued_sentence(explained, amounts, told, worth)
            basis = _basis_text((told.basis if told else NOTHING) - start.basis, posting.currency)
        return self._made(
            group, _Shown(_EARNED, told, basis, (None, posting.units_after), (None, amount), text)
        )

    def _start(self, key: _Key, kind: PostingKind) -> _Start | None:
        """What stood of a closed month before a kind changed it: each kind goes on from the one before."""
        start = self._posted.starts.get(key)
        for earlier in _IN_TURN[: _IN_TURN.index(kind)]:
            group = self._posted.groups.get((key, earlier))
            if start is not None and group is not None:
                basis = _basis_of(group.last.explanation)
                start = _Start(start.amount + group.amount, group.last.units_after, basis)
        return start

    def _corrected(
        self, key: _Key, kind: PostingKind, group: _Group, why: tuple[Told, Figures | None]
    ) -> _Shown:
        posting, (explained, told) = group.last, why
        start = self._start(key, kind) or _Start()
        units = (start.units, posting.units_after)
        amounts = (start.amount, start.amount + group.amount)
        return _Shown(
            kind=StatementLineKind(kind.value),
            told=told,
            basis=_basis_text((told.basis if told else NOTHING) - start.basis, posting.currency),
            units=units,
            amounts=amounts,
            text=_TOLD[kind](explained, units=units, amounts=amounts),
            corrects=posting.stated_on or "",
        )

    def _made(self, group: _Group, shown: _Shown) -> DraftLine:
        posting, told = group.last, shown.told
        line = self._lines[posting.line_id]
        # in the order of its fields: a close makes tens of thousands, and names take as long as the rest
        return DraftLine(
            shown.kind,
            *_of_line(line),
            posting.service_period,
            posting.component,
            *shown.units,
            line.booked_units,
            shown.basis,
            told.rate if told else "",
            told.share_text if told else "",
            *shown.amounts,
            group.amount,
            shown.corrects,
            shown.text,
            posting.id,
        )


def _basis_text(basis: Fraction, currency: str) -> str:
    return minor_text(rounded_minor(basis, currency), currency)


def _basis_of(explained: str) -> Fraction:
    """The basis that the posting's component was worked out on, in the major unit."""
    told: Told = orjson.loads(explained)
    return figures(told).basis if told["chains"] else NOTHING


def _of_line(line: Line | LineHead) -> tuple[str, str, int, str, str, str | None]:
    """What a statement line takes of its line item, in the order of its fields."""
    return line.order_ref, line.line_ref, line.line_id, line.advertiser, line.station, line.daypart


def _released(line: Line | LineHead, move: Move) -> DraftLine:
    return DraftLine(
        StatementLineKind.RELEASED,
        *_of_line(line),
        service_month=move.service_period,
        component=move.component,
        units_before=None,
        units_after=None,
        booked_units=line.booked_units,
        basis="",
        rate="",
        share="",
        amount_before=None,
        amount_after=None,
        amount=move.released,
        corrects="",
        explanation=released_sentence(move.stated_on),
        posting_id=None,
    )
