"""The whole demo world, into an empty database."""

from __future__ import annotations

import io
from collections.abc import Callable

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from content.assets.models import Asset
from content.finding.indexing import rebuild
from content.finding.proofs import roll_up_proofs
from partners.models import Organisation, OrganisationKind, User
from portal.demo.accounts_loading import load_accounts
from portal.demo.almanac import Almanac
from portal.demo.errors import DatabaseNotEmpty
from portal.demo.house_work import load_house_work
from portal.demo.library_loading import load_library
from portal.demo.logo import logo
from portal.demo.partner_names import load_partner_names, stored_logo
from portal.demo.people_loading import add_people, name_the_brand
from portal.demo.readers_loading import load_readers
from portal.demo.requests import load_requests
from portal.demo.searches import load_searches
from portal.demo.trade_loading import load_partners, load_trade
from portal.demo.usage_loading import load_usage
from portal.kernel.db import reading, transaction
from portal.services import Services


def load_demo(services: Services, *, password: str, tell: Callable[[str], None]) -> None:
    """Raises DatabaseNotEmpty, or a refusal of the password; then nothing is written."""
    now = services.clock()
    on = Almanac(now.astimezone(services.settings.zone).date())
    with reading(services.sessions) as session:
        _must_be_empty(session)
    tell("partners and people")
    stored = services.blobs.put(io.BytesIO(logo()))
    with transaction(services.sessions) as session:
        name_the_brand(session, on, logo_sha256=stored.sha256)
    load_partners(services, on)
    with transaction(services.sessions) as session:
        add_people(session, on, password)
    tell("library")
    load_library(services, on, tell)
    partner_logo = stored_logo(services.blobs)
    tell("accounts and usage")
    with transaction(services.sessions) as session:
        load_partner_names(session, on, logo_sha256=partner_logo)
        load_accounts(session, on)
        load_usage(session, on, now=now, zone=services.settings.zone)
        load_searches(session, on)
        load_readers(session, on)
        load_requests(session, on)
        load_house_work(session, on)
    tell("orders, deliveries, invoices and payments")
    load_trade(services, on, tell)
    with transaction(services.sessions) as session:
        roll_up_proofs(session, at=now)
    tell(f"search index of {rebuild(services.sessions, services.search)} assets")


def _must_be_empty(session: Session) -> None:
    partner = exists().where(Organisation.kind == OrganisationKind.PARTNER)
    if session.scalar(select(partner | exists(select(User.id)) | exists(select(Asset.id)))):
        raise DatabaseNotEmpty
