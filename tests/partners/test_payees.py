"""Bank data: checked, sealed, in force after a pause and a second person, and nobody else's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from partners.payee_details import PayeeRefused, checked
from partners.payee_models import Payee
from partners.payees import (
    PayeeDecided,
    approve_payee,
    contacts_of,
    decline_payee,
    enter_payee,
    own_payees,
    payees_in_force,
    reveal,
    withdraw_payee,
)
from portal.kernel.activity import Activity
from portal.kernel.errors import NotAllowed
from portal.kernel.identity import Identity, Role
from portal.kernel.sealing import NoSealingKey, Sealer, WrongSealingKey
from tests.factories.payees import RULES, SEALER, american_details, german_details
from tests.factories.people import a_brand, a_partner, a_user, an_identity

AT = datetime(2026, 4, 8, 9, tzinfo=UTC)
COOLED = AT + timedelta(days=3)
OTHER = "GB29 NWBK 6016 1331 9268 19"


def an_admin(session: Session, ref: str) -> Identity:
    return an_identity(session, a_partner(session, ref), Role.PARTNER_ADMIN)


def an_approver(session: Session) -> Identity:
    return an_identity(session, a_brand(session), Role.FINANCE_APPROVER)


def problems(**typed: str) -> set[str]:
    with pytest.raises(PayeeRefused) as refused:
        checked(german_details(**typed))
    return set(refused.value.problems)


def test_bank_data_is_brought_into_one_form() -> None:
    assert checked(german_details()).iban == "DE89370400440532013000"
    assert checked(american_details(routing="111-000-025")).routing == "111000025"


@pytest.mark.parametrize(
    "typed",
    [
        "de89 3704 0044 0532 0130 00",
        "DE89\u20133704\u20110044.0532-0130\u00a000",
        "\uff24\uff25\uff18\uff19370400440532013000",
        "\ufeffDE89\u00b7370400440532013000\u200f",
    ],
)
def test_an_iban_with_other_blanks_dashes_digits_or_marks_is_what_a_bank_reads(typed: str) -> None:
    assert checked(german_details(iban=typed)).iban == "DE89370400440532013000"


def test_a_bic_with_wide_letters_or_a_dash_is_what_a_bank_reads() -> None:
    assert checked(german_details(bic="\uff24eut\u2013DE\uff11\uff11")).bic == "DEUTDE11"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"iban": "DE89 3704 0044 0532 0130 01"}, "iban"),
        ({"iban": "DE89 3704"}, "iban"),
        ({"iban": ""}, "iban"),
        ({"account": "12345678"}, "iban"),
        ({"bic": "DEUT"}, "bic"),
        ({"iban": "", "account": "12345678", "bic": ""}, "bic"),
        ({"country": "US", "iban": "", "account": "12345678", "bic": "", "routing": "111000026"}, "routing"),
        ({"iban": "", "account": "1?"}, "account"),
        ({"country": ""}, "country"),
        ({"legal_name": " "}, "legal_name"),
        ({"holder": ""}, "holder"),
        ({"holder": "ミナトサウンド"}, "holder"),
        ({"holder": "\u0301\u0302"}, "holder"),
        ({"iban": "DE89\u3002370400440532013000"}, "iban"),
        ({"town": "x" * 71}, "town"),
    ],
)
def test_what_makes_no_sense_is_refused_by_field(typed: dict[str, str], field: str) -> None:
    assert problems(**typed) == {field}


def test_bank_data_stands_encrypted_in_the_database(session: Session) -> None:
    enter_payee(session, an_admin(session, "R1"), german_details(), at=AT, rules=RULES)
    row = session.execute(text("SELECT * FROM payees")).one()
    said = " ".join(str(cell) for cell in row)
    assert "3000" in said
    for secret in ("DE89", "0532013000", "Rheinblick", "DE136695976"):
        assert secret not in said


def test_another_key_does_not_open_it_and_says_so(session: Session) -> None:
    approver, admin = an_approver(session), an_admin(session, "R1")
    payee = enter_payee(session, admin, german_details(), at=AT, rules=RULES)
    with pytest.raises(WrongSealingKey, match="PAYEE_KEY is not the key"):
        reveal(session, payee.id, by=approver, at=AT, sealer=Sealer(bytes(32)))
    with pytest.raises(NoSealingKey, match="PAYEE_KEY is not set"):
        enter_payee(session, admin, german_details(), at=AT, rules=replace(RULES, sealer=Sealer(None)))


def test_sealed_data_does_not_open_for_another_partner(session: Session) -> None:
    approver = an_approver(session)
    mine = enter_payee(session, an_admin(session, "R1"), german_details(), at=AT, rules=RULES)
    other = enter_payee(session, an_admin(session, "R2"), german_details(iban=OTHER), at=AT, rules=RULES)
    mine.sealed = other.sealed
    with pytest.raises(WrongSealingKey):
        reveal(session, mine.id, by=approver, at=AT, sealer=SEALER)


def test_new_data_holds_once_it_is_approved_and_has_cooled_off(session: Session) -> None:
    admin, approver = an_admin(session, "R1"), an_approver(session)
    payee = enter_payee(session, admin, german_details(), at=AT, rules=RULES)
    assert payees_in_force(session, {"R1"}, at=COOLED) == {}
    approve_payee(session, payee.id, by=approver, at=AT)
    assert payees_in_force(session, {"R1"}, at=COOLED - timedelta(seconds=1)) == {}
    assert payees_in_force(session, {"R1"}, at=COOLED)["R1"].id == payee.id


def test_until_then_the_old_data_holds(session: Session) -> None:
    admin, approver = an_admin(session, "R1"), an_approver(session)
    old = enter_payee(session, admin, german_details(), at=AT, rules=RULES)
    approve_payee(session, old.id, by=approver, at=AT)
    new = enter_payee(session, admin, german_details(iban=OTHER), at=COOLED, rules=RULES)
    assert [one and one.id for one in own_payees(session, admin, at=COOLED)] == [old.id, new.id]
    approve_payee(session, new.id, by=approver, at=COOLED)
    assert payees_in_force(session, {"R1"}, at=COOLED)["R1"].id == old.id
    assert payees_in_force(session, {"R1"}, at=COOLED + timedelta(days=3))["R1"].id == new.id


def test_declined_data_never_holds(session: Session) -> None:
    approver = an_approver(session)
    payee = enter_payee(session, an_admin(session, "R1"), german_details(), at=AT, rules=RULES)
    decline_payee(session, payee.id, by=approver, at=AT, note="Call us first")
    with pytest.raises(PayeeDecided):
        approve_payee(session, payee.id, by=approver, at=AT)
    assert payees_in_force(session, {"R1"}, at=COOLED) == {}


def test_new_data_replaces_what_waited(session: Session) -> None:
    admin = an_admin(session, "R1")
    first = enter_payee(session, admin, german_details(), at=AT, rules=RULES)
    enter_payee(session, admin, german_details(iban=OTHER), at=AT, rules=RULES)
    with pytest.raises(PayeeDecided):
        approve_payee(session, first.id, by=an_approver(session), at=AT)
    withdraw_payee(session, admin, at=AT)
    with pytest.raises(PayeeDecided):
        withdraw_payee(session, admin, at=AT)


def test_only_a_partners_admin_enters_and_only_a_finance_approver_approves(session: Session) -> None:
    partner = a_partner(session, "R1")
    admin = an_identity(session, partner, Role.PARTNER_ADMIN)
    payee = enter_payee(session, admin, german_details(), at=AT, rules=RULES)
    for role in (Role.PARTNER, Role.BRAND, Role.FINANCE, Role.FINANCE_APPROVER, Role.ADMIN):
        other = an_identity(session, partner if role.is_partner else a_brand(session), role)
        with pytest.raises(NotAllowed):
            enter_payee(session, other, german_details(), at=AT, rules=RULES)
        if role is not Role.FINANCE_APPROVER:
            with pytest.raises(NotAllowed):
                approve_payee(session, payee.id, by=other, at=AT)


def test_a_second_partner_sees_nothing_of_it(session: Session) -> None:
    enter_payee(session, an_admin(session, "R1"), german_details(), at=AT, rules=RULES)
    assert own_payees(session, an_admin(session, "R2"), at=AT) == (None, None)


def test_every_reveal_stands_in_the_trail(session: Session) -> None:
    finance = an_identity(session, a_brand(session), Role.FINANCE)
    payee = enter_payee(session, an_admin(session, "R1"), german_details(), at=AT, rules=RULES)
    assert reveal(session, payee.id, by=finance, at=AT, sealer=SEALER).number == "DE89370400440532013000"
    lines = session.scalars(select(Activity).where(Activity.verb == "bank data revealed")).all()
    assert [(line.actor, line.subject_ref) for line in lines] == [(str(finance.user_id), "R1")]
    for line in session.scalars(select(Activity)):
        assert "DE89" not in str(line.details)
    with pytest.raises(NotAllowed):
        reveal(session, payee.id, by=an_admin(session, "R9"), at=AT, sealer=SEALER)


def test_a_change_is_told_to_the_partners_old_contacts(session: Session) -> None:
    partner = a_partner(session, "R1")
    partner.email = "office@r1.example"
    admin = a_user(session, partner, Role.PARTNER_ADMIN)
    gone = a_user(session, partner, Role.PARTNER_ADMIN)
    gone.disabled_at = AT
    a_user(session, partner, Role.PARTNER)
    session.flush()
    assert contacts_of(session, "R1") == sorted([admin.email, "office@r1.example"])


def test_erased_data_does_not_pay(session: Session) -> None:
    payee = enter_payee(session, an_admin(session, "R1"), german_details(), at=AT, rules=RULES)
    approve_payee(session, payee.id, by=an_approver(session), at=AT)
    session.get_one(Payee, payee.id).sealed = None
    session.flush()
    assert payees_in_force(session, {"R1"}, at=COOLED) == {}
