"""What a change of many assets says of itself: its title, its rows before and after, and what was done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from content.assets.asset_facts import terms_by_key
from content.assets.audiences import parsed
from content.assets.bulk_models import BulkKind
from content.editing.branding_zones import Zone
from content.editing.bulk import Changed, Outcome, Refused
from partners.models import User
from portal.web.content.forms import rules_in_words
from portal.web.content.library_page import language_name
from portal.web.content.zone_words import zone_in_words
from portal.web.content_words import kind_names, state_names, vocabulary_names
from portal.web.formats import day, instant

NAMED = 3


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """An asset and what changes of it: (what, before, after)."""

    ref: str
    title: str
    parts: list[tuple[str, str, str]]


def titles() -> dict[BulkKind, str]:
    return {
        BulkKind.PUBLISH: _("Publish"),
        BulkKind.RETIRE: _("Retire"),
        BulkKind.CONFIRM: _("Still right"),
        BulkKind.EDIT: _("Edit"),
        BulkKind.WORDS: _("Words"),
        BulkKind.IMPORT: _("Import"),
    }


def rows_in_words(session: Session, changed: Sequence[Changed]) -> list[ChangedRow]:
    """In two queries, whatever their number; without one where no owner and no word changes."""
    told = {name for one in changed for name in one.difference.said}
    people = {user.id: user.name for user in session.scalars(select(User))} if "owner_id" in told else {}
    terms = {key: term.name for key, term in terms_by_key(session).items()} if "terms" in told else {}
    names = _names()
    return [
        ChangedRow(
            one.ref,
            one.title,
            [
                (names.get(name, name), *_both(name, one, people, terms))
                for name in one.difference.said
                if name in names
            ],
        )
        for one in changed
    ]


def done_sentence(kind: BulkKind, outcome: Outcome) -> str:
    count, stay = len(outcome.changed), len(outcome.refused)
    sentences = {
        BulkKind.PUBLISH: ngettext("%(num)d asset is published.", "%(num)d assets are published.", count),
        BulkKind.RETIRE: ngettext("%(num)d asset is retired.", "%(num)d assets are retired.", count),
        BulkKind.CONFIRM: ngettext(
            "%(num)d asset is verified today.", "%(num)d assets are verified today.", count
        ),
        BulkKind.EDIT: ngettext("%(num)d asset is changed.", "%(num)d assets are changed.", count),
    }
    left = ngettext("%(num)d stays as it was.", "%(num)d stay as they were.", stay) if stay else ""
    return f"{sentences[kind]} {left}".strip()


def kept_sentence(kept: Sequence[Refused]) -> str:
    """Changed since, so left alone: “A”, “B”, “C” and 4 more."""
    named = ", ".join(f"“{one.title}”" for one in kept[:NAMED])
    more = len(kept) - NAMED
    if more > 0:
        named = str(_("%(named)s and %(more)d more", named=named, more=more))
    return str(_("Changed since, so left as they are now: %(named)s.", named=named))


def named_refusals(refused: Sequence[Refused]) -> list[str]:
    """A sentence for each of the first, and how many more there are."""
    named = [f"“{one.title}”: {one.reason}" for one in refused[:NAMED]]
    more = len(refused) - NAMED
    return [*named, ngettext("One more stays.", "%(num)s more stay.", more)] if more > 0 else named


def _names() -> dict[str, str]:
    return {
        "state": _("State"),
        "owner_id": _("Owner"),
        "review_on": _("Review on"),
        "verified_on": _("Verified on"),
        "expires_at": _("Can be opened until"),
        "hidden_at": _("Hidden from partners"),
        "language": _("Language"),
        "audience": _("Who may see it"),
        "terms": _("Words"),
        "title": _("Title"),
        "kind": _("Kind"),
        "summary": _("Summary"),
        "when_to_use": _("When to use it"),
        "talk_track": _("What to say with it"),
        "do_not_say": _("What not to say"),
        "captions": _("Captions"),
        "zone": _("Place of partners’ names"),
        "translations": _("In other languages"),
    }


def _both(name: str, one: Changed, people: dict[int, str], terms: dict[str, str]) -> tuple[str, str]:
    before, after = one.difference.before[name], one.difference.after[name]
    if name in _OF_CHANGES:
        told = (_OF_CHANGES[name](value) if value else str(_("none")) for value in (before, after))
        return next(told), next(told)
    if name == "terms":
        # only what comes and what goes, not all the words that stay
        gone, come = set(before) - set(after), set(after) - set(before)
        return _listed(gone, terms), _listed(come, terms)
    return _said(name, before, people), _said(name, after, people)


def _listed(keys: set[str], terms: dict[str, str]) -> str:
    vocabularies = vocabulary_names()
    found = (f"{vocabularies[key.partition(':')[0]]}: {terms.get(key, key)}" for key in sorted(keys))
    return ", ".join(found) or str(_("none"))


def _said(name: str, value: Any, people: dict[int, str]) -> str:
    if value is None or value == "":
        return str(_("nobody") if name in {"owner_id", "audience"} else _("not set"))
    if name == "owner_id":
        return people.get(int(value), str(value))
    if name in {"review_on", "verified_on"}:
        return day(date.fromisoformat(str(value)))
    if name in {"expires_at", "hidden_at"}:
        return instant(datetime.fromisoformat(str(value)))
    if name == "audience":
        return rules_in_words(parsed(str(value)))
    return {**state_names(), **kind_names()}.get(str(value), str(value))


def _captions_said(facts: dict[str, Any]) -> str:
    lines = ngettext("%(num)d line", "%(num)d lines", facts["lines"])
    told = [language_name(facts["language"]), lines]
    other = facts.get("other_lines")
    if other:
        told.append(ngettext("%(num)d of them other than now", "%(num)d of them other than now", other))
    return ", ".join(told)


def _zone_said(facts: dict[str, Any]) -> str:
    return zone_in_words(Zone.of_facts(facts))


def _translations_said(titles: dict[str, str]) -> str:
    return ", ".join(f"“{title}”" for title in titles.values())


# what only a change that waits for a second person has
_OF_CHANGES = {"captions": _captions_said, "zone": _zone_said, "translations": _translations_said}
