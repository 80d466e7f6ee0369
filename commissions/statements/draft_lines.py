"""The lines of a period's statements: what was earned, what corrects a closed month, what was released."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import orjson
from sqlalchemy import Row, Text, and_, case, cast, select
from sqlalchemy.orm import Session, aliased

from commissions.adjustments.gates import Move
from commissions.explanations.explanation import Figures, figures
from commissions.explanations.telling import (
    Worth,
    correction_sentence,
    earned_sentence,
    released_sentence,
    share_text,
)
from commissions.facts.amounts import NOTHING
from commissions.facts.fact_queries import Line
from commissions.ledger.ledger_models import Posting, PostingKind, Statement, StatementLineKind
from portal.kernel.money import Money, rounded_minor

PartnerCurrency = tuple[str, str]
# a posting's explanation (commissions.explanations.explanation)
Told = dict[str, Any]


@dataclass(frozen=True, slots=True)
class DraftLine:
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

    @property
    def order(self) -> tuple[bytes, ...]:
        texts = (self.kind.value, self.order_ref, self.line_ref, self.service_month, self.component)
        return tuple(text.encode() for text in texts)


# line, component, payee, service period
_Key = tuple[int, str, str, str]


@dataclass
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
    Posting.kind,
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
_Stated = Row[int, int, str, str, str, PostingKind, str, int, int, int, int, str, str | None, str | None]


def posted_in(session: Session, ref: str) -> Posted:
    """One query, however many lines are corrected."""
    groups: dict[tuple[_Key, PostingKind], _Group] = {}
    starts: dict[_Key, _Start] = {}
    stated = (
        Statement.partner_ref == Posting.payee_ref,
        Statement.currency == Posting.currency,
        Statement.period == Posting.service_period,
        Posting.service_period < ref,
    )
    query = (
        select(*_STATED)
        .outerjoin(Statement, and_(*stated))
        .where(Posting.posting_period == ref)
        .order_by(Posting.id)
    )
    for posting in session.execute(query.execution_options(yield_per=2000)):
        key = (posting.line_id, posting.component, posting.payee_ref, posting.service_period)
        there = groups.setdefault((key, posting.kind), _Group(0, posting))
        there.amount += posting.amount_minor
        there.last = posting
        if posting.service_period < ref and key not in starts:
            basis = _basis_of(posting.explained_before) if posting.explained_before else NOTHING
            starts[key] = _Start(posting.amount_before, posting.units_before, basis)
    return Posted(groups, starts)


def draft_lines(
    posted: Posted, moves: Sequence[Move], lines: Mapping[int, Line]
) -> dict[PartnerCurrency, list[DraftLine]]:
    """By partner and currency, sorted as files have them. `lines` are those posted and moved, by id."""
    found: dict[PartnerCurrency, list[DraftLine]] = {}
    worth = Worth()
    for (key, kind), group in posted.groups.items():
        if group.amount:
            line = _line(_Case(lines[key[0]], key, group, worth), kind, posted)
            found.setdefault((key[2], group.last.currency), []).append(line)
    for move in moves:
        if move.released:
            line = _released(lines[move.line_id], move)
            found.setdefault((move.payee_ref, move.currency), []).append(line)
    for listed in found.values():
        listed.sort(key=lambda line: line.order)
    return found


@dataclass(frozen=True, slots=True)
class _Case:
    line: Line
    key: _Key
    group: _Group
    worth: Worth


def _line(case: _Case, kind: PostingKind, posted: Posted) -> DraftLine:
    posting = case.group.last
    explained = orjson.loads(posting.explanation)
    told = case.worth.figures(explained) if explained["chains"] else None
    if kind is PostingKind.EARNED:
        return _made(
            case,
            _Shown(
                kind=StatementLineKind.EARNED,
                told=told,
                basis=told.basis if told else NOTHING,
                units=(None, posting.units_after),
                amounts=(None, case.group.amount),
                text=earned_sentence(explained, case.group.amount, told, case.worth),
            ),
        )
    start = posted.starts.get(case.key, _Start())
    prior = posted.groups.get((case.key, PostingKind.PRIOR_PERIOD))
    if kind is PostingKind.CLAWBACK and prior is not None:
        start = _Start(start.amount + prior.amount, prior.last.units_after, _basis_of(prior.last.explanation))
    units = (start.units, posting.units_after)
    amounts = (start.amount, start.amount + case.group.amount)
    return _made(
        case,
        _Shown(
            kind=StatementLineKind(kind.value),
            told=told,
            basis=(told.basis if told else NOTHING) - start.basis,
            units=units,
            amounts=amounts,
            text=correction_sentence(explained, units=units, amounts=amounts),
            corrects=posting.stated_on or "",
        ),
    )


@dataclass(frozen=True, slots=True)
class _Shown:
    kind: StatementLineKind
    told: Figures | None
    basis: Fraction
    units: tuple[int | None, int]
    amounts: tuple[int | None, int]
    text: str
    corrects: str = ""


def _made(case: _Case, shown: _Shown) -> DraftLine:
    line, posting, told = case.line, case.group.last, shown.told
    minor = rounded_minor(shown.basis, posting.currency)
    return DraftLine(
        kind=shown.kind,
        order_ref=line.order_ref,
        line_ref=line.line_ref,
        line_id=line.line_id,
        advertiser=line.advertiser,
        station=line.station,
        daypart=line.daypart,
        service_month=case.key[3],
        component=case.key[1],
        units_before=shown.units[0],
        units_after=shown.units[1],
        booked_units=line.booked_units,
        basis=Money(minor, posting.currency).text(),
        rate=told.rate if told else "",
        share=share_text(told.share) if told and told.share != 1 else "",
        amount_before=shown.amounts[0],
        amount_after=shown.amounts[1],
        amount=case.group.amount,
        corrects=shown.corrects,
        explanation=shown.text,
        posting_id=posting.id,
    )


def _basis_of(explained: str) -> Fraction:
    """The basis that the posting's component was worked out on, in the major unit."""
    told: Told = orjson.loads(explained)
    return figures(told).basis if told["chains"] else NOTHING


def _released(line: Line, move: Move) -> DraftLine:
    return DraftLine(
        kind=StatementLineKind.RELEASED,
        order_ref=line.order_ref,
        line_ref=line.line_ref,
        line_id=line.line_id,
        advertiser=line.advertiser,
        station=line.station,
        daypart=line.daypart,
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
