"""The lines of a period's statements: what was earned, what corrects a closed month, what was released."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

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
from commissions.facts.fact_queries import Line, lines_as_known
from commissions.ledger.ledger_models import Period, Posting, PostingKind, Statement, StatementLineKind
from portal.kernel.money import Money, exponent, round_half_up

PartnerCurrency = tuple[str, str]


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


@dataclass
class _Group:
    """All postings of one key and kind in the period; the last one explains what stands."""

    amount: int
    last: _Stated


# what a statement takes of a posting: columns, because an entity for each costs more than the query
_STATED = (
    Posting.id,
    Posting.line_id,
    Posting.component,
    Posting.payee_ref,
    Posting.service_period,
    Posting.kind,
    Posting.currency,
    Posting.amount_minor,
    Posting.units_after,
    Posting.explanation,
)
_Stated = Row[int, int, str, str, str, PostingKind, str, int, int, dict[str, Any]]


@dataclass
class _Before:
    """What stood of a key when the period began."""

    amount: int = 0
    units: int = 0
    basis: Fraction = NOTHING


# line, component, payee, service period
_Key = tuple[int, str, str, str]


def draft_lines(
    session: Session,
    period: Period,
    moves: Sequence[Move],
    known: Mapping[int, Line],
    *,
    known_through: int | None = None,
) -> dict[PartnerCurrency, list[DraftLine]]:
    """By partner and currency, sorted as files have them. `known` are lines that are loaded already."""
    groups = _groups(session, period.ref)
    missing = ({key[0] for key, _ in groups} | {move.line_id for move in moves}) - known.keys()
    found_lines = lines_as_known(session, line_ids=missing, known_through=known_through) if missing else {}
    lines = {**known, **found_lines}
    corrected = {key for key, _ in groups if key[3] < period.ref}
    before = _before(session, period.ref, corrected)
    numbers = _issued(session, {key[3] for key in corrected} | {move.service_period for move in moves})
    found: dict[PartnerCurrency, list[DraftLine]] = {}
    worth = Worth()
    for (key, kind), group in groups.items():
        if group.amount:
            line = _line(_Case(lines[key[0]], key, group, numbers, worth), kind, before, groups)
            found.setdefault((key[2], group.last.currency), []).append(line)
    for move in moves:
        if move.released:
            line = _released(lines[move.line_id], move, numbers)
            found.setdefault((move.payee_ref, move.currency), []).append(line)
    for listed in found.values():
        listed.sort(key=lambda line: line.order)
    return found


_Groups = dict[tuple[_Key, PostingKind], _Group]


def _groups(session: Session, ref: str) -> _Groups:
    found: _Groups = {}
    query = select(*_STATED).where(Posting.posting_period == ref).order_by(Posting.id)
    for posting in session.execute(query.execution_options(yield_per=2000)):
        key = (_key(posting), posting.kind)
        there = found.setdefault(key, _Group(0, posting))
        there.amount += posting.amount_minor
        there.last = posting
    return found


def _key(posting: _Stated) -> _Key:
    return posting.line_id, posting.component, posting.payee_ref, posting.service_period


def _before(session: Session, ref: str, keys: Iterable[_Key]) -> dict[_Key, _Before]:
    """State at the start of the period of the keys that it corrects."""
    wanted = set(keys)
    found: dict[_Key, _Before] = {}
    if not wanted:
        return found
    query = (
        select(*_STATED)
        .where(Posting.line_id.in_({key[0] for key in wanted}), Posting.posting_period < ref)
        .order_by(Posting.id)
    )
    for posting in session.execute(query.execution_options(yield_per=2000)):
        if _key(posting) in wanted:
            there = found.setdefault(_key(posting), _Before())
            there.amount += posting.amount_minor
            there.units = posting.units_after
            there.basis = _basis(posting)
    return found


def _issued(session: Session, refs: Iterable[str]) -> set[str]:
    wanted = set(refs)
    return (
        set(session.scalars(select(Statement.number).where(Statement.period.in_(wanted))))
        if wanted
        else set()
    )


@dataclass(frozen=True, slots=True)
class _Case:
    line: Line
    key: _Key
    group: _Group
    numbers: set[str]
    worth: Worth

    def stated_on(self) -> str:
        """The statement of the service month, where there was one."""
        number = f"{self.key[3]}-{self.key[2]}-{self.group.last.currency}"
        return number if number in self.numbers else ""


def _line(case: _Case, kind: PostingKind, before: Mapping[_Key, _Before], groups: _Groups) -> DraftLine:
    posting = case.group.last
    explained, told = posting.explanation, _figures(posting)
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
    start = before.get(case.key, _Before())
    prior = groups.get((case.key, PostingKind.PRIOR_PERIOD))
    if kind is PostingKind.CLAWBACK and prior is not None:
        start = _Before(start.amount + prior.amount, prior.last.units_after, _basis(prior.last))
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
            corrects=case.stated_on(),
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
    minor = round_half_up(shown.basis * 10 ** exponent(posting.currency))
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


def _basis(posting: _Stated) -> Fraction:
    """The basis that the posting's component was worked out on, in the major unit."""
    told = _figures(posting)
    return told.basis if told else NOTHING


def _figures(posting: _Stated) -> Figures | None:
    return figures(posting.explanation) if posting.explanation["chains"] else None


def _released(line: Line, move: Move, numbers: set[str]) -> DraftLine:
    stated = f"{move.service_period}-{move.payee_ref}-{move.currency}"
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
        explanation=released_sentence(stated if stated in numbers else ""),
        posting_id=None,
    )
