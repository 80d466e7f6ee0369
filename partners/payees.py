"""Bank and tax data of partners: entered by the partner, in force after a pause and a second person."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from partners.models import Organisation, User
from partners.payee_details import PayeeDetails, checked, details_from
from partners.payee_models import Payee, PayeeState
from portal.kernel.activity import record
from portal.kernel.errors import Conflict, NotAllowed, NotFound
from portal.kernel.identity import Identity, Permission, Role
from portal.kernel.sealing import Sealer

DEFAULT_COOL_OFF = timedelta(days=3)


class PayeeDecided(Conflict):
    def __init__(self) -> None:
        super().__init__("These bank details were decided about or replaced before. Nothing was changed.")


class PayeeErased(NotFound):
    pass


@dataclass(frozen=True, slots=True)
class PayeeRules:
    """By which key bank data is kept, and how long a change waits."""

    sealer: Sealer
    cool_off: timedelta = DEFAULT_COOL_OFF


def enter_payee(
    session: Session, identity: Identity, typed: PayeeDetails, *, at: datetime, rules: PayeeRules
) -> Payee:
    """The asker's own organisation's data; it waits, and replaces what waited before.

    Raises NotAllowed, PayeeRefused or NoSealingKey.
    """
    _check_writer(identity)
    details = checked(typed)
    made = Payee(
        partner_ref=identity.organisation_ref,
        last_four=details.last_four,
        country=details.country,
        entered_by=identity.user_id,
        entered_at=at,
        cools_until=at + rules.cool_off,
        state=PayeeState.WAITING,
    )
    made.sealed = rules.sealer.seal(details.as_text(), about=made.about)
    _withdraw_waiting(session, identity, at)
    session.add(made)
    session.flush()
    _record(session, "bank data entered", made, at=at, by=identity)
    return made


def withdraw_payee(session: Session, identity: Identity, *, at: datetime) -> None:
    """Take back what the asker's organisation entered and nobody approved yet. Raises PayeeDecided."""
    _check_writer(identity)
    if not _withdraw_waiting(session, identity, at):
        raise PayeeDecided


def approve_payee(session: Session, payee_id: int, *, by: Identity, at: datetime) -> Payee:
    """The second person of finance. Raises NotAllowed, NotFound, PayeeDecided."""
    found = _to_decide(session, payee_id, by)
    found.state, found.decided_by, found.decided_at = PayeeState.APPROVED, by.user_id, at
    _record(session, "bank data approved", found, at=at, by=by)
    return found


def decline_payee(session: Session, payee_id: int, *, by: Identity, at: datetime, note: str) -> Payee:
    """Raises NotAllowed, NotFound, PayeeDecided."""
    found = _to_decide(session, payee_id, by)
    found.state, found.decided_by, found.decided_at = PayeeState.DECLINED, by.user_id, at
    found.note = note.strip() or None
    _record(session, "bank data declined", found, at=at, by=by)
    return found


def reveal(session: Session, payee_id: int, *, by: Identity, at: datetime, sealer: Sealer) -> PayeeDetails:
    """The whole data, for finance; each look stands in the trail. Raises NotAllowed, NotFound."""
    if not by.may(Permission.MONTH_WRITE):
        raise NotAllowed
    found = _payee(session, payee_id)
    details = opened(found, sealer)
    _record(session, "bank data revealed", found, at=at, by=by)
    return details


def opened(payee: Payee, sealer: Sealer) -> PayeeDetails:
    """Raises PayeeErased, NoSealingKey or WrongSealingKey."""
    if payee.sealed is None:
        raise PayeeErased
    return details_from(sealer.open(payee.sealed, about=payee.about))


def own_payees(session: Session, identity: Identity, *, at: datetime) -> tuple[Payee | None, Payee | None]:
    """What is in force for the asker's organisation, and what is coming (waits, or cools off)."""
    _check_writer(identity)
    refs = {identity.organisation_ref}
    force = payees_in_force(session, refs, at=at).get(identity.organisation_ref)
    return force, payees_coming(session, refs, at=at).get(identity.organisation_ref)


def payees_in_force(session: Session, partner_refs: Collection[str], *, at: datetime) -> dict[str, Payee]:
    """By partner: the latest entry that is approved and has cooled off."""
    latest = (
        select(func.max(Payee.id))
        .where(
            Payee.partner_ref.in_(partner_refs),
            Payee.state == PayeeState.APPROVED,
            Payee.cools_until <= at,
            Payee.sealed.is_not(None),
        )
        .group_by(Payee.partner_ref)
    )
    return _by_partner(session, latest)


def payees_coming(session: Session, partner_refs: Collection[str], *, at: datetime) -> dict[str, Payee]:
    """By partner: what waits for approval, or is approved and cools off."""
    latest = (
        select(func.max(Payee.id))
        .where(
            Payee.partner_ref.in_(partner_refs),
            (Payee.state == PayeeState.WAITING)
            | ((Payee.state == PayeeState.APPROVED) & (Payee.cools_until > at)),
        )
        .group_by(Payee.partner_ref)
    )
    return _by_partner(session, latest)


def all_payees(session: Session, identity: Identity) -> Sequence[tuple[Payee, str]]:
    """For finance: the entries that count or wait, with the partner's name, what waits first."""
    if not identity.may(Permission.MONTH_READ):
        raise NotAllowed
    query = (
        select(Payee, Organisation.name)
        .join(Organisation, Organisation.ref == Payee.partner_ref)
        .where(Payee.state.in_([PayeeState.WAITING, PayeeState.APPROVED]))
        .order_by(Payee.state.desc(), Organisation.name, Payee.id.desc())
    )
    return [(payee, name) for payee, name in session.execute(query)]


def payee_and_name(session: Session, identity: Identity, payee_id: int) -> tuple[Payee, str]:
    """One entry for finance, with the partner's name. Raises NotAllowed, NotFound."""
    if not identity.may(Permission.MONTH_READ):
        raise NotAllowed
    found = session.get(Payee, payee_id)
    if found is None:
        raise NotFound
    name = session.scalar(select(Organisation.name).where(Organisation.ref == found.partner_ref))
    return found, name or found.partner_ref


def latest_declined(session: Session, identity: Identity) -> Payee | None:
    """The asker's own last entry, where finance declined it."""
    _check_writer(identity)
    query = select(Payee).where(Payee.partner_ref == identity.organisation_ref)
    last = session.scalar(query.order_by(Payee.id.desc()).limit(1))
    return last if last is not None and last.state is PayeeState.DECLINED else None


def contacts_of(session: Session, partner_ref: str) -> list[str]:
    """Addresses that hear of a change at once: the partner's own, its admins', and who entered what holds."""
    organisation = session.scalar(select(Organisation).where(Organisation.ref == partner_ref))
    if organisation is None:
        return []
    entered = select(Payee.entered_by).where(
        Payee.partner_ref == partner_ref, Payee.state == PayeeState.APPROVED
    )
    people = select(User.email).where(
        User.organisation_id == organisation.id,
        User.disabled_at.is_(None) & (User.role == Role.PARTNER_ADMIN) | User.id.in_(entered),
    )
    found = set(session.scalars(people))
    return sorted(found | ({organisation.email} if organisation.email else set()))


def _by_partner(session: Session, ids: Select[int]) -> dict[str, Payee]:
    query = select(Payee).where(Payee.id.in_(ids))
    return {payee.partner_ref: payee for payee in session.scalars(query)}


def _check_writer(identity: Identity) -> None:
    if not (identity.is_partner and identity.may(Permission.PAYEE_WRITE)):
        raise NotAllowed


def _withdraw_waiting(session: Session, identity: Identity, at: datetime) -> int:
    query = select(Payee).where(
        Payee.partner_ref == identity.organisation_ref, Payee.state == PayeeState.WAITING
    )
    # what finance approves meanwhile waits no longer
    found = session.scalars(query.with_for_update().execution_options(populate_existing=True)).all()
    for payee in found:
        payee.state, payee.decided_by, payee.decided_at = PayeeState.WITHDRAWN, identity.user_id, at
        _record(session, "bank data withdrawn", payee, at=at, by=identity)
    session.flush()
    return len(found)


def _to_decide(session: Session, payee_id: int, by: Identity) -> Payee:
    if not by.may(Permission.CLOSE_APPROVE):
        raise NotAllowed
    found = _payee(session, payee_id)
    if found.state is not PayeeState.WAITING:
        raise PayeeDecided
    return found


def _payee(session: Session, payee_id: int) -> Payee:
    # of two who decide at once, the second reads what the first wrote
    found = session.get(Payee, payee_id, with_for_update=True)
    if found is None:
        raise NotFound
    return found


def _record(session: Session, verb: str, payee: Payee, *, at: datetime, by: Identity) -> None:
    details = {"payee": payee.id, "last_four": payee.last_four}
    record(session, verb, ("partner", payee.partner_ref), at=at, by=by, **details)
