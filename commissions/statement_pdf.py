"""A statement as PDF, set by Typst from statement.typ; the same figures give the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import fontpkg_geist
import typst

from commissions.documents import StatementDocument
from commissions.ledger_models import StatementLineKind
from commissions.stated_rows import StatedLine
from portal.kernel.money import Money

TEMPLATE = Path(__file__).parent / "statement.typ"
COLUMNS = ("Line", "Advertiser", "Station or show", "Units", "Basis", "Rate", "Amount")
# kinds of lines in the order of the page; `released` stands outside the sums
SECTIONS = (
    (StatementLineKind.PRIOR_PERIOD, "Earlier months, learned after their close"),
    (StatementLineKind.CLAWBACK, "Credit notes for earlier months"),
    (StatementLineKind.ADJUSTMENT, "Adjustments"),
    (StatementLineKind.HOLDBACK, "Held back"),
    (StatementLineKind.HOLDBACK_RELEASE, "Holdback released"),
    (StatementLineKind.RELEASED, "Earned earlier, payable now (not in the sum)"),
)
SUMS = (
    ("opening", "Opening balance", 1),
    ("payouts", "Paid", -1),
    ("prior_period", "Earlier months", 1),
    ("clawback", "Credit notes", 1),
    ("adjustments", "Adjustments", 1),
    ("holdback_withheld", "Held back", -1),
    ("holdback_released", "Released", 1),
)


def statement_pdf(document: StatementDocument) -> bytes:
    """The PDF. Data goes in by sys_inputs, never into the source (a partner's name is only text)."""
    made = typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(_data(document), ensure_ascii=False)},
        timestamp=0,
    )
    assert isinstance(made, bytes)
    return made


@cache
def _fonts() -> typst.Fonts:
    """Geist, and for other scripts what Typst brings; no font of the machine, so that bytes are the same."""
    folder = Path(fontpkg_geist.__path__[0]) / "files"
    return typst.Fonts(include_system_fonts=False, font_paths=[folder])


def _data(document: StatementDocument) -> dict[str, Any]:
    head, month = document.letterhead, _month(document.days.last_day)
    return {
        "title": f"{document.number}, {head.partner}",
        "heading": "Draft of a commission statement" if document.is_draft else "Commission statement",
        "number": document.number,
        "currency": document.currency,
        "brand": {"name": head.brand, "lines": [*head.brand_address.splitlines(), head.brand_email]},
        "meta": _meta(document),
        "payable": {
            "label": "Payable if it were closed now" if document.is_draft else "Payable",
            "amount": _amount(document.money("payable")),
            "note": _payable_note(document),
        },
        "sums": _sums(document, month),
        "closing": {"label": "Closing balance", "amount": _amount(document.money("closing"))},
        "columns": COLUMNS,
        "sections": _sections(document, month),
        "notes": _notes(),
        "control": _control(document),
        "hash": "SHA-256 " + " ".join(_fours(document.content_hash)),
    }


def _meta(document: StatementDocument) -> list[dict[str, str]]:
    head, days = document.letterhead, document.days
    issued = "not issued" if document.issued_on is None else _day(document.issued_on)
    standing = head.standing[:1].upper() + head.standing[1:]
    who = ", ".join(filter(None, (standing, document.partner_ref)))
    return [
        {"label": "Partner", "value": head.partner, "more": who},
        {"label": "Period", "value": _span(days.first_day, days.last_day), "more": ""},
        {"label": "Issued", "value": issued, "more": ""},
        {"label": "Currency", "value": document.currency, "more": ""},
    ]


def _payable_note(document: StatementDocument) -> str:
    waiting = document.figures["closing"] - document.figures["payable"]
    if waiting <= 0:
        return "Everything on this statement can be paid."
    amount = _amount(Money(waiting, document.currency))
    why = "its counts can still change, or an invoice or a payment is awaited"
    return f"{amount} of the closing balance is not payable yet: {why}."


def _sums(document: StatementDocument, month: str) -> list[dict[str, str]]:
    rows = []
    for name, label, sign in SUMS:
        minor = document.figures[name] * sign
        if minor or name == "opening":
            rows.append({"label": label, "amount": _amount(Money(minor, document.currency))})
        if name == "payouts":
            rows.append({"label": f"Earned in {month}", "amount": _amount(document.money("earned"))})
    return rows


def _sections(document: StatementDocument, month: str) -> list[dict[str, Any]]:
    titles = [(StatementLineKind.EARNED, f"Earned in {month}"), *SECTIONS]
    found = []
    for kind, title in titles:
        lines = [line for line in document.lines if line.kind is kind]
        if lines:
            total = Money(sum(line.amount for line in lines), document.currency)
            rows = [_row(line, document.currency) for line in lines]
            found.append({"title": title, "sum": _amount(total), "lines": rows})
    return found


def _row(line: StatedLine, currency: str) -> dict[str, str]:
    return {
        "line": line.line_ref,
        "advertiser": line.advertiser,
        "more": ", ".join(_more(line)),
        "place": _place(line),
        "units": _units(line),
        "basis": _grouped(line.basis),
        "rate": line.rate,
        "amount": _amount(Money(line.amount, currency)),
    }


def _more(line: StatedLine) -> Iterator[str]:
    if line.share:
        yield f"your share {line.share}"
    if line.corrects:
        yield f"corrects {line.corrects}"


def _place(line: StatedLine) -> str:
    where = ", ".join(filter(None, (line.station, line.daypart)))
    if line.kind is StatementLineKind.EARNED:
        return where
    month = _month(date.fromisoformat(f"{line.service_month}-01"))
    if line.units_before is None or line.units_after is None:
        return f"{where}, {month}"
    return f"{where}, {month}: {line.units_before:,} is now {line.units_after:,}"


def _units(line: StatedLine) -> str:
    if line.units_after is None:
        return ""
    return _sign(f"{line.units_after - (line.units_before or 0):,}")


def _notes() -> list[dict[str, str]]:
    return [
        {
            "title": "How a line is made.",
            "text": "Units aired and within the order, times the gross price, less the buyer’s agency "
            "commission, is the net basis. Basis times the rate of your plan, times your share, is the "
            "amount. All months of a line are rounded together, half up, so that nothing is lost.",
        },
        {
            "title": "Proof.",
            "text": "In the portal each line opens to its order, station and day, invoice and rule. What is "
            "learned after the issue stands on a later statement; this one does not change.",
        },
    ]


def _control(document: StatementDocument) -> str:
    kind = "Draft" if document.is_draft else "Control"
    closing = _amount(document.money("closing"))
    return f"{kind}: {len(document.lines)} lines, closing {closing} {document.currency}."


def _fours(text: str) -> Sequence[str]:
    return [text[start : start + 4] for start in range(0, len(text), 4)]


def _amount(money: Money) -> str:
    return _grouped(money.text())


def _grouped(number: str) -> str:
    """Groups of thousands and a real minus: −1,234.50."""
    whole, point, decimals = number.partition(".")
    digits = whole.lstrip("-")
    text = f"{int(digits):,}{point}{decimals}" if digits else ""
    return f"−{text}" if whole.startswith("-") else text


def _sign(number: str) -> str:
    return number.replace("-", "−")


_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def _month(day: date) -> str:
    return f"{_MONTHS[day.month - 1]} {day.year}"


def _day(day: date) -> str:
    return f"{day.day} {_month(day)}"


def _span(first: date, last: date) -> str:
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {_day(last)}"
    return f"{_day(first)} to {_day(last)}"
