"""Bank data of the demo's partners, entered by themselves and approved; one has just changed its account."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from commissions.adjustments.adjusting import Signed
from commissions.adjustments.holds import Holding, payable_now, place_hold
from commissions.proposals.payout_proposals import propose_payee
from partners.payee_details import PayeeDetails
from partners.payees import approve_payee, enter_payee
from portal.demo.almanac import instant
from portal.demo.channel import COLM, HINTERLAND, KORVANE, MINATO, OWEN, RHEINBLICK, RUTH, SALTMARSH, TIDEWELL
from portal.demo.deeds import Deed, Office
from portal.house import payee_rules
from portal.kernel.db import transaction

OWNERS = {
    TIDEWELL: OWEN,
    RHEINBLICK: "katrin@rheinblick.example",
    MINATO: "kenji@minato.example",
    SALTMARSH: "imogen@saltmarsh.example",
    KORVANE: "luka@korvane.example",
    HINTERLAND: "june@hinterland.example",
}
# the others have not entered theirs, and wait for their money
DETAILS = {
    TIDEWELL: PayeeDetails(
        "Tidewell Media LLC", "18 Ferry Landing", "97209", "Portland", "US", "93-1180471",
        "Tidewell Media LLC", account="000204884471", routing="123000220",
    ),
    RHEINBLICK: PayeeDetails(
        "Rheinblick Audiovermarktung GmbH", "Am Leinpfad 7", "50668", "Köln", "DE", "DE811204337",
        "Rheinblick Audiovermarktung GmbH", iban="DE89370400440532013000", bic="COBADEFFXXX",
    ),
    MINATO: PayeeDetails(
        "Minato Sound Agency KK", "2-4-1 Shibaura", "108-0023", "Tokyo", "JP", "T7010401022916",
        "Minato Sound Agency", account="1180432", bic="BOTKJPJT",
    ),
    SALTMARSH: PayeeDetails(
        "Saltmarsh Media Inc.", "61 Causeway Road", "02128", "Boston", "US", "04-2207715",
        "Saltmarsh Media Inc.", account="7700145208", routing="011000138",
    ),
    KORVANE: PayeeDetails(
        "Korvane Sales House GmbH", "Lindengasse 12", "1070", "Wien", "AT", "ATU61120437",
        "Korvane Sales House GmbH", iban="AT611904300234573201", bic="BKAUATWW",
    ),
    HINTERLAND: PayeeDetails(
        "Hinterland Radio Sales", "Route 9, Box 40", "13326", "Cooperstown", "US", "16-0872214",
        "June Whitfield", account="55120897", routing="021000021",
    ),
}  # fmt: skip
CHANGED_IBAN = "AT483200000012345864"


def payee_deeds(office: Office) -> Iterator[Deed]:
    """Everybody's first bank data half a year ago, and Korvane's new account, for which its money is held."""
    if office.services.settings.payee_key is None:
        return
    start = office.on.month(-6)
    for n, partner in enumerate(DETAILS):
        yield Deed(instant(start + timedelta(days=n), 10), lambda at, ref=partner: _enter(office, ref, at))  # type: ignore[misc]
    changed = max(office.on.closed_on(-1), office.on.ago(2))
    yield Deed(instant(changed, 17, 30), lambda at: _change(office, at))


def _enter(office: Office, partner: str, at: datetime) -> None:
    rules = replace(payee_rules(office.services.settings), cool_off=timedelta(0))
    with transaction(office.services.sessions) as session:
        payee = enter_payee(session, office.people[OWNERS[partner]], DETAILS[partner], at=at, rules=rules)
        session.flush()
        approve_payee(session, payee.id, by=office.people[COLM], at=at)


def _change(office: Office, at: datetime) -> None:
    """The new account waits for its days and a second person; until then what is payable is held."""
    owner = office.people[OWNERS[KORVANE]]
    typed = replace(DETAILS[KORVANE], iban=CHANGED_IBAN, bic="RLNWATWW")
    with transaction(office.services.sessions) as session:
        payee = enter_payee(session, owner, typed, at=at, rules=payee_rules(office.services.settings))
        session.flush()
        propose_payee(session, payee, "Korvane Sales House", by=owner, at=at)
        _hold(session, office, at)


def _hold(session: Session, office: Office, at: datetime) -> None:
    payable = payable_now(session, KORVANE, "EUR", through=office.on.ref(0))
    if payable <= 0:
        return
    signed = Signed(str(office.people[RUTH].user_id), at, str(office.people[COLM].user_id), office.house)
    reason = "Bank details changed: held until the new account is confirmed by telephone."
    place_hold(session, Holding(KORVANE, "EUR", payable, reason, at.date()), signed)
