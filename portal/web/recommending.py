"""Content for the accounts a partner serves, by rules that can be read: each card says why it is there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from commissions.orders.advertiser_orders import signed_by_advertiser
from content.assets.models import Vocabulary
from content.assets.queries import AssetCard
from portal.kernel.identity import Identity
from portal.web.recommending_facts import (
    LATELY,
    Buyer,
    Candidate,
    Showing,
    buyers_of,
    candidates_for,
    cards_of,
    shown_to,
)

SHOWN = 4


class Rule(StrEnum):
    """Why something is recommended, the strongest reason first."""

    WON = "won"
    INDUSTRY = "industry"
    PRODUCT = "product"
    STAGE = "stage"


WEIGHTS: Mapping[Rule, int] = {Rule.WON: 5, Rule.INDUSTRY: 4, Rule.PRODUCT: 2, Rule.STAGE: 1}


@dataclass(frozen=True, slots=True)
class Reason:
    """`value` is the industry, the product, the stage, or the other account that signed after it saw it."""

    rule: Rule
    value: str


@dataclass(frozen=True, slots=True)
class Recommended:
    card: AssetCard
    account: str
    account_ref: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class _Fit:
    """How well a piece of content fits an account; the sums of the weights of its reasons decide."""

    ref: str
    reasons: tuple[Reason, ...]

    @property
    def weight(self) -> int:
        return sum(WEIGHTS[reason.rule] for reason in self.reasons)


def recommended(
    session: Session, identity: Identity, *, at: datetime, buyer: Buyer | None = None
) -> list[Recommended]:
    """At most four that the identity may open and that the account has not seen in the last two years.

    Of all accounts of the identity's organisation, or of one: for different accounts where there are
    enough, the account that was talked to last first. What other partners sold is no reason: it is theirs.
    """
    buyers = buyers_of(session, identity) if buyer is None else [buyer]
    if not buyers:
        return []
    since = at - LATELY
    signed = signed_by_advertiser(session, identity, since=since.date())
    showings = shown_to(session, identity, buyers, signed, since=since)
    won = _won(showings, {name: one.last_on for name, one in signed.items()})
    products = {name: one.products for name, one in signed.items()}
    wanted = {
        Vocabulary.INDUSTRY: {buyer.industry.lower() for buyer in buyers if buyer.industry},
        Vocabulary.STAGE: {str(buyer.stage) for buyer in buyers if buyer.stage},
        Vocabulary.PRODUCT: {one for buyer in buyers for one in products.get(buyer.name, ())},
    }
    candidates = candidates_for(session, identity, wanted, won, at=at)
    seen = {(one.account_id, one.asset_ref) for one in showings}
    fits = {
        buyer.id: _fits(buyer, candidates, products.get(buyer.name, frozenset()), won, seen)
        for buyer in buyers
    }
    chosen = _chosen(buyers, fits)
    cards = cards_of(session, identity, [fit.ref for _buyer, fit in chosen], at=at)
    return [
        Recommended(cards[fit.ref], buyer.name, buyer.ref, fit.reasons)
        for buyer, fit in chosen
        if fit.ref in cards
    ]


def _won(showings: Iterable[Showing], signed_on: Mapping[str, date]) -> dict[str, list[str]]:
    """By asset the accounts that signed on the day they saw it, or after."""
    found: dict[str, list[str]] = {}
    for one in showings:
        last = signed_on.get(one.account)
        if last is not None and one.first_on <= last:
            found.setdefault(one.asset_ref, []).append(one.account)
    return found


def _fits(
    buyer: Buyer,
    candidates: Iterable[Candidate],
    products: Collection[str],
    won: Mapping[str, Sequence[str]],
    seen: Collection[tuple[int, str]],
) -> list[_Fit]:
    """The best first; of equals the newest, as the candidates come."""
    fits = [
        _Fit(one.ref, _reasons(buyer, one, products, won))
        for one in candidates
        if (buyer.id, one.ref) not in seen
    ]
    return sorted((fit for fit in fits if fit.reasons), key=lambda fit: -fit.weight)


def _reasons(
    buyer: Buyer, one: Candidate, products: Collection[str], won: Mapping[str, Sequence[str]]
) -> tuple[Reason, ...]:
    others = [name for name in won.get(one.ref, ()) if name != buyer.name]
    bought = sorted(one.products & set(products))
    reasons = (
        Reason(Rule.WON, others[0]) if others else None,
        Reason(Rule.INDUSTRY, buyer.industry) if buyer.industry.lower() in one.industries else None,
        Reason(Rule.PRODUCT, bought[0]) if bought else None,
        Reason(Rule.STAGE, str(buyer.stage)) if buyer.stage and str(buyer.stage) in one.stages else None,
    )
    return tuple(reason for reason in reasons if reason is not None)


def _chosen(buyers: Sequence[Buyer], fits: Mapping[int, Sequence[_Fit]]) -> list[tuple[Buyer, _Fit]]:
    """In turns, so that each account has its first before one has a second; no piece twice."""
    found: list[tuple[Buyer, _Fit]] = []
    taken: set[str] = set()
    for _turn in range(SHOWN):
        for buyer in buyers:
            best = next((fit for fit in fits[buyer.id] if fit.ref not in taken), None)
            if best is not None and len(found) < SHOWN:
                found.append((buyer, best))
                taken.add(best.ref)
    return found
