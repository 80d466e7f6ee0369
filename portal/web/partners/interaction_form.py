"""What a person typed about an interaction, and what the form shows again when it is refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from partners.account_models import Interaction, InteractionKind, JourneyStage, Touchpoint
from partners.interactions import LoggedInteraction
from portal.kernel.errors import Refusal
from portal.web.formats import reader_zone

Kind = TypeVar("Kind", bound=StrEnum)


class UnreadableField(Refusal):
    """A field does not hold what it should; `field` is its name."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True)
class TypedInteraction:
    """Texts as typed; `at` is local time of the reader's zone, "2026-06-15T10:00"."""

    kind: str = InteractionKind.CALL
    at: str = ""
    minutes: str = ""
    people: str = ""
    stage: str = ""
    touchpoint: str = ""
    note: str = ""
    shown: tuple[str, ...] = ()

    @classmethod
    def of_form(cls, form: MultiDict[str, str]) -> TypedInteraction:
        return cls(
            kind=form.get("kind", ""),
            at=form.get("at", ""),
            minutes=form.get("minutes", ""),
            people=form.get("people", ""),
            stage=form.get("stage", ""),
            touchpoint=form.get("touchpoint", ""),
            note=form.get("note", ""),
            shown=tuple(form.getlist("shown")),
        )

    @classmethod
    def of(cls, logged: Interaction) -> TypedInteraction:
        return cls(
            kind=logged.kind,
            at=local_text(logged.at),
            minutes="" if logged.minutes is None else str(logged.minutes),
            people=logged.people,
            stage=logged.stage or "",
            touchpoint=logged.touchpoint,
            note=logged.note,
            shown=tuple(one.asset_ref for one in logged.shown),
        )

    def read(self) -> LoggedInteraction:
        """Without the content shown. Raises UnreadableField."""
        kind = _member(InteractionKind, self.kind)
        if kind is None:
            raise UnreadableField("kind", _("Say what it was: a call, a meeting, a mail."))
        return LoggedInteraction(
            kind=kind,
            at=_instant(self.at),
            people=" ".join(self.people.split()),
            note=self.note,
            stage=_member(JourneyStage, self.stage),
            touchpoint=_member(Touchpoint, self.touchpoint),
            minutes=_minutes(self.minutes),
        )


def local_text(at: datetime) -> str:
    """As a field of the kind datetime-local wants it."""
    return at.astimezone(reader_zone()).strftime("%Y-%m-%dT%H:%M")


def _member(kind: type[Kind], text: str) -> Kind | None:
    try:
        return kind(text)
    except ValueError:
        return None


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise UnreadableField("at", _("Say when it was, with day and time.")) from None
    return found.replace(tzinfo=reader_zone()) if found.tzinfo is None else found


def _minutes(text: str) -> int | None:
    if not text.strip():
        return None
    typed = text.strip()
    if not typed.isdecimal() or len(typed) > 4 or not 1 <= int(typed) <= 1440:
        raise UnreadableField("minutes", _("Minutes are a whole number from 1 to 1440."))
    return int(text)
