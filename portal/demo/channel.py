"""Organisations and people of the demo: Larkwell Audio, its partners, and who logs in."""

from __future__ import annotations

from dataclasses import dataclass

from partners.models import BRAND_REF
from portal.demo.library.shape import LEONIE, PRIYA
from portal.kernel.identity import Role

BRAND_NAME = "Larkwell Audio"
BRAND_ADDRESS = "410 Wharf Street, Portland, OR 97201"
BRAND_EMAIL = "commissions@larkwell.example"

TIDEWELL, RHEINBLICK, MINATO = "TIDEWELL", "RHEINBLICK", "MINATO"
OSPREY, SALTMARSH, KORVANE, HINTERLAND = "OSPREY", "SALTMARSH", "KORVANE", "HINTERLAND"
HARBORLIGHT, JUNIPER = "HARBORLIGHT", "JUNIPER"

# partner_ref, name, type, tier, region, parent_ref, email, minimum_payout
PARTNERS: tuple[tuple[str, ...], ...] = (
    (TIDEWELL, "Tidewell Media", "reseller", "gold", "us-west", "", "accounts@tidewell.example", "USD:25"),
    (RHEINBLICK, "Rheinblick Audiovermarktung", "reseller", "gold", "emea", "", "abrechnung@rheinblick.example", "EUR:25"),
    (MINATO, "Minato Sound Agency", "agency", "gold", "apac", "", "keiri@minato.example", "JPY:3000"),
    (OSPREY, "Osprey Lane Brokerage", "broker", "silver", "us-west", "", "books@ospreylane.example", "USD:25"),
    (SALTMARSH, "Saltmarsh Media", "reseller", "silver", "us-east", "", "finance@saltmarsh.example", "USD:25"),
    (KORVANE, "Korvane Sales House", "broker", "silver", "emea", "", "office@korvane.example", "EUR:25"),
    (HINTERLAND, "Hinterland Radio Sales", "reseller", "bronze", "us-east", "", "mail@hinterland.example", "USD:50"),
    (HARBORLIGHT, "Harborlight Media", "sub-reseller", "bronze", "us-west", TIDEWELL, "hello@harborlight.example", "USD:25"),
    (JUNIPER, "Juniper Street Radio Sales", "sub-reseller", "bronze", "us-west", TIDEWELL, "hello@juniperstreet.example", "USD:25"),
)  # fmt: skip

# whom they sell to
CATEGORIES = {
    TIDEWELL: "retail;auto",
    RHEINBLICK: "retail;finance",
    MINATO: "retail;travel",
    OSPREY: "auto",
    SALTMARSH: "travel",
}

ZONE = {
    "us-west": "America/Los_Angeles",
    "us-east": "America/New_York",
    "emea": "Europe/Berlin",
    "apac": "Asia/Tokyo",
}

MARA, SILAS = "gold@demo.example", "silver@demo.example"
OWEN = "goldadmin@demo.example"
RUTH, COLM, ADMIN = "finance@demo.example", "approver@demo.example", "admin@demo.example"
THEO = "theo.brandt@larkwell.example"


@dataclass(frozen=True, slots=True)
class DemoPerson:
    email: str
    name: str
    title: str
    role: Role
    organisation: str = BRAND_REF
    zone: str = "America/Los_Angeles"


PEOPLE: tuple[DemoPerson, ...] = (
    DemoPerson(LEONIE, "Leonie Marchetti", "Brand manager", Role.BRAND),
    DemoPerson(PRIYA, "Priya Raman", "Content lead", Role.BRAND),
    DemoPerson(RUTH, "Ruth Abara", "Commissions", Role.FINANCE),
    DemoPerson(THEO, "Theo Brandt", "Traffic and billing", Role.FINANCE),
    DemoPerson(COLM, "Colm Prentice", "Head of finance", Role.FINANCE_APPROVER),
    DemoPerson(ADMIN, "Nadia Okafor", "Channel systems", Role.ADMIN),
    DemoPerson(MARA, "Mara Ellingsen", "Account director", Role.PARTNER, TIDEWELL),
    DemoPerson(OWEN, "Owen Castellane", "Managing partner", Role.PARTNER_ADMIN, TIDEWELL),
    DemoPerson(SILAS, "Silas Vance", "Broker", Role.PARTNER, OSPREY),
    DemoPerson("katrin@rheinblick.example", "Katrin Vogel", "Verkauf", Role.PARTNER_ADMIN, RHEINBLICK, "Europe/Berlin"),
    DemoPerson("kenji@minato.example", "Kenji Arakawa", "Planner", Role.PARTNER_ADMIN, MINATO, "Asia/Tokyo"),
    DemoPerson("imogen@saltmarsh.example", "Imogen Hale", "Sales", Role.PARTNER_ADMIN, SALTMARSH, "America/New_York"),
    DemoPerson("luka@korvane.example", "Luka Petrov", "Sales", Role.PARTNER_ADMIN, KORVANE, "Europe/Berlin"),
    DemoPerson("june@hinterland.example", "June Whitfield", "Owner", Role.PARTNER_ADMIN, HINTERLAND, "America/New_York"),
)  # fmt: skip

LOG_INS = (
    (MARA, "partner, tier gold"),
    (OWEN, "the same partner's administrator"),
    (SILAS, "partner of another organisation, tier silver"),
    (LEONIE, "brand manager"),
    (RUTH, "finance"),
    (COLM, "finance approver"),
    (ADMIN, "administrator"),
)
