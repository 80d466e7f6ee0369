"""Mails about content: the reminder of a must-read, and the week's digest with its way out."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy.orm import Session

from config import Settings
from content.assets.mails import WantedMail
from content.editing.approving import SENT_BACK, sent_back_work
from content.readers.must_read_queries import ToRead, to_read
from content.readers.must_reads import REMINDER
from content.reminders import asking_owners, digest
from content.reminders.digest import Digest, digest_of
from content.usage.visits import wants_digest
from partners.models import User
from partners.people import identity_of
from portal.kernel.ports import Mail
from portal.locale_words import day_words

LISTED = 8


def content_letter(session: Session, wanted: WantedMail, settings: Settings, *, today: date) -> Mail | None:
    """What the wanted mail says now; None when there is nothing to say any more."""
    if wanted.reader.disabled_at is not None:
        return None
    if wanted.task == REMINDER:
        return _reminder(session, wanted, settings.base_url, today=today)
    if wanted.task == SENT_BACK:
        return _sent_back(session, wanted, settings.base_url)
    if wanted.task == asking_owners.TASK:
        return _asked(session, wanted, settings.base_url)
    if wanted.task != digest.TASK or not wants_digest(session, wanted.reader.id):
        return None
    found = digest_of(session, wanted.reader, today=today, at=wanted.wanted_at)
    return _digest_letter(wanted, found, settings) if found else None


def stop_token(secret_key: str, user_id: int) -> str:
    """It says who stops the digest, and can do nothing else; it stays valid."""
    return str(_serializer(secret_key).dumps(user_id))


def stopping_user(secret_key: str, token: str) -> int | None:
    """Whose digest the token stops; None for a token that is none of ours."""
    try:
        user_id = _serializer(secret_key).loads(token)
    except BadData:
        return None
    return user_id if isinstance(user_id, int) else None


def _serializer(secret_key: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key, salt="makegood.digest.stop")


def _reminder(session: Session, wanted: WantedMail, base_url: str, *, today: date) -> Mail | None:
    identity = identity_of(session, wanted.reader, today=today)
    must_read_id = wanted.slot.partition(".")[0]
    waiting = to_read(session, identity, at=wanted.wanted_at)
    one = next((found for found in waiting if str(found.must_read_id) == must_read_id), None)
    if one is None:
        return None
    return Mail(
        to=wanted.reader.email,
        subject=_("Please read: %(title)s", title=one.title),
        text=_(
            "Hello %(name)s,\n\nplease read “%(title)s” by %(day)s.%(note)s\n\nOpen it, then press “I have "
            "read it”:\n%(address)s\n",
            name=wanted.reader.name,
            title=one.title,
            day=_day(one.due_on, wanted.reader),
            note=f"\n\n{one.note}" if one.note else "",
            address=f"{base_url}/library/{one.ref}",
        ),
        key=wanted.key,
    )


def _sent_back(session: Session, wanted: WantedMail, base_url: str) -> Mail | None:
    found = sent_back_work(session, wanted.slot)
    if found is None:
        return None
    asset, reason, who = found
    return Mail(
        to=wanted.reader.email,
        subject=_("Sent back: %(title)s", title=asset.title),
        text=_(
            "Hello %(name)s,\n\n%(who)s sent back your work on “%(title)s”:\n\n%(reason)s\n\nWhat partners "
            "have stays as it is. Go on here:\n%(address)s\n",
            name=wanted.reader.name,
            who=who,
            title=asset.title,
            reason=reason,
            address=f"{base_url}/library/{asset.ref}",
        ),
        key=wanted.key,
    )


def _asked(session: Session, wanted: WantedMail, base_url: str) -> Mail | None:
    asker, assets = asking_owners.asked_of(session, wanted.reader, wanted.wanted_at)
    if not assets:
        return None
    listed = [f"- {asset.title}\n  {base_url}/library/{asset.ref}" for asset in assets]
    return Mail(
        to=wanted.reader.email,
        subject=ngettext(
            "Nobody opens it: %(title)s",
            "Nobody opens %(num)d pieces of your content",
            len(assets),
            title=assets[0].title,
        ),
        text=_(
            "Hello %(name)s,\n\n%(who)s asks what is to become of this, which no partner and no buyer opens:"
            "\n\n%(listed)s\n\nSay on its page that it is still right, change it so that it is found, or "
            "retire it. All that nobody opens:\n%(address)s\n",
            name=wanted.reader.name,
            who=asker.name if asker else _("Your colleague"),
            listed="\n".join(listed),
            address=f"{base_url}/reports/unused",
        ),
        key=wanted.key,
    )


def _digest_letter(wanted: WantedMail, found: Digest, settings: Settings) -> Mail:
    """Plain text with links; programs offer to end it with one click (RFC 8058)."""
    base_url, reader = settings.base_url, found.reader
    stop = f"{base_url}/digest/stop/{stop_token(settings.secret_key, reader.id)}"
    parts = [*_must_reads(found, base_url), *_changes(found, base_url), *_library(found, base_url)]
    return Mail(
        to=reader.email,
        subject=_subject(found),
        text=_(
            "Hello %(name)s,\n\n%(parts)s\n\nYou get this on Mondays, when there is something new. "
            "Not any more:\n%(stop)s\n",
            name=reader.name,
            parts="\n\n".join(parts),
            stop=stop,
        ),
        key=wanted.key,
        stop=stop,
    )


def _subject(found: Digest) -> str:
    if found.changes.total:
        count = found.changes.total
        return str(ngettext("One change in the library", "%(num)s changes in the library", count))
    if found.to_read:
        count = len(found.to_read)
        return str(ngettext("One must-read waits for you", "%(num)s must-reads wait for you", count))
    return str(_("What the library needs this week"))


def _must_reads(found: Digest, base_url: str) -> list[str]:
    lines = [_must_read(one, found.reader, base_url) for one in found.to_read[:LISTED]]
    return ["\n".join([str(_("To be read:")), *lines])] if lines else []


def _must_read(one: ToRead, reader: User, base_url: str) -> str:
    words = _("%(title)s, by %(day)s", title=one.title, day=_day(one.due_on, reader))
    return f"{words}\n{base_url}/library/{one.ref}"


def _changes(found: Digest, base_url: str) -> list[str]:
    changes = found.changes
    updated = [
        f"{one.card.title}{f': {one.what_changed}' if one.what_changed else ''}"
        f"\n{base_url}/library/{one.card.ref}"
        for one in changes.updated
    ]
    playbooks = [f"{one.title}\n{base_url}/collections/{one.ref}" for one in changes.collections]
    sections = (
        (_("New for you:"), [f"{one.title}\n{base_url}/library/{one.ref}" for one in changes.new]),
        (_("A new version:"), updated),
        (_("Playbooks that changed:"), playbooks),
        (_("No longer to be used:"), [one.title for one in changes.retired]),
    )
    parts = ["\n".join([str(heading), *lines[:LISTED]]) for heading, lines in sections if lines]
    return [*parts, f"{_('All of it:')}\n{base_url}/library/changes"] if parts else []


def _library(found: Digest, base_url: str) -> list[str]:
    week = found.brand
    if not week.needs_somebody:
        return []
    lines = (
        (week.due_for_review, _("due for review within a week"), "/content/review?show=review"),
        (week.reported, _("reported as out of date by readers"), "/content/review?show=reported"),
        (week.found_nothing, _("searched for in vain"), "/reports/searches"),
        (week.never_opened, _("published and never opened"), "/reports/unused"),
    )
    return [f"{count} {words}\n{base_url}{path}" for count, words, path in lines if count]


def _day(day: date, reader: User) -> str:
    return day_words(day, "d MMMM y", reader.locale)
