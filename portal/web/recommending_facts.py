"""What recommendations are made from: accounts, what they saw and signed, and content that may fit them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from content.assets.audiences import visible_assets
from content.assets.models import Asset, AssetState, AssetVersion, Term, Vocabulary, asset_terms
from content.assets.queries import AssetCard, card
from partners.account_models import Account, Interaction, JourneyStage, ShownContent
from portal.kernel.identity import Identity

# what is older is no reason for anything, so that the work does not grow with what a partner ever did
LATELY = timedelta(days=730)
ACCOUNTS = 30
CANDIDATES = 400
# accounts by assets
SHOWINGS = 4_000


@dataclass(frozen=True, slots=True)
class Buyer:
    """An account, the stage of its last talk that has one, and its industry ("" for none)."""

    id: int
    ref: str
    name: str
    industry: str
    stage: JourneyStage | None


@dataclass(frozen=True, slots=True)
class Showing:
    """That an account saw a piece of content lately, and since which day."""

    account_id: int
    account: str
    asset_ref: str
    first_on: date


@dataclass(frozen=True, slots=True)
class Candidate:
    """Content with what it is tagged with, in lower case."""

    ref: str
    industries: frozenset[str]
    stages: frozenset[str]
    products: frozenset[str]


def buyer_of(account: Account, stage: JourneyStage | None) -> Buyer:
    return Buyer(account.id, account.ref, account.name, _industry(account.industry), stage)


def buyers_of(session: Session, identity: Identity) -> list[Buyer]:
    """The accounts that the identity's organisation talked to, the last one first."""
    stage = (
        select(Interaction.stage)
        .where(Interaction.account_id == Account.id, Interaction.stage.is_not(None))
        .order_by(Interaction.at.desc(), Interaction.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    last = select(func.max(Interaction.at)).where(Interaction.account_id == Account.id).scalar_subquery()
    query = (
        select(Account.id, Account.ref, Account.name, Account.industry, stage)
        .where(Account.organisation_id == identity.organisation_id, last.is_not(None))
        .order_by(last.desc(), Account.id)
        .limit(ACCOUNTS)
    )
    return [
        Buyer(key, ref, name, _industry(industry), reached)
        for key, ref, name, industry, reached in session.execute(query)
    ]


def _industry(text: str | None) -> str:
    """An account may say more than its industry: “Retail, 9 stores”."""
    return (text or "").partition(",")[0].strip()


def shown_to(
    session: Session,
    identity: Identity,
    buyers: Collection[Buyer],
    signers: Collection[str],
    *,
    since: datetime,
) -> list[Showing]:
    """What these buyers, and accounts of the identity's organisation by these names, saw since.

    At most 4,000; buyers first, then what was shown last.
    """
    is_buyer = Account.id.in_([buyer.id for buyer in buyers])
    query = (
        select(Account.id, Account.name, ShownContent.asset_ref, func.min(Interaction.at))
        .join(Interaction, Interaction.account_id == Account.id)
        .join(ShownContent, ShownContent.interaction_id == Interaction.id)
        .where(
            Account.organisation_id == identity.organisation_id,
            or_(is_buyer, Account.name.in_(signers)),
            Interaction.at >= since,
        )
        .group_by(Account.id, Account.name, ShownContent.asset_ref)
        .order_by(is_buyer.desc(), func.max(Interaction.at).desc(), Account.id)
        .limit(SHOWINGS)
    )
    return [Showing(key, name, ref, first.date()) for key, name, ref, first in session.execute(query)]


def candidates_for(
    session: Session,
    identity: Identity,
    wanted: Mapping[Vocabulary, Collection[str]],
    won: Collection[str],
    *,
    at: datetime,
) -> list[Candidate]:
    """What the identity may open that has one of the words, or was shown before an order; newest first."""
    word = func.lower(Term.name)
    fitting = [
        and_(Term.vocabulary == vocabulary, (Term.ref if vocabulary is Vocabulary.STAGE else word).in_(words))
        for vocabulary, words in wanted.items()
        if words
    ]
    tagged = (
        select(asset_terms.c.asset_id)
        .join(Term, Term.id == asset_terms.c.term_id)
        .where(or_(*fitting) if fitting else Term.id.is_(None))
    )
    first = (
        select(Asset.id, Asset.ref, Asset.published_at)
        .where(
            Asset.state == AssetState.PUBLISHED,
            Asset.id.in_(visible_assets(identity, at=at)),
            or_(Asset.id.in_(tagged), Asset.ref.in_(won)),
        )
        .order_by(Asset.ref.in_(won).desc(), Asset.published_at.desc(), Asset.id.desc())
        .limit(CANDIDATES)
        .subquery()
    )
    rows = session.execute(
        select(first.c.ref, Term.vocabulary, Term.ref, word)
        .outerjoin(asset_terms, asset_terms.c.asset_id == first.c.id)
        .outerjoin(Term, Term.id == asset_terms.c.term_id)
        .order_by(first.c.published_at.desc(), first.c.id.desc())
    )
    words: dict[str, dict[Vocabulary, set[str]]] = {}
    for ref, vocabulary, term_ref, name in rows:
        of = words.setdefault(ref, {})
        if vocabulary is not None:
            of.setdefault(vocabulary, set()).add(term_ref if vocabulary is Vocabulary.STAGE else name)
    return [
        Candidate(
            ref,
            frozenset(of.get(Vocabulary.INDUSTRY, ())),
            frozenset(of.get(Vocabulary.STAGE, ())),
            frozenset(of.get(Vocabulary.PRODUCT, ())),
        )
        for ref, of in words.items()
    ]


def cards_of(
    session: Session, identity: Identity, refs: Sequence[str], *, at: datetime
) -> dict[str, AssetCard]:
    """Asked of the audience once more: nothing is shown that the identity may not open."""
    query = (
        select(Asset, AssetVersion)
        .join(AssetVersion, AssetVersion.id == Asset.current_version_id)
        .where(Asset.ref.in_(refs), Asset.id.in_(visible_assets(identity, at=at)))
    )
    return {asset.ref: card(asset, version) for asset, version in session.execute(query)}
