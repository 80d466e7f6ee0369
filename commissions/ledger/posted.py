"""What is posted already for some lines, by component, payee and service period."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from commissions.ledger.ledger_models import Posting, PostingKind
from portal.kernel.among import among

# component, payee, service period
Key = tuple[str, str, str]


@dataclass
class Posted:
    """Sums of the postings of a key: up to the last closed period, and by kind since."""

    at_close: int = 0
    print_at_close: str | None = None
    since_close: dict[PostingKind, int] = field(default_factory=dict)
    prints: dict[PostingKind, str] = field(default_factory=dict)
    units: int = 0

    @property
    def amount(self) -> int:
        return self.at_close + sum(self.since_close.values())

    def add(self, kind: PostingKind, amount: int, *, fingerprint: str, units: int) -> None:
        self.since_close[kind] = self.since_close.get(kind, 0) + amount
        self.prints[kind] = fingerprint
        self.units = units


def posted_by_line(
    session: Session, line_ids: Collection[int], *, closed: str | None, since: Mapping[int, str] | None = None
) -> dict[int, dict[Key, Posted]]:
    """By line, then by key; `closed` is the last closed period.

    Of lines in `since` only the service periods from there on.
    """
    since = since or {}
    query = (
        select(
            Posting.line_id,
            Posting.component,
            Posting.payee_ref,
            Posting.service_period,
            Posting.posting_period,
            Posting.kind,
            Posting.amount_minor,
            Posting.fingerprint,
            Posting.units_after,
        )
        .where(among(Posting.line_id, line_ids))
        .order_by(Posting.id)
    )
    if since and all(line_id in since for line_id in line_ids):
        query = query.where(Posting.service_period >= min(since[line_id] for line_id in line_ids))
    found: dict[int, dict[Key, Posted]] = {}
    for line_id, component, payee, service, posting, kind, amount, fingerprint, units in session.execute(
        query
    ):
        if service < since.get(line_id, ""):
            continue
        posted = found.setdefault(line_id, {}).setdefault((component, payee, service), Posted())
        if closed is not None and posting <= closed:
            posted.at_close += amount
            posted.print_at_close = fingerprint
            posted.units = units
            continue
        posted.add(kind, amount, fingerprint=fingerprint, units=units)
    return found
