"""When a partner is paid, and what waits for what, in sentences: on its pages and in its mails alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from commissions.payouts.not_payable import NotYet, Why
from commissions.payouts.outcomes import Outcome
from commissions.payouts.pay_dates import Pay, PayState
from portal.kernel.money import Money
from portal.locale_words import day_words, money_words


@dataclass(frozen=True, slots=True)
class PayWords:
    """In the formats of a locale, as of a day; to the partner itself, or to somebody else (not `is_own`)."""

    locale: str
    today: date
    is_own: bool = True

    def of(self, state: PayState) -> str:
        """Where the payable is."""
        if state.pay in {Pay.BANK_DATA_MISSING, Pay.BANK_DATA_WAITS}:
            return self._waiting(state)
        if state.pay in {Pay.RETURNED, Pay.RETURNED_BEFORE}:
            return self._returned(state)
        what, on = self._sum(state.amount), self._day(state.on)
        told = {
            Pay.CONFIRMED: _("%(what)s paid on %(day)s", what=what, day=on),
            Pay.SENT: self._sent(state),
            Pay.EXPECTED: _("%(what)s expected on %(day)s", what=what, day=on),
            Pay.OVERDUE: _("%(what)s was expected on %(day)s and is not sent yet", what=what, day=on),
            Pay.HELD: _("%(what)s is on hold by the brand", what=what),
            Pay.USED_LATER: _("%(what)s is not paid out: later corrections used it up", what=what),
            Pay.CARRIED_ON: _("%(what)s was not paid out and is part of the later statements", what=what),
        }
        nothing = _("Nothing is payable yet") if state.is_latest else _("Nothing was payable")
        return str(told.get(state.pay, nothing))

    def on_hold(self, state: PayState) -> str:
        """What the brand has put on hold since, where there is any."""
        if state.held is None:
            return ""
        return str(_("%(what)s: on hold by the brand", what=self._sum(state.held)))

    def why(self, part: NotYet, *, is_latest: bool) -> str:
        """The amount and why it waits; of a statement that later ones follow, why it waited then."""
        reason = self._became(part) or (self._now(part) if is_latest else self._then(part))
        return f"{self._sum(part.amount)}: {reason}"

    def _sent(self, state: PayState) -> str:
        words = {"what": self._sum(state.amount), "day": self._day(state.on)}
        if state.on is not None and state.on >= self.today:
            return str(_("%(what)s is to be paid on %(day)s", **words))
        return str(_("%(what)s was to be paid on %(day)s, and the bank has not confirmed it yet", **words))

    def _waiting(self, state: PayState) -> str:
        what = self._sum(state.amount)
        if state.pay is Pay.BANK_DATA_MISSING:
            own = _("%(what)s is payable, and waits for your bank data", what=what)
            other = _("%(what)s is payable, and waits for the partner's bank data", what=what)
        else:
            own = _("%(what)s is payable, and waits until your bank data is approved", what=what)
            other = _("%(what)s is payable, and waits until the partner's bank data is approved", what=what)
        return str(own if self.is_own else other)

    def _returned(self, state: PayState) -> str:
        words = {"what": self._sum(state.amount), "day": self._day(state.on)}
        if state.pay is Pay.RETURNED_BEFORE:
            said = _(
                "%(what)s came back from the bank on %(day)s and is part of the later statements", **words
            )
        elif state.left is None or state.left == state.amount:
            said = _(
                "%(what)s came back from the bank on %(day)s; it is paid with the next statement", **words
            )
        elif state.left:
            left = self._sum(state.left)
            said = _(
                "%(what)s came back from the bank on %(day)s; %(left)s of it is paid with the next statement",
                left=left,
                **words,
            )
        else:
            said = _("%(what)s came back from the bank on %(day)s", **words)
        return f"{said} ({state.reason})" if state.reason else str(said)

    def _became(self, part: NotYet) -> str:
        """Why it waited and what became of it, where that is known by itself."""
        on, until = self._day(part.outcome_on), self._day(part.until)
        told = {
            Outcome.RELEASED: _("held back until %(day)s, released on %(on)s", day=until, on=on),
            Outcome.LIFTED: _("was on hold by the brand until %(on)s", on=on),
            Outcome.UPHELD: _("was on hold by the brand, which decided on %(on)s not to pay it", on=on),
            Outcome.MADE_PAYABLE: _("taken over at the start, made payable on %(on)s", on=on),
        }
        return str(told[part.outcome]) if part.outcome else ""

    def _now(self, part: NotYet) -> str:
        until = self._day(part.until)
        still = part.until is not None and part.until > self.today
        counts = (
            _("its counts can still change, until %(day)s", day=until)
            if still
            else _("its counts are final since %(day)s; becomes payable with the next close", day=until)
        )
        told = {
            Why.NOT_FINAL: counts,
            Why.NEXT_CLOSE: _("becomes payable with the next close"),
            Why.INVOICE: _("waits for the invoice to the advertiser"),
            Why.PAYMENT: _("waits for the advertiser's payment"),
            Why.TAKEN_OVER_UNDATED: _(
                "taken over at the start without a due day; it is paid once the brand makes it payable"
            ),
            Why.HELD: _("on hold by the brand"),
            Why.OWED: _("owed back, and set against what comes next"),
        }
        return str(told.get(part.why) or self._either(part))

    def _then(self, part: NotYet) -> str:
        told = {
            Why.NOT_FINAL: _("its counts could still change, until %(day)s", day=self._day(part.until)),
            Why.NEXT_CLOSE: _("was to become payable with the next close"),
            Why.INVOICE: _("waited for the invoice to the advertiser"),
            Why.PAYMENT: _("waited for the advertiser's payment"),
            Why.TAKEN_OVER_UNDATED: _("taken over at the start without a due day"),
            Why.HELD: _("on hold by the brand, and still is"),
            Why.OWED: _("owed back, and set against what came next"),
        }
        return str(told.get(part.why) or self._either(part))

    def _either(self, part: NotYet) -> str:
        """Words that hold whenever they are read."""
        until = self._day(part.until)
        if part.why is Why.HELD_BACK:
            return str(_("held back until %(day)s, beside the closing balance", day=until))
        if part.why is Why.BELOW_MINIMUM and part.least is not None:
            least = self._sum(part.least)
            return str(_("below the least amount that is paid out, %(least)s; carried on", least=least))
        if part.why is Why.BELOW_MINIMUM:
            return str(_("carried to the next statement"))
        if part.until is not None:
            return str(_("taken over at the start, due on %(day)s", day=until))
        return str(_("taken over at the start, and not due then"))

    def _sum(self, value: Money) -> str:
        return money_words(value, self.locale)

    def _day(self, value: date | None) -> str:
        return "" if value is None else day_words(value, "d MMM y", self.locale)
