"""Content for the accounts a partner serves: of the account's industry, and not shown there yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content.audiences import visible_assets
from content.models import Asset, AssetState, AssetVersion, Term, Vocabulary, asset_terms
from content.queries import AssetCard, card
from partners.account_models import Account, Interaction, ShownContent
from portal.kernel.identity import Identity

ACCOUNTS = 30
CANDIDATES = 60
SHOWN = 4


@dataclass(frozen=True, slots=True)
class Recommended:
    """A card and its reason: the account that has not seen it, and its industry."""

    card: AssetCard
    account: str
    industry: str


@dataclass(frozen=True, slots=True)
class _Buyer:
    id: int
    name: str
    industry: str


def recommended(session: Session, identity: Identity, *, at: datetime) -> list[Recommended]:
    """At most four, for different accounts where there are enough, the account talked to last first."""
    buyers = _buyers(session, identity)
    if not buyers:
        return []
    by_industry = _candidates(session, identity, {buyer.industry.lower() for buyer in buyers}, at=at)
    seen = _shown(session, [buyer.id for buyer in buyers])
    found: list[Recommended] = []
    for turn in range(SHOWN):
        for buyer in buyers:
            fresh = _fresh(by_industry.get(buyer.industry.lower(), ()), buyer, seen, found)
            if fresh is not None and len(found) < SHOWN and _count(found, buyer) == turn:
                found.append(Recommended(fresh, buyer.name, buyer.industry))
    return found


def _fresh(
    cards: Iterable[AssetCard], buyer: _Buyer, seen: set[tuple[int, str]], found: Sequence[Recommended]
) -> AssetCard | None:
    taken = {one.card.ref for one in found}
    return next((one for one in cards if one.ref not in taken and (buyer.id, one.ref) not in seen), None)


def _count(found: Sequence[Recommended], buyer: _Buyer) -> int:
    return sum(1 for one in found if one.account == buyer.name)


def _buyers(session: Session, identity: Identity) -> list[_Buyer]:
    last = func.max(Interaction.at)
    query = (
        select(Account.id, Account.name, Account.industry)
        .join(Interaction, Interaction.account_id == Account.id)
        .where(Account.organisation_id == identity.organisation_id, Account.industry.is_not(None))
        .group_by(Account.id, Account.name, Account.industry)
        .order_by(last.desc(), Account.id)
        .limit(ACCOUNTS)
    )
    # an account may say more than its industry: “Retail, 9 stores”
    return [_Buyer(row[0], row[1], str(row[2]).partition(",")[0].strip()) for row in session.execute(query)]


def _candidates(
    session: Session, identity: Identity, industries: set[str], *, at: datetime
) -> dict[str, list[AssetCard]]:
    name = func.lower(Term.name)
    query = (
        select(name, Asset, AssetVersion)
        .join(asset_terms, asset_terms.c.term_id == Term.id)
        .join(Asset, Asset.id == asset_terms.c.asset_id)
        .join(AssetVersion, AssetVersion.id == Asset.current_version_id)
        .where(
            Term.vocabulary == Vocabulary.INDUSTRY,
            name.in_(industries),
            Asset.state == AssetState.PUBLISHED,
            Asset.id.in_(visible_assets(identity, at=at)),
        )
        .order_by(Asset.published_at.desc(), Asset.id.desc())
        .limit(CANDIDATES)
    )
    found: dict[str, list[AssetCard]] = {}
    for industry, asset, version in session.execute(query):
        found.setdefault(industry, []).append(card(asset, version))
    return found


def _shown(session: Session, account_ids: Sequence[int]) -> set[tuple[int, str]]:
    query = (
        select(Interaction.account_id, ShownContent.asset_ref)
        .join(ShownContent, ShownContent.interaction_id == Interaction.id)
        .where(Interaction.account_id.in_(account_ids))
    )
    return {(account_id, ref) for account_id, ref in session.execute(query)}
