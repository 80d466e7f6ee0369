"""Bank data of partners, sealed by a key of the tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from partners.models import Organisation
from partners.payee_details import PayeeDetails
from partners.payee_models import Payee
from partners.payees import PayeeRules, approve_payee, enter_payee
from portal.kernel.identity import Role
from portal.kernel.sealing import Sealer
from tests.factories.people import a_brand, a_partner, an_identity

SEALER = Sealer(bytes(range(32)))
RULES = PayeeRules(SEALER)


def german_details(**others: str) -> PayeeDetails:
    """An IBAN that holds."""
    known = PayeeDetails(
        legal_name="Rheinblick Audiovermarktung GmbH",
        street="Königsallee 1",
        postcode="40212",
        town="Düsseldorf",
        country="DE",
        tax_id="DE136695976",
        holder="Rheinblick Audiovermarktung GmbH",
        iban="DE89 3704 0044 0532 0130 00",
        bic="COBADEFFXXX",
    )
    return replace(known, **others)


def american_details(**others: str) -> PayeeDetails:
    """An account number and a routing number."""
    return german_details(
        **{"country": "US", "iban": "", "bic": "", "account": "000123456789", "routing": "111000025"} | others
    )


def partner_of(session: Session, ref: str) -> Organisation:
    """The partner; made when it is not there."""
    found = session.scalar(select(Organisation).where(Organisation.ref == ref))
    return found or a_partner(session, ref)


def approved_payee(session: Session, ref: str, details: PayeeDetails, *, at: datetime) -> Payee:
    """Entered long before a moment, approved, and cooled off."""
    admin = an_identity(session, partner_of(session, ref), Role.PARTNER_ADMIN)
    before = at - timedelta(days=30)
    payee = enter_payee(session, admin, details, at=before, rules=RULES)
    approver = an_identity(session, a_brand(session), Role.FINANCE_APPROVER)
    return approve_payee(session, payee.id, by=approver, at=before)
