"""A statement in words and grouped figures, section by section, as its PDF prints it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from commissions.explanations.exact_words import grouped, minor_words
from commissions.facts.day_words import long_day, long_month
from commissions.ledger.ledger_models import StatementLineKind
from commissions.statements.documents import StatementDocument
from commissions.statements.stated_rows import StatedLine, keeps_units, ref_in_full, told_basis

COLUMNS = ("Line", "Advertiser", "Station or show", "Units", "Basis", "Rate", "Amount")
# kinds of lines in the order of the page; `released` stands outside the sums
SECTIONS = (
    (StatementLineKind.PRIOR_PERIOD, "Earlier months, learned after their close"),
    (StatementLineKind.CLAWBACK, "Taken back by credit notes"),
    (StatementLineKind.ADJUSTMENT, "Adjustments"),
    (StatementLineKind.HOLDBACK, "Held back"),
    (StatementLineKind.HOLDBACK_RELEASE, "Holdback released"),
    (StatementLineKind.RELEASED, "Earned earlier, payable now (outside the sum)"),
)
SUMS = (
    ("opening", "Opening balance", 1),
    ("payouts", "Paid", -1),
    ("earned", "", 1),
    ("prior_period", "Earlier months", 1),
    ("clawback", "Taken back by credit notes", 1),
    ("adjustments", "Adjustments", 1),
    ("holdback_withheld", "Held back", -1),
    ("holdback_released", "Released", 1),
)
ALWAYS = frozenset({"opening", "earned"})


def statement_text(document: StatementDocument) -> dict[str, Any]:
    """Everything that the page says, ready to be set: texts, lists of texts, and rows of texts."""
    head, month = document.letterhead, long_month(document.days.last_day)
    return {
        "title": f"{document.number}, {head.partner}",
        "heading": "Draft of a commission statement" if document.is_draft else "Commission statement",
        "number": document.number,
        "currency": document.currency,
        "brand": {"name": head.brand, "lines": [*head.brand_address.splitlines(), head.brand_email]},
        "meta": _meta(document),
        "payable": {
            "label": "Payable if it were closed now" if document.is_draft else "Payable",
            "amount": grouped(document.money("payable").text()),
            "note": _payable_note(document),
        },
        "sums": _sums(document, month),
        "closing": {"label": "Closing balance", "amount": grouped(document.money("closing").text())},
        "unpaid": _unpaid(document),
        "columns": COLUMNS,
        "sections": _sections(document, month),
        "no-lines": f"No line earned or changed anything in {month}.",
        "notes": _notes(),
        "control": _control(document),
        "hash": "SHA-256 " + " ".join(_fours(document.content_hash)),
    }


def _meta(document: StatementDocument) -> list[dict[str, str]]:
    head, days = document.letterhead, document.days
    issued = "not issued" if document.issued_on is None else long_day(document.issued_on)
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
    said = (
        "Everything on this statement can be paid."
        if document.figures["payable"]
        else "Nothing is to be paid."
    )
    if waiting > 0:
        said = f"{_amount(waiting, document)} of the closing balance is not payable yet."
    if waiting < 0:
        said = f"{_amount(-waiting, document)} is owed back and set against what comes next."
    held = document.figures["holdback_balance"]
    if held:
        said += f" {_amount(held, document)} is held back beside it, and released when its time has passed."
    return said


def _sums(document: StatementDocument, month: str) -> list[dict[str, str]]:
    return [
        {
            "label": label or f"Earned in {month}",
            "amount": _amount(document.figures[name] * sign, document),
        }
        for name, label, sign in SUMS
        if document.figures[name] or name in ALWAYS
    ]


def _unpaid(document: StatementDocument) -> list[dict[str, str]]:
    return [{"label": part.sentence, "amount": _amount(part.minor, document)} for part in document.unpaid]


def _sections(document: StatementDocument, month: str) -> list[dict[str, Any]]:
    titles = [(StatementLineKind.EARNED, f"Earned in {month}"), *SECTIONS]
    page = _Page.of(document)
    found = []
    for kind, title in titles:
        lines = [line for line in document.lines if line.kind is kind]
        if lines:
            total = sum(line.amount for line in lines)
            rows = [page.row(line) for line in lines]
            found.append({"title": title, "sum": _amount(total, document), "lines": rows})
    return found


@dataclass(frozen=True, slots=True)
class _Page:
    """What a row has to know of the others: of which lines there is more than one component."""

    document: StatementDocument
    components: Mapping[tuple[str, str, str], int]

    @classmethod
    def of(cls, document: StatementDocument) -> _Page:
        return cls(document, Counter(_place_of(line) for line in document.lines))

    def row(self, line: StatedLine) -> dict[str, str]:
        told = bool(line.advertiser)
        return {
            "line": ref_in_full(line) if told else _period_words(line.service_month),
            "said": "" if told else line.explanation,
            "advertiser": line.advertiser,
            "more": ", ".join(self._more(line)),
            "place": _place(line, self.document.currency) if told else "",
            "units": _units(line),
            "basis": grouped(told_basis(line)),
            "rate": line.rate,
            "amount": _amount(line.amount, self.document),
        }

    def _more(self, line: StatedLine) -> Iterator[str]:
        if line.component and self.components[_place_of(line)] > 1:
            yield line.component
        if line.share:
            yield f"your share {line.share}"
        if line.corrects:
            # of the same partner and currency: the number's period says which
            own = f"-{self.document.partner_ref}-{self.document.currency}"
            yield f"corrects {line.corrects.removesuffix(own)}"


def _place_of(line: StatedLine) -> tuple[str, str, str]:
    return line.kind.value, line.line_ref, line.service_month


def _place(line: StatedLine, currency: str) -> str:
    where = ", ".join(filter(None, (line.station, line.daypart)))
    if line.kind is StatementLineKind.EARNED:
        return where
    told = f"{where}, {_period_words(line.service_month)}"
    before, after = line.units_before, line.units_after
    if before is None or after is None:
        return told
    if not keeps_units(line):
        return f"{told}: {before:,} is now {after:,}"
    was, becomes = (minor_words(amount or 0, currency) for amount in (line.amount_before, line.amount_after))
    return f"{told}: {was} is now {becomes}"


def _units(line: StatedLine) -> str:
    if line.units_after is None or keeps_units(line):
        return ""
    return grouped(str(line.units_after - (line.units_before or 0)))


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
    closing = grouped(document.money("closing").text())
    count = len(document.lines)
    lines = "1 line" if count == 1 else f"{count:,} lines"
    return f"{kind}: {lines}, closing {closing} {document.currency}."


def _fours(text: str) -> Sequence[str]:
    return [text[start : start + 4] for start in range(0, len(text), 4)]


def _amount(minor: int, document: StatementDocument) -> str:
    return minor_words(minor, document.currency)


def _period_words(ref: str) -> str:
    """March 2026 of "2026-03"; nothing for a row that belongs to no month."""
    return long_month(date.fromisoformat(f"{ref}-01")) if ref else ""


def _span(first: date, last: date) -> str:
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {long_day(last)}"
    return f"{long_day(first)} to {long_day(last)}"
