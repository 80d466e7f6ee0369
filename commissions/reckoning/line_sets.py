"""Which lines an accrual loads at once: bounded sets, whole partners where tiers count lines together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session, aliased

from commissions.facts.fact_models import LineItem, OrderRevision
from commissions.reckoning.line_facts import Horizon
from portal.kernel.among import among, in_parts

# bounds the memory of an accrual whatever the number of lines
LINES_AT_ONCE = 1000


def line_sets(
    session: Session, horizon: Horizon, *, only: frozenset[int] | None = None
) -> Iterator[list[int]]:
    """Ids of all lines, or `only` of some, in bounded sets; a partner's in one where a plan pools them."""
    if not horizon.book.pools_lines:
        every = session.scalars(select(LineItem.id).order_by(LineItem.id)) if only is None else sorted(only)
        ids = list(every)
        for start in range(0, len(ids), LINES_AT_ONCE):
            yield ids[start : start + LINES_AT_ONCE]
        return
    rows: list[tuple[str, int]] = []
    for part in in_parts(only):
        these = [] if part is None else [among(LineItem.id, part)]
        rows += lines_of_partners(session, *these, known_through=horizon.known_through)
    yield from _whole_partners(sorted(rows))


def _whole_partners(rows: Sequence[tuple[str, int]]) -> Iterator[list[int]]:
    gathered: list[int] = []
    partner = None
    for partner_ref, line_id in rows:
        if len(gathered) >= LINES_AT_ONCE and partner_ref != partner:
            yield gathered
            gathered = []
        gathered.append(line_id)
        partner = partner_ref
    if gathered:
        yield gathered


def lines_of_partners(
    session: Session, *conditions: ColumnElement[bool], known_through: int | None = None
) -> Sequence[tuple[str, int]]:
    """The order's partner and the id of lines, as known now or after an import.

    Of all, or of those for which conditions on LineItem and OrderRevision hold.
    """
    newer = aliased(OrderRevision)
    later = and_(newer.order_ref == OrderRevision.order_ref, newer.revision > OrderRevision.revision)
    query = select(OrderRevision.partner_ref, LineItem.id).join(
        LineItem, LineItem.order_ref == OrderRevision.order_ref
    )
    if known_through is not None:
        later = and_(later, newer.import_id <= known_through)
        query = query.where(OrderRevision.import_id <= known_through)
    query = query.where(~select(newer.id).where(later).exists(), *conditions)
    return [(partner_ref, line_id) for partner_ref, line_id in session.execute(query)]
