"""Order rows become revisions of orders and lines; what names something unknown is doubted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, aliased

from commissions.facts.billing_models import InvoiceLine
from commissions.facts.fact_models import DeliveryRow, LineItem, LineRevision, OrderRevision, SplitShare
from commissions.imports.orders import LineTerms, OrderRow, OrderTerms
from commissions.ledger.ledger_models import Posting
from commissions.plans.plan_models import PlanVersion
from partners.partner_queries import partners_among
from portal.kernel.verdicts import ACCEPTED, SUPERSEDED, UNCHANGED, Row, Taking, Verdict, doubt


@dataclass
class _Known:
    """What the rows of a batch may refer to, and what they add while they are taken."""

    partners: set[str]
    plans: set[str]
    orders: dict[str, OrderRevision]
    items: dict[str, LineItem]
    # the revisions of each line that still say something, the latest last
    lines: dict[str, list[LineRevision]]
    delivered: set[str]
    # orders of which money is counted in their currency
    in_use: set[str]
    # lines that other lines make good for
    made_good: set[str]
    new_orders: list[OrderRevision] = field(default_factory=list)
    new_items: list[LineItem] = field(default_factory=list)
    new_lines: list[tuple[LineItem, LineRevision]] = field(default_factory=list)


def take_orders(session: Session, rows: Sequence[Row[OrderRow]], taking: Taking) -> list[Verdict]:
    """Judge the rows one after the other and write all of them at once."""
    facts = [row.fact for row in rows]
    known = _known(session, facts)
    found = {place: _take(rows[place], known, taking) for place in _by_day(facts)}
    verdicts = [found[place] for place in range(len(rows))]
    session.add_all([*known.new_orders, *known.new_items])
    session.flush()
    for item, revision in known.new_lines:
        revision.line_id = item.id
        session.add(revision)
    session.flush()
    return verdicts


def _by_day(facts: Sequence[OrderRow]) -> list[int]:
    """Places in the order in which rows are taken: those of one line by valid_from, without one first.

    A row without a day replaces all that stood, so the same rows in another order would say less.
    """
    of_line: dict[str, list[int]] = {}
    for place, fact in enumerate(facts):
        of_line.setdefault(fact.line.line_ref, []).append(place)
    order = list(range(len(facts)))
    for places in of_line.values():
        by_day = sorted(places, key=lambda place: facts[place].line.valid_from or date.min)
        for place, taken in zip(places, by_day, strict=True):
            order[place] = taken
    return order


def _known(session: Session, facts: Sequence[OrderRow]) -> _Known:
    refs = {fact.order.partner_ref for fact in facts} | {
        payee for fact in facts for payee, _ in fact.line.split
    }
    line_refs = {fact.line.line_ref for fact in facts} | {fact.line.makegood_for for fact in facts}
    items = session.scalars(select(LineItem).where(LineItem.line_ref.in_({ref for ref in line_refs if ref})))
    by_ref = {item.line_ref: item for item in items}
    plans = {fact.line.plan for fact in facts if fact.line.plan}
    return _Known(
        partners=partners_among(session, refs),
        plans=set(session.scalars(select(PlanVersion.name).where(PlanVersion.name.in_(plans)).distinct())),
        orders=latest_orders(session, {fact.order.order_ref for fact in facts}),
        items=by_ref,
        lines=_standing(session, by_ref),
        delivered=_delivered(session, by_ref),
        in_use=_in_use(session, {fact.order.order_ref for fact in facts}),
        made_good=_made_good(session, by_ref),
    )


def latest_orders(session: Session, refs: set[str]) -> dict[str, OrderRevision]:
    newer = aliased(OrderRevision)
    query = select(OrderRevision).where(
        OrderRevision.order_ref.in_(refs),
        ~exists().where(newer.order_ref == OrderRevision.order_ref, newer.revision > OrderRevision.revision),
    )
    return {order.order_ref: order for order in session.scalars(query)}


def _standing(session: Session, items: Mapping[str, LineItem]) -> dict[str, list[LineRevision]]:
    refs = {item.id: line_ref for line_ref, item in items.items()}
    query = (
        select(LineRevision)
        .where(LineRevision.line_id.in_(refs))
        .order_by(LineRevision.line_id, LineRevision.revision)
    )
    found: dict[str, list[LineRevision]] = {line_ref: [] for line_ref in items}
    for revision in session.scalars(query):
        line_ref = refs[revision.line_id]
        found[line_ref] = _with(found[line_ref], revision)
    return found


def _with(standing: list[LineRevision], revision: LineRevision) -> list[LineRevision]:
    """A revision without a day replaces all that stood; one with a day, what stood from that day on."""
    start = revision.valid_from
    if start is None:
        return [revision]
    return [part for part in standing if part.valid_from is None or part.valid_from < start] + [revision]


def _delivered(session: Session, items: Mapping[str, LineItem]) -> set[str]:
    has_rows = exists().where(DeliveryRow.line_id == LineItem.id)
    query = select(LineItem.line_ref).where(LineItem.line_ref.in_(items), has_rows)
    return set(session.scalars(query))


def _in_use(session: Session, order_refs: set[str]) -> set[str]:
    """Orders with a line that was delivered, invoiced, or earned by what was contracted."""
    of_line = [
        exists().where(column == LineItem.id)
        for column in (DeliveryRow.line_id, InvoiceLine.line_id, Posting.line_id)
    ]
    query = select(LineItem.order_ref).where(LineItem.order_ref.in_(order_refs), or_(*of_line))
    return set(session.scalars(query))


def _made_good(session: Session, items: Mapping[str, LineItem]) -> set[str]:
    query = select(LineRevision.makegood_for).where(LineRevision.makegood_for.in_(items)).distinct()
    return {ref for ref in session.scalars(query) if ref is not None}


def _take(row: Row[OrderRow], known: _Known, taking: Taking) -> Verdict:
    fact = row.fact
    standing = known.lines.get(fact.line.line_ref, [])
    since = [part for part in standing if taking.was_said_since(row, part.import_id)]
    if any(_day(part) <= _day(fact.line) for part in since):
        return SUPERSEDED
    doubted = _unknown(fact, known) or _contradiction(fact, known, taking)
    if doubted is not None:
        return doubted
    taking.seen[_order_key(fact)] = fact.order.content_hash
    taking.seen[_line_key(fact)] = fact.line.content_hash
    is_known = any(part.content_hash == fact.line.content_hash for part in standing)
    order = known.orders.get(fact.order.order_ref)
    if order is None or _says_otherwise(row, order, taking):
        order = _next_order(fact.order, order, known, taking)
    elif is_known:
        return UNCHANGED
    if not is_known:
        _next_line(fact.line, order, since, (known, taking))
    return ACCEPTED


def _day(terms: LineTerms | LineRevision) -> date:
    return terms.valid_from or date.min


def _says_otherwise(row: Row[OrderRow], order: OrderRevision, taking: Taking) -> bool:
    """Whether the order is to have another revision: a row that waited does not undo a later one."""
    return order.content_hash != row.fact.order.content_hash and not taking.was_said_since(
        row, order.import_id
    )


def _order_key(fact: OrderRow) -> str:
    return f"order {fact.order.order_ref}"


def _line_key(fact: OrderRow) -> str:
    return _key_of_line(fact.line.line_ref, fact.line.valid_from)


def _key_of_line(line_ref: str, valid_from: date | None) -> str:
    return f"line {line_ref} {valid_from or ''}"


def _unknown(fact: OrderRow, known: _Known) -> Verdict | None:
    for ref in (fact.order.partner_ref, *(payee for payee, _ in fact.line.split)):
        if ref not in known.partners:
            return doubt("unknown_partner", f"The partner {ref} is not known.")
    if fact.line.plan is not None and fact.line.plan not in known.plans:
        return doubt("unknown_plan", f"The plan {fact.line.plan} is not known.")
    if fact.line.makegood_for is not None and fact.line.makegood_for not in known.items:
        return doubt("unknown_line", f"The line {fact.line.makegood_for} that it makes good is not known.")
    return _chain(fact, known)


def _chain(fact: OrderRow, known: _Known) -> Verdict | None:
    """A make-good fills the debt of a line that was sold, not of another make-good."""
    original, line_ref = fact.line.makegood_for, fact.line.line_ref
    if original is None:
        return None
    if any(part.makegood_for is not None for part in known.lines.get(original, [])[-1:]):
        return doubt("makegood_chain", f"The line {original} that it makes good is a make-good itself.")
    if line_ref in known.made_good:
        return doubt("makegood_chain", f"{line_ref} cannot be a make-good: another line makes good for it.")
    return None


def _contradiction(fact: OrderRow, known: _Known, taking: Taking) -> Verdict | None:
    item = known.items.get(fact.line.line_ref)
    if item is not None and item.order_ref != fact.order.order_ref:
        return doubt("line_elsewhere", f"The line {item.line_ref} belongs to the order {item.order_ref}.")
    if taking.seen.get(_order_key(fact), fact.order.content_hash) != fact.order.content_hash:
        said = f"Another row of this file says something else of the order {fact.order.order_ref}."
        return doubt("order_differs", said)
    if taking.seen.get(_line_key(fact), fact.line.content_hash) != fact.line.content_hash:
        said = f"Another row of this file says something else of the line {fact.line.line_ref}."
        return doubt("line_differs", said)
    return _fixed(fact, known)


def _fixed(fact: OrderRow, known: _Known) -> Verdict | None:
    """Amounts of two currencies would be added up, and counts of a station or pricing be those of another."""
    order_ref, line_ref = fact.order.order_ref, fact.line.line_ref
    if order_ref in known.in_use and known.orders[order_ref].currency != fact.order.currency:
        before = known.orders[order_ref].currency
        said = f"The order {order_ref} was delivered, invoiced or paid for: the currency stays {before}."
        return doubt("currency_changed", said)
    if line_ref not in known.delivered:
        return None
    line = known.lines[line_ref][-1]
    for name, stands, now in (
        ("station", line.station, fact.line.station),
        ("pricing", line.pricing, fact.line.pricing),
    ):
        if stands != now:
            return doubt(f"{name}_changed", f"Units were delivered: the {name} stays {stands}.")
    return None


def _next_order(
    terms: OrderTerms, before: OrderRevision | None, known: _Known, taking: Taking
) -> OrderRevision:
    revision = OrderRevision(
        order_ref=terms.order_ref,
        revision=before.revision + 1 if before is not None else 1,
        signed_on=terms.signed_on,
        partner_ref=terms.partner_ref,
        advertiser=terms.advertiser,
        currency=terms.currency,
        content_hash=terms.content_hash,
        import_id=taking.import_id,
        recorded_at=taking.at,
    )
    known.orders[terms.order_ref] = revision
    known.new_orders.append(revision)
    return revision


def _next_line(
    terms: LineTerms, order: OrderRevision, since: Sequence[LineRevision], into: tuple[_Known, Taking]
) -> None:
    """What was said `since` of later days, after a row that waited, holds beside these terms."""
    known, taking = into
    item = known.items.get(terms.line_ref)
    if item is None:
        item = known.items[terms.line_ref] = LineItem(line_ref=terms.line_ref, order_ref=order.order_ref)
        known.new_items.append(item)
    standing = known.lines.setdefault(terms.line_ref, [])
    _add_line(terms, terms.split, item, order, into)
    for part in standing:
        if part in since or _is_said_later(part, terms, taking):
            split = [(share.payee_ref, share.weight) for share in part.shares]
            _add_line(part, split, item, order, into)
    known.made_good |= {terms.makegood_for} if terms.makegood_for else set()


def _is_said_later(part: LineRevision, terms: LineTerms, taking: Taking) -> bool:
    """Whether an earlier part of this file says it, and of a later day: it holds beside these terms."""
    day = part.valid_from
    if day is None or day <= _day(terms):
        return False
    return taking.seen.get(_key_of_line(terms.line_ref, day)) == part.content_hash


def _add_line(
    terms: LineTerms | LineRevision,
    split: Iterable[tuple[str, str]],
    item: LineItem,
    order: OrderRevision,
    into: tuple[_Known, Taking],
) -> None:
    known, taking = into
    standing = known.lines[item.line_ref]
    same_names = (name for name in LineTerms.__slots__ if name not in {"line_ref", "split"})
    revision = LineRevision(
        **{name: getattr(terms, name) for name in same_names},
        revision=standing[-1].revision + 1 if standing else 1,
        order_revision=order.revision,
        content_hash=terms.content_hash,
        import_id=taking.import_id,
        recorded_at=taking.at,
        shares=[SplitShare(payee_ref=payee, weight=weight) for payee, weight in split],
    )
    known.lines[item.line_ref] = _with(standing, revision)
    known.new_lines.append((item, revision))
