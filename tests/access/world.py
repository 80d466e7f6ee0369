"""One thing of each kind, owned by the gold partner, and the people who try to reach it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from commissions.approvals.approval_models import ProposalKind
from commissions.disputes.disputes import KeptFile, Question, Said, messages, open_dispute
from commissions.facts.house_rules import HouseRules
from commissions.facts.import_models import ImportKind
from commissions.ledger.accrual import accrue
from commissions.payouts.payouts import BatchOrder, PayoutApproval, create_batch
from commissions.proposals.file_proposals import WaitingFile, propose_file
from commissions.proposals.simulations import Asked, ask_simulation
from commissions.statements.closing import Approval, close_period
from content.assets.audiences import parsed, set_audience
from content.assets.guard import readable_asset
from content.assets.models import AssetKind
from content.editing.describing import Description, add_asset
from content.editing.publishing import publish
from content.editing.stored_files import StoredFiles
from content.finding.own_searches import save_search
from content.finding.synonyms import add_synonyms
from content.readers.collecting import CollectionDescription, add_collection, add_item
from content.readers.collection_models import CollectionKind
from content.readers.must_reads import Ask, ask_to_read
from content.requests.requesting import Wish, ask_for
from content.uploads.uploads import add_version, stored
from partners.api_keys import Scope, create_key
from partners.interactions import log_interaction
from partners.models import User
from partners.people import identity_of
from partners.sign_in_models import TicketPurpose
from partners.tickets import issue_ticket
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.kernel.ports import BlobStore
from portal.services import Services
from portal.worker import read_versions
from tests.factories import files
from tests.factories.accounts import a_call, an_account
from tests.factories.books import LineOf, a_plan, adopt, an_order, deliver
from tests.factories.fact_files import take
from tests.factories.payees import approved_payee, german_details
from tests.factories.people import a_brand, a_partner, a_user, an_identity

MARCH, APRIL = (date(2026, 3, 1), date(2026, 3, 31)), (date(2026, 4, 1), date(2026, 4, 30))
CLOSED_AT = datetime(2026, 4, 8, 9, tzinfo=UTC)
CANARY = "xylographic"
BUYER = "Quagmire Pools"


@dataclass(frozen=True, slots=True)
class World:
    """Who there is, and what stands in the place of each part of an address."""

    people: dict[str, User]
    keys: dict[str, str]
    parts: dict[str, str]


def make_world(services: Services) -> World:
    """Committed; the gold partner's asset is read for real, its March is closed, its April is open."""
    with transaction(services.sessions) as session:
        people = _people(session)
        keys = {
            name: create_key(session, user, Scope.WRITE, at=services.clock()) for name, user in people.items()
        }
        asset_ref, version_id = _asset(session, services)
        parts = _books(session) | _account(session, people["gold"], services.clock())
        parts |= _searches(session, people, services.clock())
        parts["request"] = _request(session, people["gold"], services.clock())
        ticket = issue_ticket(session, people["gold"], TicketPurpose.RESET, at=services.clock())
        parts |= _dispute(session, services, people["gold"])
        parts |= _proposal(session, services, people["approver"])
        parts |= _payout(session)
    read_versions(services, [version_id])
    with transaction(services.sessions) as session:
        _publish(session, asset_ref, people["brand"], services.clock(), services.blobs)
        parts |= _collection(session, people["gold"], asset_ref, services.clock())
    take(services.sessions, ImportKind.DELIVERIES, "line_ref,service_date,units\nNOBODY,2026-04-02,5\n")
    return World(people, keys, {**parts, "asset": asset_ref, "token": ticket})


def _people(session: Session) -> dict[str, User]:
    gold, silver = a_partner(session, "GOLD", tier="gold"), a_partner(session, "SILVER", tier="silver")
    brand = a_brand(session)
    return {
        "gold": a_user(session, gold, Role.PARTNER_ADMIN),
        "silver": a_user(session, silver, Role.PARTNER_ADMIN),
        "brand": a_user(session, brand, Role.BRAND),
        "finance": a_user(session, brand, Role.FINANCE),
        "approver": a_user(session, brand, Role.FINANCE_APPROVER),
        "admin": a_user(session, brand, Role.ADMIN),
    }


def _asset(session: Session, services: Services) -> tuple[str, int]:
    upload = stored(services.blobs, io.BytesIO(files.a_pdf("A cover", f"The word {CANARY}")), "study.pdf")
    asset = add_asset(
        session,
        Description("Case study", AssetKind.CASE_STUDY),
        ref="gold-study",
        at=services.clock(),
        by="operator",
    )
    set_audience(session, asset, parsed("tier:gold"))
    version = add_version(session, asset, upload, at=services.clock(), by="operator")
    return asset.ref, version.id


def _publish(session: Session, ref: str, brand: User, at: datetime, blobs: BlobStore) -> None:
    identity = identity_of(session, brand, today=at.date())
    asset = readable_asset(session, identity, ref, at=at)
    publish(session, asset, at=at, by=identity, files=StoredFiles(blobs))


def _collection(session: Session, gold: User, ref: str, at: datetime) -> dict[str, str]:
    """The gold partner's own collection, with its asset and a note."""
    identity = identity_of(session, gold, today=at.date())
    description = CollectionDescription(f"A {CANARY} collection", CollectionKind.PLAYBOOK)
    made = add_collection(session, identity, description, at=at)
    asset = readable_asset(session, identity, ref, at=at)
    item = add_item(session, made, asset, at=at)
    ask_to_read(session, identity, asset, Ask(at.date()), at=at)
    return {"collection": made.ref, "item": str(item.id)}


def _books(session: Session) -> dict[str, str]:
    adopt(session, a_plan())
    an_order(session, "IO-1", LineOf("L1", days=MARCH), LineOf("L2", days=APRIL), partner="GOLD")
    an_order(session, "IO-2", LineOf("L3", days=MARCH), partner="SILVER")
    for ref, day in (("L1", MARCH[0]), ("L3", MARCH[0]), ("L2", APRIL[0])):
        deliver(session, ref, day, 90)
    brand = a_brand(session)
    approval = Approval(
        an_identity(session, brand, Role.FINANCE), an_identity(session, brand, Role.FINANCE_APPROVER)
    )
    accrue(session, at=CLOSED_AT)
    close_period(session, "2026-03", approval=approval, at=CLOSED_AT, house=HouseRules())
    return {"order": "IO-1", "line": "L1", "statement": "2026-03-GOLD-USD", "month": "2026-04"}


def _account(session: Session, gold: User, at: datetime) -> dict[str, str]:
    account = an_account(session, gold.organisation, BUYER, ref="gold-account")
    interaction = log_interaction(
        session, identity_of(session, gold, today=at.date()), account.ref, a_call(at), at=at
    )
    return {"account": account.ref, "interaction": str(interaction.id), "person": str(gold.id)}


def _searches(session: Session, people: dict[str, User], at: datetime) -> dict[str, str]:
    gold, brand = (identity_of(session, people[name], today=at.date()) for name in ("gold", "brand"))
    saved = save_search(session, gold, "Spanish", "q=spanish", at=at)
    group = add_synonyms(session, ["vet", "veterinary"], at=at, by=brand)
    return {"search": str(saved.id), "synonyms": str(group.id)}


def _request(session: Session, gold: User, at: datetime) -> str:
    asker = identity_of(session, gold, today=at.date())
    return str(ask_for(session, asker, Wish("Rate card in Spanish"), at=at).id)


def _payout(session: Session) -> dict[str, str]:
    """The gold partner's bank data is approved; its March and the silver partner's are paid by hand."""
    payee = approved_payee(session, "GOLD", german_details(), at=CLOSED_AT + timedelta(days=60))
    order = BatchOrder("2026-03", date(2026, 4, 15), None)
    approval = PayoutApproval(None, None)
    batch = create_batch(session, order, approval=approval, at=CLOSED_AT, house=HouseRules())
    return {"payee": str(payee.id), "batch": batch.ref}


def _proposal(session: Session, services: Services, author: User) -> dict[str, str]:
    """A file with credit notes that waits for a second person, and a plan that is being tried."""
    kept = services.blobs.put(io.BytesIO(b"invoice_ref,kind\n"))
    file = WaitingFile(ImportKind.INVOICES, kept.sha256, "credits.csv")
    by = (identity_of(session, author, today=services.clock().date()), services.clock())
    made = propose_file(session, ProposalKind.CREDIT_NOTES, file, shown={}, by=by)
    asked = ask_simulation(session, Asked(a_plan(percent="11")), by=by[0], at=by[1])
    return {"proposal": str(made.id), "simulation": str(asked.id)}


def _dispute(session: Session, services: Services, gold: User) -> dict[str, str]:
    """The gold partner questions the first line of its statement, with a file."""
    kept = services.blobs.put(io.BytesIO(CANARY.encode()))
    said = Said("92 spots aired.", KeptFile(kept.sha256, "log.txt", kept.size))
    asker = identity_of(session, gold, today=services.clock().date())
    question = Question("2026-03-GOLD-USD", 1, said)
    made = open_dispute(session, asker, question, at=services.clock(), house=HouseRules())
    return {"dispute": made.dispute_ref, "message": str(messages(session, made)[0].id)}
