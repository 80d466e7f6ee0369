"""What a simulation answers, as JSON: exact texts, and amounts with exactly the currency's decimals."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from commissions.explanations.explanation import explain
from commissions.explanations.telling import earned_sentence
from commissions.facts.amounts import ZERO
from commissions.facts.house_rules import HouseRules
from commissions.facts.json_files import json_object
from commissions.reckoning.pools import Target
from commissions.simulation.simulation import Simulated, simulate
from commissions.simulation.simulation_reading import read_case
from portal.kernel.errors import Refusal
from portal.kernel.json_fields import FieldRefused
from portal.kernel.money import Money, exponent, round_half_up

LARGEST_FILE = 64 * 1024 * 1024
# an integer of more digits is no number of ours, and slow to read
_MOST_DIGITS = 40


class NotACaseFile(Refusal):
    """The file is not JSON, or no object."""


def answers(data: bytes, house: HouseRules) -> dict[str, Any]:
    """The answer to a file of one case, or of several under `cases`, in their order. Raises NotACaseFile."""
    document = _document(data)
    if "cases" not in document:
        return answer(document, house)
    cases = document["cases"]
    if not isinstance(cases, list) or len(document) > 1:
        path = "cases" if not isinstance(cases, list) else next(name for name in document if name != "cases")
        return _refused(FieldRefused(path, "A file holds one case, or the list “cases” and nothing else."))
    return {"cases": [answer(case, house) for case in cases]}


def answer(case: object, house: HouseRules) -> dict[str, Any]:
    """The answer to one case: its figures, or `error` with the path of the field and a sentence."""
    try:
        given = read_case(case)
        lines = simulate(given, house)
    except FieldRefused as refusal:
        return _refused(refusal)
    except Refusal as refusal:
        return _refused(FieldRefused("", refusal.sentence))
    told = [_line(line, given.currency) for line in lines]
    totals = _payees(lines)
    return {
        "lines": told,
        "payees": {payee: _text(totals[payee], given.currency) for payee in sorted(totals, key=str.encode)},
        "commission": _text(sum(totals.values()), given.currency),
    }


def as_text(document: Mapping[str, Any]) -> bytes:
    """JSON as UTF-8; a lone surrogate, which is no text, stays an escape."""
    return json.dumps(document, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace")


def _document(data: bytes) -> dict[str, Any]:
    if len(data) > LARGEST_FILE:
        raise NotACaseFile("The file is larger than 64 MB.")
    document = json_object(data, NotACaseFile, parse_int=_whole)
    if document is None:
        raise NotACaseFile("A case is a JSON object.")
    return document


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) <= _MOST_DIGITS else float("inf")


def _refused(refusal: FieldRefused) -> dict[str, Any]:
    return {"error": {"path": refusal.path, "message": refusal.message}}


def _line(line: Simulated, currency: str) -> dict[str, Any]:
    found = line.reckoned
    value = found.worth[-1].after if found.worth else ZERO
    return {
        "line_ref": line.given.line.line_ref,
        "delivered_units": str(line.delivered),
        "billable_units": str(value.units),
        "unpaid_over_delivery": str(found.unpaid_over_delivery),
        "gross": _rounded(value.gross, currency),
        "net": _rounded(value.net, currency),
        "postings": [_posting(line, group, currency) for group in _by_posting(found.targets)],
        "commission": _text(sum(target.amount for target in found.targets), currency),
    }


def _by_posting(found: Iterable[Target]) -> list[list[Target]]:
    """Targets of a component and payee together, in the order of the plan's components."""
    groups: dict[str, dict[str, list[Target]]] = {}
    for target in found:
        groups.setdefault(target.component.name, {}).setdefault(target.payee, []).append(target)
    return [payees[payee] for payees in groups.values() for payee in sorted(payees, key=str.encode)]


def _posting(line: Simulated, found: Sequence[Target], currency: str) -> dict[str, Any]:
    scale = 10 ** exponent(currency)
    exact = sum((target.exact for target in found), Fraction(0)) / scale
    return {
        "component": found[0].component.name,
        "payee": found[0].payee,
        "exact": exact_text(exact),
        "amount": _text(sum(target.amount for target in found), currency),
        "explanation": [
            earned_sentence(explain(target, line.reckoned.facts), target.amount) for target in found
        ],
    }


def _payees(lines: Iterable[Simulated]) -> dict[str, int]:
    totals: dict[str, int] = {}
    for line in lines:
        if line.given.line.makegood_for is None:
            totals.update((payee, 0) for payee in line.given.line.stretches[0].split if payee not in totals)
        for target in line.reckoned.targets:
            totals[target.payee] = totals.get(target.payee, 0) + target.amount
    return totals


def exact_text(value: Fraction) -> str:
    """Decimal text of a number that has one ("204", "0.125"), otherwise "n/d"."""
    twos, fives, left = 0, 0, value.denominator
    while left % 2 == 0:
        left, twos = left // 2, twos + 1
    while left % 5 == 0:
        left, fives = left // 5, fives + 1
    if left != 1:
        return f"{value.numerator}/{value.denominator}"
    places = max(twos, fives)
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"


def _rounded(value: Fraction, currency: str) -> str:
    return _text(round_half_up(value * 10 ** exponent(currency)), currency)


def _text(minor: int, currency: str) -> str:
    return Money(minor, currency).text()
