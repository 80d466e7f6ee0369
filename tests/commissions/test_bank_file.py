"""The bank's file is a pain.001.001.09 of ISO 20022: any currency, any account, the same bytes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest
import sepaxml
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from commissions.payouts.bank_file import NAMESPACE, BankOrder, CreditTransfer, pain_001
from partners.payee_details import PayeeDetails, checked
from portal.kernel.money import Money
from tests.factories.payees import american_details, german_details

SCHEMA = Path(sepaxml.__file__).parent / "schemas" / "pain.001.001.09.xsd"
NAMES = {"p": NAMESPACE}


@cache
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMA))


def an_order(*amounts: tuple[Money, PayeeDetails]) -> BankOrder:
    return BankOrder(
        ref="2026-03-20260415-EUR",
        created_at=datetime(2026, 4, 8, 9, 0, 0, 123456, tzinfo=UTC),
        pay_on=date(2026, 4, 15),
        debtor_name="Larkwell Audio",
        debtor_account="DE75512108001245126199",
        debtor_bic="SOLADEST600",
        transfers=[
            CreditTransfer(f"PO-{number}", amount, to, f"Commission 2026-03-P{number}-EUR")
            for number, (amount, to) in enumerate(amounts)
        ],
    )


def said(order: BankOrder, path: str) -> list[str]:
    return [element.text or "" for element in etree.fromstring(pain_001(order)).iterfind(path, NAMES)]


IBAN, ACCOUNT = checked(german_details()), checked(american_details())
JAPANESE = german_details(
    country="JP", iban="", account="1234567", bic="BOTKJPJT", routing="0005001", holder="Minato Sound"
)
EXAMPLES = {
    "euro to an IBAN": [(Money(33832, "EUR"), IBAN)],
    "euro to an IBAN without a BIC": [(Money(33832, "EUR"), replace(IBAN, bic=""))],
    "dollars to an IBAN": [(Money(1, "USD"), IBAN)],
    "dollars by routing number": [(Money(10**14, "USD"), ACCOUNT)],
    "dollars by BIC": [(Money(25, "USD"), replace(ACCOUNT, routing="", bic="CHASUS33"))],
    "yen": [(Money(304, "JPY"), JAPANESE)],
    "dinars": [(Money(304499, "KWD"), IBAN)],
    "many": [(Money(number, "EUR"), IBAN) for number in range(1, 40)],
    "no address": [(Money(5, "EUR"), replace(IBAN, street="", postcode="", tax_id=""))],
}


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_file_holds_to_the_schema_of_iso_20022(example: str) -> None:
    schema().assertValid(etree.fromstring(pain_001(an_order(*EXAMPLES[example]))))


@given(minor=st.integers(1, 10**15 - 1), currency=st.sampled_from(["EUR", "USD", "JPY", "KWD"]))
def test_amounts_have_exactly_the_currencys_decimals_and_sum_up(minor: int, currency: str) -> None:
    order = an_order((Money(minor, currency), IBAN), (Money(7, currency), IBAN))
    amounts = said(order, ".//p:InstdAmt")
    assert amounts == [Money(minor, currency).text(), Money(7, currency).text()]
    assert said(order, ".//p:CtrlSum") == [Money(minor + 7, currency).text()] * 2


def test_the_same_order_is_the_same_bytes() -> None:
    order = an_order(*EXAMPLES["many"])
    assert pain_001(order) == pain_001(order)


def test_the_end_to_end_id_is_the_payouts() -> None:
    assert said(an_order(*EXAMPLES["euro to an IBAN"]), ".//p:EndToEndId") == ["PO-0"]


def test_only_euro_between_ibans_goes_by_the_sepa_rules() -> None:
    assert said(an_order(*EXAMPLES["euro to an IBAN"]), ".//p:SvcLvl/p:Cd") == ["SEPA"]
    for other in ("dollars to an IBAN", "dollars by routing number"):
        assert said(an_order(*EXAMPLES[other]), ".//p:SvcLvl/p:Cd") == []
        assert said(an_order(*EXAMPLES[other]), ".//p:ChrgBr") == ["SHAR"]


def test_a_routing_number_names_its_clearing_system() -> None:
    order = an_order(*EXAMPLES["dollars by routing number"])
    assert said(order, ".//p:CdtrAgt//p:ClrSysId/p:Cd") == ["USABA"]
    assert said(order, ".//p:CdtrAgt//p:MmbId") == ["111000025"]
    assert said(order, ".//p:CdtrAcct//p:Othr/p:Id") == ["000123456789"]


@given(st.text(max_size=120))
def test_whatever_a_name_holds_the_file_holds_to_the_schema(name: str) -> None:
    # a holder is checked when it is entered; a name of an address is not
    to = replace(IBAN, street=name, town=name, postcode=name)
    schema().assertValid(etree.fromstring(pain_001(an_order((Money(1, "EUR"), to)))))


def test_accents_are_written_as_banks_take_them() -> None:
    order = an_order((Money(1, "EUR"), replace(IBAN, holder="Łódź & Grüße Ædelkøb")))
    assert said(order, ".//p:Cdtr/p:Nm") == ["Lodz + Grusse Aedelkob"]
