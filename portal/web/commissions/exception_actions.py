"""The one named action of each exception: where it leads, and what to do there."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from flask import url_for
from flask_babel import gettext as _

from commissions.ledger.checklist import Item
from commissions.ledger.quarantine import DAY_TO_COME
from commissions.overviews.exception_queue import QueuedException

_BY_REASON = {
    "unknown_line": ("orders", "order"),
    "unknown_partner": ("partners", "partner"),
    "unknown_plan": ("plan", "plan"),
    "unknown_invoice": ("invoices", "invoice"),
    "outside_flight": ("orders", "flight"),
    "after_cancellation": ("orders", "flight"),
    "other_station": ("orders", "station"),
}


@dataclass(frozen=True, slots=True)
class Action:
    """A button that says what it does."""

    label: str
    address: str


def action_of(one: QueuedException) -> Action | None:
    """None where the row itself holds the form (a debt that is written off) or only a person decides."""
    if one.item is Item.QUARANTINE:
        return _of_row(one)
    if one.item in {Item.NO_PLAN, Item.NO_RATE, Item.OTHER_CURRENCY, Item.MIXED_PRICING}:
        return Action(_("Change the plan"), url_for("commissions.plans"))
    if one.item is Item.DISCREPANCY:
        return Action(_("Ask for the affidavit"), affidavit(one.line_ref or "", one.sentence))
    if one.item in {Item.BILLED, Item.SECOND_SOURCE}:
        label = _("Compare with invoices") if one.item is Item.BILLED else _("Compare the sources")
        return Action(label, url_for("commissions.reconciled_line", line_ref=one.line_ref))
    labels = {
        Item.OVER: (_("Raise the cap"), "cap"),
        Item.UNDER: (_("Book a make-good"), "makegood"),
        Item.OUTSIDE: (_("Change the flight"), "flight"),
        Item.MAKEGOOD: (_("Correct the order"), "makegood"),
        Item.TOO_LARGE: (_("Correct the order"), "price"),
    }
    label, todo = labels.get(one.item, ("", ""))
    return Action(label, _import("orders", todo, one.line_ref)) if label else None


def affidavit(line_ref: str, sentence: str) -> str:
    """A mail that is written already; its reader adds to whom it goes, and what else they know."""
    subject = _("Affidavit for %(line)s", line=line_ref)
    text = _("Please send the affidavit or the as-run log for %(line)s. %(why)s", line=line_ref, why=sentence)
    return f"mailto:?subject={quote(subject)}&body={quote(text)}"


def todo_sentence(todo: str, line_ref: str) -> str:
    """What to import so that an exception is settled, for the page of imports."""
    line = line_ref or _("the line")
    sentences = {
        "cap": _("To raise the cap, import the order of %(line)s again with a higher tolerance.", line=line),
        "makegood": _("Import a line with %(line)s in makegood_for; its units are added to it.", line=line),
        "flight": _("Import the order of %(line)s again with the days on which it aired.", line=line),
        "price": _("Import the order of %(line)s again with the right rate and units.", line=line),
        "station": _(
            "Report the row under the station or the line on which it aired, and dismiss it. If nothing of "
            "%(line)s was delivered yet, its order can be imported again with the right station.",
            line=line,
        ),
        "day": _(
            "Wait: once the day has come, the row is judged again with the next file. If the day is wrong, "
            "import the row with the right one and dismiss this."
        ),
        "order": _("Import the order that holds %(line)s; the row is judged again by itself.", line=line),
        "partner": _("Import the partner; the row is judged again by itself."),
        "plan": _("Import the plan; the row is judged again by itself."),
        "invoice": _("Import the invoice; the row is judged again by itself."),
    }
    return str(sentences.get(todo, ""))


def _of_row(one: QueuedException) -> Action | None:
    assert one.row is not None
    if one.row.reason == DAY_TO_COME:
        return Action(_("Correct the day"), _import(one.row.kind, "day", one.line_ref))
    if one.row.reason not in _BY_REASON:
        return None
    kind, todo = _BY_REASON[one.row.reason]
    labels = {
        "order": _("Import the order"),
        "flight": _("Change the flight"),
        "station": _("Correct the station"),
        "partner": _("Import the partner"),
        "plan": _("Import the plan"),
        "invoice": _("Import the invoice"),
    }
    return Action(labels[todo], _import("plans" if kind == "plan" else kind, todo, one.line_ref))


def _import(kind: str, todo: str, line_ref: str | None) -> str:
    return url_for("commissions.imports", kind=kind, todo=todo, line=line_ref)
