"""The mails that the portal sends: to people who cannot log in yet, and about issued statements."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _

from commissions.disputes.dispute_models import Dispute, DisputeState
from commissions.ledger.ledger_models import Statement
from commissions.statements.notices import Notice
from content.reminders.reminder_models import ReminderKind
from content.reminders.reminders import Reminder, Reminders
from content.requests.request_models import ContentRequest
from partners.models import User
from partners.payee_models import Payee
from portal.kernel.money import Money
from portal.kernel.ports import Mail
from portal.locale_words import day_words, money_words, month_words
from portal.mail_pages import MailPage, page_of, text_of


def invitation_letter(user: User, address: str) -> Mail:
    """The link lives seven days and works once."""
    return Mail(
        to=user.email,
        subject=_("Your access to Makegood"),
        text=_(
            "Hello %(name)s,\n\n%(organisation)s has given you access to Makegood: sales content, orders and "
            "commissions in one place.\n\nChoose a password within seven days:\n%(address)s\n\n"
            "If you did not expect this mail, you need not do anything.\n",
            name=user.name,
            organisation=user.organisation.name,
            address=address,
        ),
    )


def reset_letter(user: User, address: str) -> Mail:
    """The link lives one hour and works once."""
    return Mail(
        to=user.email,
        subject=_("A new password for Makegood"),
        text=_(
            "Hello %(name)s,\n\nsomebody, we hope you, asked for a new password.\n\n"
            "Choose it within one hour:\n%(address)s\n\n"
            "If it was not you, your password stays as it is and you need not do anything.\n",
            name=user.name,
            address=address,
        ),
    )


def statement_letter(notice: Notice, address: str, *, pays: Sequence[str]) -> Mail:
    """A statement is issued: its month, what it comes to, and where it stands; in the reader's formats.

    `pays` tell when it is paid, and what is not payable yet (see PayWords).
    """
    stated, reader = notice.statement, notice.reader
    month, partner = _month(stated.period, reader), stated.partner_name
    closing = _sum(Money(stated.closing, stated.currency), reader)
    page = MailPage(
        lang=reader.locale,
        sender=_sender(stated),
        heading=_("Statement for %(month)s", month=month),
        address=address,
        button=_("Open the statement"),
        words=[
            _("Hello %(name)s,", name=reader.name),
            _(
                "The commission statement of %(partner)s for %(month)s is issued.",
                partner=partner,
                month=month,
            ),
        ],
        figures=[
            (_("Earned in the month"), _sum(Money(stated.earned, stated.currency), reader)),
            (_("Closing balance"), closing),
        ],
        after=[
            *pays,
            _("Each line opens to its order, station and day, invoice and rule."),
        ],
        foot=[_("An issued statement does not change. What is learned later stands on a later one.")],
    )
    subject = _("Your statement for %(month)s: %(amount)s", month=month, amount=closing)
    return Mail(reader.email, subject, text_of(page), html=page_of(page), key=notice.key)


def dispute_letter(reader: User, about: Dispute, said: str, address: str) -> Mail:
    """The other side wrote or decided in a dispute; `said` is their text, or what became of it."""
    stated = about.statement
    words = {"partner": stated.partner_name, "month": _month(stated.period, reader)}
    matter = (
        _("It is about %(line)s on the statement of %(partner)s for %(month)s.", line=about.line_ref, **words)
        if about.line_ref
        else _("It is about the statement of %(partner)s for %(month)s.", **words)
    )
    subject = _dispute_subject(reader, about)
    page = MailPage(
        lang=reader.locale,
        sender=_sender(stated),
        heading=subject,
        address=address,
        button=_("Open the thread"),
        words=[_("Hello %(name)s,", name=reader.name), matter],
        said=said,
        after=[_("The thread holds the line and its proof.")],
    )
    return Mail(reader.email, subject, text_of(page), html=page_of(page))


def _sender(stated: Statement) -> str:
    return str(stated.letterhead.get("brand") or "Makegood")


def _month(period: str, reader: User) -> str:
    return month_words(date.fromisoformat(f"{period}-01"), reader.locale)


def _dispute_subject(reader: User, about: Dispute) -> str:
    """What happened, and to which question."""
    ref, partner = about.dispute_ref, about.statement.partner_name
    if not reader.role.is_partner:
        if about.is_settled:
            return str(_("%(partner)s took back its question %(ref)s", partner=partner, ref=ref))
        return str(_("%(partner)s writes about its statement, %(ref)s", partner=partner, ref=ref))
    told = {
        DisputeState.ACCEPTED: _("Your question %(ref)s is accepted", ref=ref),
        DisputeState.PARTLY: _("Your question %(ref)s is partly accepted", ref=ref),
        DisputeState.REJECTED: _("Your question %(ref)s is rejected", ref=ref),
    }
    return str(told.get(about.state) or _("Your question %(ref)s has an answer", ref=ref))


def reminder_letter(told: Reminders, base_url: str, grace_days: int) -> Mail:
    """To the owner of content: what is due for review, ends, or was hidden; each with its address."""
    lines = [_reminded(item, told.owner, grace_days) for item in told.items]
    first = told.items[0].asset.title
    count = len(told.items)
    return Mail(
        to=told.owner.email,
        subject=_("Content to look at: %(title)s", title=first)
        if count == 1
        else _("Content to look at: %(count)s pieces", count=count),
        text=_(
            "Hello %(name)s,\n\nyou own content that needs a look:\n\n%(lines)s\n\n"
            "Open one and press “Still right” when it is, upload a new version, or retire it. "
            "All that waits:\n%(address)s\n",
            name=told.owner.name,
            lines="\n\n".join(
                f"{line}\n{base_url}/library/{item.asset.ref}"
                for line, item in zip(lines, told.items, strict=True)
            ),
            address=f"{base_url}/content/review?show=review",
        ),
        key=told.key,
    )


def _reminded(item: Reminder, owner: User, grace_days: int) -> str:
    day = day_words(item.due_on, "d MMMM y", owner.locale)
    words: dict[str, object] = {"title": item.asset.title, "day": day, "days": grace_days}
    if item.kind is ReminderKind.HIDDEN:
        text = _(
            "%(title)s: hidden from partners. Its review was due on %(day)s and nobody confirmed it "
            "within %(days)s days.",
            **words,
        )
    elif item.kind is ReminderKind.EXPIRY:
        text = _("%(title)s: can be used until %(day)s, then nobody can open it.", **words)
    else:
        text = _(
            "%(title)s: review is due on %(day)s. Unless somebody confirms it, partners stop seeing it "
            "%(days)s days later.",
            **words,
        )
    return str(text)


def request_letter(asked: ContentRequest, address: str) -> Mail:
    """To who asked for content: an asset answers it, or the brand declined with a reason."""
    reader, answer = asked.asked_by, asked.answer
    said = (
        _("“%(title)s” answers it.", title=answer.title)
        if answer is not None
        else _("It will not be made. The reason:\n%(reason)s", reason=asked.reason)
    )
    return Mail(
        to=reader.email,
        subject=_("Your request: %(words)s", words=asked.words),
        text=_(
            "Hello %(name)s,\n\nyou asked for “%(words)s”.\n\n%(said)s\n\nHere is all of it:\n%(address)s\n",
            name=reader.name,
            words=asked.words,
            said=said,
            address=address,
        ),
    )


def _sum(value: Money, reader: User) -> str:
    return money_words(value, reader.locale)


def payee_letter(to: str, by: User, payee: Payee, base_url: str) -> Mail:
    """To whom the portal knew before: somebody entered other bank data."""
    return Mail(
        to=to,
        subject=_("Bank data for %(organisation)s was entered", organisation=by.organisation.name),
        text=_(
            "%(name)s (%(email)s) entered bank data for %(organisation)s: an account that ends in "
            "%(ends)s.\n\nIt holds on %(day)s at the earliest, once a second person at our finance has "
            "approved it. Until then the data that was there before holds.\n\nIf nobody of you did this, "
            "take it back at once and change your passwords:\n%(address)s\n",
            name=by.name,
            email=by.email,
            organisation=by.organisation.name,
            ends=payee.last_four,
            day=payee.cools_until.date().isoformat(),
            address=f"{base_url}/money/payee",
        ),
    )
