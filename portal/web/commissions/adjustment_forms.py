"""An adjustment or a hold as it was typed, and the field that a refusal is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar

from flask import request
from flask_babel import gettext as _

from commissions.adjustments.adjusting import Adjusting
from commissions.adjustments.adjustment_errors import (
    AdjustmentNeedsReason,
    AmountIsNothing,
    AmountNotPositive,
    DayNotBelieved,
    MoreThanOwed,
    MoreThanPayable,
    NoSuchPartner,
)
from commissions.adjustments.adjustment_models import AdjustmentKind
from commissions.adjustments.holds import Holding
from commissions.proposals.adjustment_proposals import NO_REF
from portal.kernel.csv_cells import read_currency
from portal.kernel.csv_files import Unreadable
from portal.kernel.errors import Refusal
from portal.web.typed_amounts import typed_minor

T = TypeVar("T")

HOLD = "hold"
WHAT = (AdjustmentKind.ADJUSTMENT.value, HOLD, AdjustmentKind.WRITE_OFF.value, AdjustmentKind.REPAYMENT.value)
# the field that each is about
_FIELDS: Mapping[type, str] = {
    NoSuchPartner: "partner_ref",
    AmountIsNothing: "amount",
    AmountNotPositive: "amount",
    MoreThanPayable: "amount",
    MoreThanOwed: "amount",
    DayNotBelieved: "on",
    AdjustmentNeedsReason: "reason",
}


class _AtField(Refusal):
    """What was typed into a field cannot be read."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def field_of(refusal: Refusal | None) -> str:
    """The field that it is about; none where it is about all of it."""
    return refusal.field if isinstance(refusal, _AtField) else _FIELDS.get(type(refusal), "")


def typed_adjusting() -> Adjusting:
    form, currency = request.form, _currency()
    what = form.get("what", "")
    return Adjusting(
        ref=NO_REF,
        partner_ref=form.get("partner_ref", "").strip(),
        currency=currency,
        amount=_amount(currency),
        effective_on=_day(),
        reason=form.get("reason", "").strip()[:1000],
        kind=AdjustmentKind(what) if what in WHAT and what != HOLD else AdjustmentKind.ADJUSTMENT,
    )


def typed_holding() -> Holding:
    form, currency = request.form, _currency()
    reason = form.get("reason", "").strip()[:1000]
    return Holding(form.get("partner_ref", "").strip(), currency, _amount(currency), reason, _day())


def _currency() -> str:
    return _read(read_currency, "currency", request.form.get("currency", "").strip().upper())


def _amount(currency: str) -> int:
    return _read(lambda typed: typed_minor(typed, currency), "amount", request.form.get("amount", ""))


def _read(read: Callable[[str], T], field: str, text: str) -> T:
    try:
        return read(text)
    except Unreadable as problem:
        raise _AtField(field, str(problem)) from None


def _day() -> date:
    try:
        return date.fromisoformat(request.form.get("on", ""))
    except ValueError:
        raise _AtField("on", _("Choose the day on which it counts.")) from None
