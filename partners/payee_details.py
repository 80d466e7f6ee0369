"""Bank and tax data as a person types them: checked, brought into one form, and read back."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace

from stdnum import bic as bics
from stdnum import iban as ibans
from stdnum.exceptions import ValidationError
from stdnum.us import rtn

from partners.latin_letters import is_latin
from portal.kernel.errors import Refusal

LONGEST = 70
_COUNTRY = re.compile(r"[A-Z]{2}")
_ACCOUNT = re.compile(r"[A-Z0-9]{4,34}")
_ROUTING = re.compile(r"[A-Z0-9]{3,28}")
_SEPARATORS = frozenset("./\N{MIDDLE DOT}\N{MINUS SIGN}")


class PayeeRefused(Refusal):
    """`problems` maps a field to what is wrong with it."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = dict(problems)


@dataclass(frozen=True, slots=True)
class PayeeDetails:
    """Who is paid, and where. An IBAN, or an account number with the bank's BIC or routing number.

    `legal_name`, address and `tax_id` are those of the partner's invoices; `holder` is the name of the
    account; `country` is the partner's (ISO 3166).
    """

    legal_name: str = ""
    street: str = ""
    postcode: str = ""
    town: str = ""
    country: str = ""
    tax_id: str = ""
    holder: str = ""
    iban: str = ""
    account: str = ""
    bic: str = ""
    routing: str = ""

    @property
    def number(self) -> str:
        return self.iban or self.account

    @property
    def last_four(self) -> str:
        return self.number[-4:]

    @property
    def bank_country(self) -> str:
        return self.iban[:2] or self.bic[4:6] or self.country

    def as_text(self) -> str:
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)


FIELDS = tuple(field.name for field in fields(PayeeDetails))
_NAMES = {
    "legal_name": "Legal name",
    "street": "Street",
    "postcode": "Postcode",
    "town": "Town",
    "tax_id": "Tax number",
    "holder": "Account holder",
}


def details_from(text: str) -> PayeeDetails:
    """What `as_text` wrote."""
    return PayeeDetails(**json.loads(text))


def checked(typed: PayeeDetails) -> PayeeDetails:
    """The details in one form: numbers without spaces, in capitals. Raises PayeeRefused."""
    details = _in_one_form(typed)
    problems = _names(details) | _bank(details)
    if problems:
        raise PayeeRefused(problems)
    return details


def _in_one_form(typed: PayeeDetails) -> PayeeDetails:
    words = {name: " ".join(getattr(typed, name).split()) for name in FIELDS}
    codes = {name: _code(words[name]) for name in ("iban", "account", "bic", "routing")}
    return replace(typed, **words | codes | {"country": words["country"].upper()})


def _code(typed: str) -> str:
    """In capitals, wide letters and digits as usual ones, without blanks, dashes and marks of direction."""
    usual = unicodedata.normalize("NFKC", typed).upper()
    return "".join(one for one in usual if not _only_separates(one))


def _only_separates(one: str) -> bool:
    return one in _SEPARATORS or one.isspace() or unicodedata.category(one) in {"Pd", "Cf"}


def _names(details: PayeeDetails) -> dict[str, str]:
    problems = {}
    for name, label in _NAMES.items():
        text = getattr(details, name)
        if not text and name in {"legal_name", "holder", "town"}:
            problems[name] = f"{label} is needed."
        elif len(text) > LONGEST or not text.isprintable():
            problems[name] = f"{label} takes up to {LONGEST} characters, without control characters."
    if "holder" not in problems and not is_latin(details.holder):
        problems["holder"] = "Write the account holder in Latin letters, as the bank has it for payments."
    if not _COUNTRY.fullmatch(details.country):
        problems["country"] = "Choose a country."
    return problems


def _bank(details: PayeeDetails) -> dict[str, str]:
    if bool(details.iban) == bool(details.account):
        return {"iban": "Give either an IBAN, or an account number where there is none."}
    problems = {}
    if details.iban and not _holds(ibans.validate, details.iban):
        problems["iban"] = "This is not an IBAN: its length or its check digits do not fit."
    if details.account and not _ACCOUNT.fullmatch(details.account):
        problems["account"] = "An account number has 4 to 34 letters and digits."
    if details.bic and not _holds(bics.validate, details.bic):
        problems["bic"] = "This is not a BIC: it has 8 or 11 characters, such as DEUTDEFF."
    if details.account and not (details.bic or details.routing):
        problems["bic"] = "An account number needs the bank's BIC or its routing number."
    return problems | _routing(details)


def _routing(details: PayeeDetails) -> dict[str, str]:
    if not details.routing:
        return {}
    american = details.bank_country == "US"
    if american and not _holds(rtn.validate, details.routing):
        return {"routing": "This is not a routing number of a US bank: its check digit does not fit."}
    if not _ROUTING.fullmatch(details.routing):
        return {"routing": "A routing number has 3 to 28 letters and digits."}
    return {}


def _holds(validate: object, number: str) -> bool:
    """The library reads more digits and dashes than a bank does: whatever is not ASCII does not hold."""
    assert callable(validate)
    if not number.isascii():
        return False
    try:
        validate(number)
    except ValidationError:
        return False
    return True
